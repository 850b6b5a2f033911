import { Button, CopyButton, Group, Modal, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { IconCheck, IconCopy, IconExternalLink, IconLinkOff, IconSend } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { revokeOrderLinks, sendOrderLink, ticketKeys } from '../../api/tickets.ts'
import type { TicketDetail } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { showDone, showProblem } from '../../components/notices.ts'
import { Section } from '../../components/section.tsx'
import classes from './side-panel.module.css'

const ICON = { size: 14, stroke: 1.8, 'aria-hidden': true } as const
const MIN_REASON_LENGTH = 3

/** The link to the page on which the customer checks, changes and pays this order. */
export function CustomerPagePanel({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [revoking, dialog] = useDisclosure(false)
  const { order_no: orderNo, order_page_url: url } = ticket
  const send = useMutation({
    mutationFn: () => sendOrderLink(orderNo),
    onSuccess: () => showDone(t('customer_page.sent')),
    onError: (error) => showProblem(error, t('customer_page.send'), t),
    onSettled: () => void client.invalidateQueries({ queryKey: ticketKeys.ticket(orderNo) }),
  })
  if (url === null) return null
  return (
    <Section title={t('customer_page.title')}>
      <p className={classes.quiet}>{t('customer_page.hint')}</p>
      <div className={classes.links}>
        <Button
          component="a"
          href={url}
          target="_blank"
          rel="noreferrer"
          size="xs"
          variant="default"
          rightSection={<IconExternalLink {...ICON} />}
        >
          {t('customer_page.open')}
        </Button>
        <CopyButton value={url}>
          {({ copied, copy }) => (
            <Button
              size="xs"
              variant="default"
              onClick={copy}
              leftSection={copied ? <IconCheck {...ICON} /> : <IconCopy {...ICON} />}
            >
              {t(copied ? 'action.copied' : 'customer_page.copy')}
            </Button>
          )}
        </CopyButton>
        {ticket.outcome === null ? (
          <Button
            size="xs"
            variant="default"
            loading={send.isPending}
            onClick={() => send.mutate()}
            leftSection={<IconSend {...ICON} />}
          >
            {t('customer_page.send')}
          </Button>
        ) : null}
        <Button size="xs" variant="subtle" onClick={dialog.open} leftSection={<IconLinkOff {...ICON} />}>
          {t('customer_page.revoke')}
        </Button>
      </div>
      <Modal
        opened={revoking}
        onClose={dialog.close}
        title={t('customer_page.revoke_title')}
        size="sm"
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {revoking ? <RevokeForm orderNo={orderNo} onClose={dialog.close} /> : null}
      </Modal>
    </Section>
  )
}

function RevokeForm({ orderNo, onClose }: { readonly orderNo: string; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: (reason: string) => revokeOrderLinks(orderNo, reason),
    onSuccess: () => {
      showDone(t('customer_page.revoked'))
      void client.invalidateQueries({ queryKey: ticketKeys.ticket(orderNo) })
      onClose()
    },
  })
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { reason: '' },
    validate: {
      reason: (value) =>
        value.trim().length < MIN_REASON_LENGTH ? t('customer_page.revoke_reason_required') : null,
    },
  })
  return (
    <form
      className={formClasses.stack}
      noValidate
      onSubmit={form.onSubmit(({ reason }) => revoke.mutate(reason.trim()))}
    >
      <p>{t('customer_page.revoke_text')}</p>
      <TextInput
        key={form.key('reason')}
        label={t('customer_page.revoke_reason')}
        description={t('customer_page.revoke_reason_hint')}
        maxLength={200}
        data-autofocus
        {...form.getInputProps('reason')}
      />
      {revoke.error === null ? null : <InlineProblem error={revoke.error} />}
      <Group justify="flex-end" gap="xs" mt={4}>
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" color="clay" loading={revoke.isPending}>
          {t('customer_page.revoke')}
        </Button>
      </Group>
    </form>
  )
}
