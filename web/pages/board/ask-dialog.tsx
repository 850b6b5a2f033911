import { Button, Group, Modal, NativeSelect, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { BulkRequest, IssueKind, TicketSummary } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import type { BoardAction } from './board-context.tsx'
import { ISSUE_KINDS } from './board-search.ts'

/** Actions that need words; the others go ahead at once, with time to take them back. */
type WordyAction = Extract<BoardAction, 'cancel' | 'raise_issue'>

export interface Question {
  readonly action: WordyAction
  /** Those to which it can be done. */
  readonly tickets: readonly TicketSummary[]
  /** How many were meant. */
  readonly meant: number
}

interface AskDialogProps {
  readonly question: Question | null
  readonly onClose: () => void
  readonly onAnswer: (action: BulkRequest['action']) => void
}

const LIMITS: Readonly<Record<WordyAction, number>> = { cancel: 200, raise_issue: 500 }

/** Takes the reason (and kind) of an action, for one ticket or many. */
export function AskDialog({ question, onClose, onAnswer }: AskDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={question !== null}
      onClose={onClose}
      title={question === null ? '' : t(`ticket.action.${question.action}`)}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {question === null ? null : (
        <AskForm key={question.action} question={question} onClose={onClose} onAnswer={onAnswer} />
      )}
    </Modal>
  )
}

function AskForm({ question, onClose, onAnswer }: AskDialogProps & { readonly question: Question }) {
  const { t } = useTranslation()
  const { action, tickets, meant } = question
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { kind: 'complaint' as IssueKind, reason: '' },
    validate: {
      reason: (value) => (value.trim() === '' ? t('ticket.dialog.reason_required') : null),
    },
  })
  const [first] = tickets
  return (
    <form
      className={formClasses.stack}
      noValidate
      onSubmit={form.onSubmit(({ kind, reason }) =>
        onAnswer(
          action === 'cancel' ? { action, reason: reason.trim() } : { action, kind, reason: reason.trim() },
        ),
      )}
    >
      <p>
        <strong>
          {tickets.length === 1 && first !== undefined
            ? t('board.ask.one', {
                order: first.order_no,
                name: first.recipient ?? t('ticket.board.unnamed'),
              })
            : t('board.ask.many', { count: tickets.length })}
        </strong>{' '}
        {tickets.length < meant ? t('board.ask.some', { all: meant, count: tickets.length }) : null}
      </p>
      <p>{t(`ticket.dialog.${action}_text`)}</p>
      {action === 'raise_issue' ? (
        <NativeSelect
          key={form.key('kind')}
          label={t('ticket.dialog.kind')}
          data={ISSUE_KINDS.map((kind) => ({ value: kind, label: t(`ticket.issue_kind.${kind}`) }))}
          {...form.getInputProps('kind')}
        />
      ) : null}
      <Textarea
        key={form.key('reason')}
        label={t('ticket.dialog.reason')}
        maxLength={LIMITS[action]}
        rows={3}
        data-autofocus
        {...form.getInputProps('reason')}
      />
      <Group justify="flex-end" gap="xs" mt={4}>
        <Button variant="default" onClick={onClose}>
          {t('ticket.dialog.keep')}
        </Button>
        <Button type="submit" color={action === 'cancel' ? 'clay' : 'pine'}>
          {t(`ticket.action.${action}`)}
        </Button>
      </Group>
    </form>
  )
}
