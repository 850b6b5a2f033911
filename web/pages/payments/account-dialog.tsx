import { Button, Group, Modal, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { revealRefundAccount } from '../../api/payments.ts'
import type { MoneyToReturnView } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { openText } from '../../i18n/open-text.ts'
import classes from './payments-page.module.css'

interface AccountDialogProps {
  readonly money: MoneyToReturnView | null
  readonly onClose: () => void
}

/** Shows the customer's whole account, once a reason has been given. */
export function AccountDialog({ money, onClose }: AccountDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={money !== null}
      onClose={onClose}
      title={t('payments.account_title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {money === null ? null : <AccountForm id={money.id} onClose={onClose} />}
    </Modal>
  )
}

function AccountForm({ id, onClose }: { readonly id: number; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const reveal = useMutation({ mutationFn: (reason: string) => revealRefundAccount(id, reason) })
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { reason: '' },
    validate: { reason: (value) => (value.trim().length >= 3 ? null : t('payments.account_required')) },
  })
  if (reveal.data !== undefined) {
    const { bank_code, account_number, holder } = reveal.data
    return (
      <div className={formClasses.stack}>
        <p className={classes.shown}>
          {openText('payments.bank', bank_code)} {account_number}
          <br />
          {holder}
        </p>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('action.close')}
          </Button>
        </Group>
      </div>
    )
  }
  return (
    <form
      className={formClasses.stack}
      noValidate
      onSubmit={form.onSubmit(({ reason }) => reveal.mutate(reason.trim()))}
    >
      <TextInput
        key={form.key('reason')}
        label={t('payments.account_reason')}
        description={t('payments.account_hint')}
        maxLength={200}
        data-autofocus
        {...form.getInputProps('reason')}
      />
      {reveal.error === null ? null : <InlineProblem error={reveal.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('ticket.dialog.keep')}
        </Button>
        <Button type="submit" loading={reveal.isPending}>
          {t('payments.account_show')}
        </Button>
      </Group>
    </form>
  )
}
