import { Button, Group, Modal, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { revealNumbers } from '../../api/tickets.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { formatPhone } from '../../format/text.ts'
import classes from './reveal-number.module.css'

const MIN_REASON_LENGTH = 3

/** The whole phone number for a reason; it is shown in the dialog alone and forgotten when that closes. */
export function RevealNumber({ orderNo }: { readonly orderNo: string }) {
  const { t } = useTranslation()
  const [opened, dialog] = useDisclosure(false)
  return (
    <>
      <button type="button" className={classes.open} onClick={dialog.open}>
        {t('ticket.reveal.open')}
      </button>
      <Modal
        opened={opened}
        onClose={dialog.close}
        title={t('ticket.reveal.title')}
        size="sm"
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {opened ? <RevealForm orderNo={orderNo} onClose={dialog.close} /> : null}
      </Modal>
    </>
  )
}

function RevealForm({ orderNo, onClose }: { readonly orderNo: string; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const reveal = useMutation({ mutationFn: (reason: string) => revealNumbers(orderNo, reason), gcTime: 0 })
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { reason: '' },
    validate: {
      reason: (value) =>
        value.trim().length < MIN_REASON_LENGTH ? t('ticket.reveal.reason_required') : null,
    },
  })
  if (reveal.data !== undefined)
    return (
      <dl className={classes.numbers}>
        <dt>{t('ticket.reveal.customer')}</dt>
        <dd>{formatPhone(reveal.data.customer_phone)}</dd>
        {reveal.data.contact_phone === null ? null : (
          <>
            <dt>{t('ticket.reveal.contact')}</dt>
            <dd>{formatPhone(reveal.data.contact_phone)}</dd>
          </>
        )}
      </dl>
    )
  return (
    <form
      className={formClasses.stack}
      noValidate
      onSubmit={form.onSubmit(({ reason }) => reveal.mutate(reason.trim()))}
    >
      <TextInput
        key={form.key('reason')}
        label={t('ticket.reveal.reason')}
        description={t('ticket.reveal.reason_hint')}
        maxLength={200}
        data-autofocus
        {...form.getInputProps('reason')}
      />
      {reveal.error === null ? null : <InlineProblem error={reveal.error} />}
      <Group justify="flex-end" gap="xs" mt={4}>
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={reveal.isPending}>
          {t('ticket.reveal.open')}
        </Button>
      </Group>
    </form>
  )
}
