import { Button, Group, Modal, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { paymentKeys, settleDeposit } from '../../api/payments.ts'
import type { DepositView } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { showDone } from '../../components/notices.ts'
import { useMatch } from './use-match.ts'

/** A deposit, and as what a person settles it. */
export interface Settling {
  readonly deposit: DepositView
  readonly as: 'matched' | 'returned' | 'ignored'
}

interface SettleDialogProps {
  readonly settling: Settling | null
  readonly onClose: () => void
}

/** Asks for what a decision needs: the order, or what proves that none is meant. */
export function SettleDialog({ settling, onClose }: SettleDialogProps) {
  const { t } = useTranslation()
  const title = settling === null ? '' : settling.as === 'matched' ? 'other_order' : settling.as
  return (
    <Modal
      opened={settling !== null}
      onClose={onClose}
      title={title === '' ? '' : t(`payments.${title}`)}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {settling === null ? null : settling.as === 'matched' ? (
        <MatchForm deposit={settling.deposit} onClose={onClose} />
      ) : (
        <NoteForm deposit={settling.deposit} as={settling.as} onClose={onClose} />
      )}
    </Modal>
  )
}

const ORDER_NO = /^\d{6}-[2-9A-HJ-NP-Z]{4}$/

function MatchForm({ deposit, onClose }: { readonly deposit: DepositView; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const match = useMatch(deposit.id, onClose)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { orderNo: '' },
    validate: {
      orderNo: (value) => (ORDER_NO.test(value.trim().toUpperCase()) ? null : t('payments.order_no_invalid')),
    },
  })
  return (
    <form
      className={formClasses.stack}
      noValidate
      onSubmit={form.onSubmit(({ orderNo }) => match.mutate(orderNo.trim().toUpperCase()))}
    >
      <p>{t('payments.other_order_text')}</p>
      <TextInput
        key={form.key('orderNo')}
        label={t('payments.order_no')}
        description={t('payments.order_no_invalid')}
        autoComplete="off"
        maxLength={11}
        data-autofocus
        {...form.getInputProps('orderNo')}
      />
      {match.error === null ? null : (
        <InlineProblem error={match.error} title={t('payments.match_refused')} />
      )}
      <Group justify="flex-end" gap="xs" mt={4}>
        <Button variant="default" onClick={onClose}>
          {t('ticket.dialog.keep')}
        </Button>
        <Button type="submit" loading={match.isPending}>
          {t('payments.match')}
        </Button>
      </Group>
    </form>
  )
}

interface NoteFormProps {
  readonly deposit: DepositView
  readonly as: 'returned' | 'ignored'
  readonly onClose: () => void
}

function NoteForm({ deposit, as, onClose }: NoteFormProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const settle = useMutation({
    mutationFn: (note: string) => settleDeposit(deposit.id, as, note),
    onSuccess: () => {
      showDone(t('payments.settled'))
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: paymentKeys.all }),
  })
  return (
    <NotedForm
      text={t(`payments.settle_${as}_text`)}
      submit={t(`payments.${as}`)}
      error={settle.error}
      pending={settle.isPending}
      onSubmit={(note) => settle.mutate(note)}
      onClose={onClose}
    />
  )
}

interface NotedFormProps {
  readonly text: string
  readonly submit: string
  readonly error: Error | null
  readonly pending: boolean
  readonly onSubmit: (note: string) => void
  readonly onClose: () => void
}

/** A decision that wants its evidence. */
export function NotedForm({ text, submit, error, pending, onSubmit, onClose }: NotedFormProps) {
  const { t } = useTranslation()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { note: '' },
    validate: { note: (value) => (value.trim().length >= 2 ? null : t('payments.settle_note_required')) },
  })
  return (
    <form
      className={formClasses.stack}
      noValidate
      onSubmit={form.onSubmit(({ note }) => onSubmit(note.trim()))}
    >
      <p>{text}</p>
      <Textarea
        key={form.key('note')}
        label={t('payments.settle_note')}
        description={t('payments.settle_note_hint')}
        maxLength={300}
        rows={3}
        data-autofocus
        {...form.getInputProps('note')}
      />
      {error === null ? null : <InlineProblem error={error} title={t('payments.settle_refused')} />}
      <Group justify="flex-end" gap="xs" mt={4}>
        <Button variant="default" onClick={onClose}>
          {t('ticket.dialog.keep')}
        </Button>
        <Button type="submit" loading={pending}>
          {submit}
        </Button>
      </Group>
    </form>
  )
}
