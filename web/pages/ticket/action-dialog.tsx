import { Button, Group, Modal, NativeSelect, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { IssueKind, TicketAction, TicketActionRequest, TicketDetail } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { useAct } from './use-act.ts'

type PlainAction = Exclude<TicketAction, 'edit_order' | 'set_refund_account'>

const ISSUE_KINDS = [
  'message_typo',
  'delivery_delay',
  'complaint',
  'admin_required',
] as const satisfies readonly IssueKind[]

/** What each action asks for before it is done. */
const ASKS: Readonly<Record<PlainAction, 'nothing' | 'reason' | 'kind_and_reason' | 'note' | 'evidence'>> = {
  confirm_order: 'nothing',
  cancel: 'reason',
  raise_issue: 'kind_and_reason',
  retry_step: 'note',
  complete_by_hand: 'evidence',
  refund_and_close: 'reason',
}

const LIMITS = { nothing: 0, reason: 200, kind_and_reason: 500, note: 500, evidence: 500 } as const
const IRREVERSIBLE: readonly TicketAction[] = ['cancel', 'refund_and_close']

interface ActionDialogProps {
  readonly ticket: TicketDetail
  readonly action: TicketAction | null
  readonly onClose: () => void
}

/** Confirms an action, takes what it needs, and explains a refusal where it happened. */
export function ActionDialog({ ticket, action, onClose }: ActionDialogProps) {
  const { t } = useTranslation()
  const plain = action === null || action === 'edit_order' || action === 'set_refund_account' ? null : action
  return (
    <Modal
      opened={plain !== null}
      onClose={onClose}
      title={plain === null ? '' : t(`ticket.action.${plain}`)}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {plain === null ? null : <ActionForm key={plain} ticket={ticket} action={plain} onClose={onClose} />}
    </Modal>
  )
}

interface ActionFormProps {
  readonly ticket: TicketDetail
  readonly action: PlainAction
  readonly onClose: () => void
}

function ActionForm({ ticket, action, onClose }: ActionFormProps) {
  const { t } = useTranslation()
  const asks = ASKS[action]
  const act = useAct(ticket.order_no, onClose)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { kind: 'complaint' as IssueKind, text: '' },
    validate: {
      text: (value) => {
        if (asks === 'nothing' || asks === 'note' || value.trim() !== '') return null
        return t(asks === 'evidence' ? 'ticket.dialog.evidence_required' : 'ticket.dialog.reason_required')
      },
    },
  })
  const label = {
    nothing: '',
    reason: t('ticket.dialog.reason'),
    kind_and_reason: t('ticket.dialog.reason'),
    note: t('ticket.dialog.note'),
    evidence: t('ticket.dialog.evidence'),
  }[asks]
  return (
    <form
      className={formClasses.stack}
      noValidate
      onSubmit={form.onSubmit(({ kind, text }) => act.mutate(bodyOf(action, kind, text.trim())))}
    >
      <p>{t(`ticket.dialog.${action}_text`)}</p>
      {asks === 'kind_and_reason' ? (
        <NativeSelect
          key={form.key('kind')}
          label={t('ticket.dialog.kind')}
          data={ISSUE_KINDS.map((kind) => ({ value: kind, label: t(`ticket.issue_kind.${kind}`) }))}
          {...form.getInputProps('kind')}
        />
      ) : null}
      {asks === 'nothing' ? null : (
        <Textarea
          key={form.key('text')}
          label={label}
          description={asks === 'evidence' ? t('ticket.dialog.evidence_hint') : undefined}
          maxLength={LIMITS[asks]}
          rows={3}
          data-autofocus
          {...form.getInputProps('text')}
        />
      )}
      {act.error === null ? null : (
        <InlineProblem
          error={act.error}
          title={t('ticket.dialog.refused', { action: t(`ticket.action.${action}`) })}
        />
      )}
      <Group justify="flex-end" gap="xs" mt={4}>
        <Button variant="default" onClick={onClose}>
          {t('ticket.dialog.keep')}
        </Button>
        <Button type="submit" color={IRREVERSIBLE.includes(action) ? 'clay' : 'pine'} loading={act.isPending}>
          {t(`ticket.action.${action}`)}
        </Button>
      </Group>
    </form>
  )
}

function bodyOf(action: PlainAction, kind: IssueKind, text: string): TicketActionRequest {
  switch (action) {
    case 'confirm_order':
      return { action }
    case 'cancel':
    case 'refund_and_close':
      return { action, reason: text }
    case 'raise_issue':
      return { action, kind, reason: text }
    case 'retry_step':
      return text === '' ? { action } : { action, note: text }
    case 'complete_by_hand':
      return { action, evidence: text }
  }
}
