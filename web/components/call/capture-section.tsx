import { Button, Checkbox } from '@mantine/core'
import { IconDownload, IconPlayerRecord, IconPlayerStop } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { packetsQuery, packetsUrl, startPackets, stopPackets } from '../../api/telephone.ts'
import type { Capture } from '../../api/types.ts'
import { showProblem } from '../notices.ts'
import { Pill } from '../pill.tsx'
import { Section } from '../section.tsx'
import classes from './capture-section.module.css'

interface CaptureSectionProps {
  readonly callId: string
  readonly isLive: boolean
}

const ICON = { size: 15, stroke: 1.8, 'aria-hidden': true } as const

/** RTP of a call on request, for the owner: begun while it lives, downloaded while it is kept. */
export function CaptureSection({ callId, isLive }: CaptureSectionProps) {
  const { t } = useTranslation()
  const { data: capture } = useQuery(packetsQuery(callId, isLive))
  const wish = useWish(callId)
  if (capture === undefined || (!isLive && !capture.is_kept)) return null
  return (
    <Section
      title={t('call.packets.title')}
      aside={capture.is_running ? <Running capture={capture} /> : null}
    >
      <p className={classes.text}>{t(isLive ? 'call.packets.text' : 'call.packets.kept')}</p>
      <div className={classes.actions}>
        {isLive && !capture.is_running && !capture.is_kept ? <Start wish={wish} /> : null}
        {capture.is_running ? (
          <Button
            variant="default"
            leftSection={<IconPlayerStop {...ICON} />}
            loading={wish.isPending}
            onClick={() => wish.mutate({ kind: 'stop' })}
          >
            {t('call.packets.stop')}
          </Button>
        ) : null}
        {capture.is_kept ? (
          <Button
            component="a"
            href={packetsUrl(callId)}
            download
            variant="default"
            leftSection={<IconDownload {...ICON} />}
          >
            {t('call.packets.download')}
          </Button>
        ) : null}
      </div>
    </Section>
  )
}

function Running({ capture }: { readonly capture: Capture }) {
  const { t } = useTranslation()
  return (
    <span role="status">
      <Pill tone="progress" dot="pulse">
        {t(capture.with_sound ? 'call.packets.running_sound' : 'call.packets.running', {
          packets: capture.packets.toLocaleString(),
        })}
      </Pill>
    </span>
  )
}

function Start({ wish }: { readonly wish: ReturnType<typeof useWish> }) {
  const { t } = useTranslation()
  const [withSound, setWithSound] = useState(false)
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPlayerRecord {...ICON} />}
        loading={wish.isPending}
        onClick={() => wish.mutate({ kind: 'start', withSound })}
      >
        {t('call.packets.start')}
      </Button>
      <Checkbox
        label={t('call.packets.with_sound')}
        description={t('call.packets.with_sound_hint')}
        checked={withSound}
        onChange={(event) => setWithSound(event.currentTarget.checked)}
      />
    </>
  )
}

function useWish(callId: string) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { queryKey } = packetsQuery(callId, true)
  return useMutation({
    mutationFn: (
      wish: { readonly kind: 'start'; readonly withSound: boolean } | { readonly kind: 'stop' },
    ): Promise<Capture> =>
      wish.kind === 'start' ? startPackets(callId, wish.withSound) : stopPackets(callId),
    onSuccess: (capture) => client.setQueryData(queryKey, capture),
    onError: (error) => {
      showProblem(error, t('call.packets.title'), t)
      void client.invalidateQueries({ queryKey })
    },
  })
}
