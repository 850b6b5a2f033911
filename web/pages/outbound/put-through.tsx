import { Button, Group, Popover, Radio, Stack, TextInput } from '@mantine/core'
import { IconPhoneOutgoing } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { putThrough, transferKeys } from '../../api/person-transfers.ts'
import { ApiError } from '../../api/problem.ts'
import type { OutboundRecord, PersonTransferMode } from '../../api/types.ts'
import { showDone, showProblem, showRefusal } from '../../components/notices.ts'
import classes from './outbound-call-page.module.css'

const KNOWN = ['not_live', 'somebody_talks', 'already_there', 'invalid_request'] as const

/** Has the other side of a live call put through to a person: to a colleague who is free, or to a number. */
export function PutThroughButton({ request }: { readonly request: OutboundRecord }) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const [number, setNumber] = useState('')
  const [reason, setReason] = useState('')
  const [mode, setMode] = useState<PersonTransferMode>('warm')
  const client = useQueryClient()
  const asking = useMutation({
    mutationFn: () =>
      putThrough(request.outbound_id, {
        to: number.trim() === '' ? 'desk' : number.trim(),
        mode,
        reason: reason.trim(),
      }),
    onSuccess: () => {
      setOpen(false)
      showDone(t('outbound.transfer.asked'))
    },
    onError: (error) => {
      const code = error instanceof ApiError ? error.problem.code : undefined
      const known = KNOWN.find((one) => one === code)
      if (known === undefined) showProblem(error, t('outbound.transfer.put_through'), t)
      else showRefusal(t('outbound.transfer.put_through'), t(`outbound.transfer.refused.${known}`))
    },
    onSettled: () => client.invalidateQueries({ queryKey: transferKeys.all }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    asking.mutate()
  }
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus position="bottom-start" width={320}>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPhoneOutgoing size={15} stroke={1.8} aria-hidden />}
          loading={asking.isPending}
          onClick={() => setOpen(true)}
        >
          {t('outbound.transfer.put_through')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('outbound.transfer.put_through')}>
        <form onSubmit={submit}>
          <p className={classes.askText}>{t('outbound.transfer.explain')}</p>
          <Stack gap={10} mt={10}>
            <TextInput
              size="xs"
              inputMode="tel"
              label={t('outbound.transfer.number')}
              placeholder={t('outbound.transfer.desk')}
              value={number}
              onChange={(event) => setNumber(event.currentTarget.value)}
            />
            <TextInput
              size="xs"
              maxLength={200}
              label={t('outbound.transfer.reason')}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            <Radio.Group
              size="xs"
              label={t('outbound.transfer.mode')}
              value={mode}
              onChange={(value) => setMode(value === 'blind' ? 'blind' : 'warm')}
            >
              <Stack gap={6} mt={6}>
                <Radio size="xs" value="warm" label={t('outbound.transfer.warm')} />
                <Radio size="xs" value="blind" label={t('outbound.transfer.blind')} />
              </Stack>
            </Radio.Group>
          </Stack>
          <Group gap="xs" justify="flex-end" mt={12}>
            <Button size="xs" variant="default" onClick={() => setOpen(false)}>
              {t('action.close')}
            </Button>
            <Button size="xs" type="submit" loading={asking.isPending}>
              {t('outbound.transfer.put_through')}
            </Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
