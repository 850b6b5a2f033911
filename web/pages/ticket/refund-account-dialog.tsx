import { Button, Group, Modal, NativeSelect, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { TicketDetail } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { ko } from '../../i18n/ko/index.ts'
import { openText } from '../../i18n/open-text.ts'
import { useAct } from './use-act.ts'

const BANK_CODES = Object.keys(ko.payments.bank)
const MOST_USED_BANK = '06'

interface RefundAccountDialogProps {
  readonly ticket: TicketDetail
  readonly opened: boolean
  readonly onClose: () => void
}

/** Asks where the customer wants the money back. */
export function RefundAccountDialog({ ticket, opened, onClose }: RefundAccountDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('ticket.action.set_refund_account')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {opened ? <RefundAccountForm orderNo={ticket.order_no} onClose={onClose} /> : null}
    </Modal>
  )
}

function RefundAccountForm({ orderNo, onClose }: { readonly orderNo: string; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const act = useAct(orderNo, onClose)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { bank: MOST_USED_BANK, number: '', holder: '' },
    validate: {
      number: (value) =>
        /^\d{8,20}$/.test(value.replace(/[\s-]/g, '')) ? null : t('ticket.dialog.account_number_invalid'),
      holder: (value) => (value.trim() === '' ? t('ticket.dialog.account_holder_required') : null),
    },
  })
  return (
    <form
      className={formClasses.stack}
      noValidate
      onSubmit={form.onSubmit(({ bank, number, holder }) =>
        act.mutate({
          action: 'set_refund_account',
          bank_code: bank,
          account_number: number,
          holder: holder.trim(),
        }),
      )}
    >
      <p>{t('ticket.dialog.set_refund_account_text')}</p>
      <NativeSelect
        key={form.key('bank')}
        label={t('ticket.dialog.bank')}
        data={BANK_CODES.map((code) => ({ value: code, label: openText('payments.bank', code) }))}
        {...form.getInputProps('bank')}
      />
      <TextInput
        key={form.key('number')}
        label={t('ticket.dialog.account_number')}
        inputMode="numeric"
        autoComplete="off"
        maxLength={40}
        data-autofocus
        {...form.getInputProps('number')}
      />
      <TextInput
        key={form.key('holder')}
        label={t('ticket.dialog.account_holder')}
        autoComplete="off"
        maxLength={60}
        {...form.getInputProps('holder')}
      />
      {act.error === null ? null : (
        <InlineProblem
          error={act.error}
          title={t('ticket.dialog.refused', { action: t('ticket.action.set_refund_account') })}
        />
      )}
      <Group justify="flex-end" gap="xs" mt={4}>
        <Button variant="default" onClick={onClose}>
          {t('ticket.dialog.keep')}
        </Button>
        <Button type="submit" loading={act.isPending}>
          {t('ticket.action.set_refund_account')}
        </Button>
      </Group>
    </form>
  )
}
