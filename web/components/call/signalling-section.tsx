import { Button, Loader } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { captureUrl, signallingQuery } from '../../api/telephone.ts'
import { ProblemPanel } from '../problem-panel.tsx'
import { Section, SectionEmpty } from '../section.tsx'
import { Ladder } from './ladder.tsx'

interface SignallingSectionProps {
  readonly callId: string
}

/** The SIP messages of a call that is over, for the owner; asked for only when they are wanted. */
export function SignallingSection({ callId }: SignallingSectionProps) {
  const { t } = useTranslation()
  const [isWanted, setIsWanted] = useState(false)
  const signalling = useQuery({ ...signallingQuery(callId), enabled: isWanted })
  const legs = signalling.data?.legs ?? []
  return (
    <Section
      title={t('call.signalling')}
      aside={
        legs.length === 0 ? (
          <Button variant="default" size="xs" hidden={isWanted} onClick={() => setIsWanted(true)}>
            {t('call.signalling_show')}
          </Button>
        ) : (
          <Button
            component="a"
            href={captureUrl(callId)}
            download
            variant="default"
            size="xs"
            leftSection={<IconDownload size={15} stroke={1.8} aria-hidden />}
          >
            {t('call.signalling_capture')}
          </Button>
        )
      }
    >
      {isWanted ? (
        <Messages signalling={signalling} legs={legs} />
      ) : (
        <SectionEmpty>{t('call.signalling_text')}</SectionEmpty>
      )}
    </Section>
  )
}

interface MessagesProps {
  readonly signalling: {
    readonly isPending: boolean
    readonly isError: boolean
    readonly error: Error | null
    refetch(): unknown
  }
  readonly legs: readonly Parameters<typeof Ladder>[0]['leg'][]
}

function Messages({ signalling, legs }: MessagesProps) {
  const { t } = useTranslation()
  if (signalling.isError)
    return <ProblemPanel error={signalling.error} onRetry={() => void signalling.refetch()} />
  if (signalling.isPending) return <Loader size="sm" aria-label={t('call.signalling')} />
  if (legs.length === 0) return <SectionEmpty>{t('call.signalling_none')}</SectionEmpty>
  return legs.map((leg) => <Ladder key={leg.leg_id} leg={leg} />)
}
