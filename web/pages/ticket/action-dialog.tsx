import { Button, Group, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { IssueKind, TicketAction, TicketActionRequest, TicketDetail } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { fromLocalInput } from '../../format/time.ts'
import { useAct } from './use-act.ts'

/** Others have a form or panel of their own. */
type PlainAction = Exclude<TicketAction, 'edit_order' | 'set_refund_account' | 'merge_order' | 'keep_both'>

const ISSUE_KINDS = [
  'message_typo',
  'delivery_delay',
  'complaint',
  'admin_required',
] as const satisfies readonly IssueKind[]

type Asked = 'nothing' | 'reason' | 'kind_and_reason' | 'note' | 'evidence' | 'time'

/** What each action asks for before it is done. */
const ASKS: Readonly<Record<PlainAction, Asked>> = {
  confirm_order: 'nothing',
  cancel: 'reason',
  raise_issue: 'kind_and_reason',
  retry_step: 'note',
  complete_by_hand: 'evidence',
  refund_and_close: 'reason',
  partial_refund: 'nothing',
  reorder: 'nothing',
  tell_delay: 'time',
}

const LIMITS = { nothing: 0, reason: 200, kind_and_reason: 500, note: 500, evidence: 500, time: 40 } as const
const IRREVERSIBLE: readonly TicketAction[] = ['cancel', 'refund_and_close', 'partial_refund']

const isPlain = (action: TicketAction): action is PlainAction => Object.hasOwn(ASKS, action)

interface ActionDialogProps {
  readonly ticket: TicketDetail
  readonly action: TicketAction | null
  readonly onClose: () => void
}

/** Confirms an action, takes what it needs, and explains a refusal where it happened. */
export function ActionDialog({ ticket, action, onClose }: ActionDialogProps) {
  const { t } = useTranslation()
  const plain = action !== null && isPlain(action) ? action : null
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
        if (asks === 'time') return isAhead(value) ? null : t('ticket.dialog.expected_by_required')
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
    time: t('ticket.dialog.expected_by'),
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
      {asks === 'time' ? (
        <TextInput
          key={form.key('text')}
          type="datetime-local"
          label={label}
          data-autofocus
          {...form.getInputProps('text')}
        />
      ) : null}
      {asks === 'nothing' || asks === 'time' ? null : (
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

const isAhead = (value: string): boolean => value !== '' && Date.parse(fromLocalInput(value)) > Date.now()

function bodyOf(action: PlainAction, kind: IssueKind, text: string): TicketActionRequest {
  switch (action) {
    case 'confirm_order':
    case 'partial_refund':
    case 'reorder':
      return { action }
    case 'tell_delay':
      return { action, expected_by: fromLocalInput(text) }
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
