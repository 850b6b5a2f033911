/** The timeline in human sentences: one for each kind of event, with what matters of its data. */
import type { TFunction } from 'i18next'
import type {
  IssueCause,
  IssueKind,
  OrderField,
  Outcome,
  TicketAction,
  TicketEventView,
  TicketSubState,
} from '../../api/types.ts'
import { causeText } from '../../components/issue/cause-text.ts'
import { saidText } from '../../components/issue/said-text.ts'
import { formatWon } from '../../format/text.ts'
import { formatWhen, type Language } from '../../format/time.ts'
import { openText } from '../../i18n/open-text.ts'

/** A field that was told or changed; texts are ready to be shown. */
export interface ShownChange {
  readonly field: string
  readonly from: string | null
  readonly to: string | null
}

export interface EventSentence {
  readonly sentence: string
  readonly details: readonly string[]
  readonly changes: readonly ShownChange[]
  readonly tone: 'plain' | 'good' | 'bad' | 'quiet'
}

interface Words {
  readonly t: TFunction
  readonly language: Language
  readonly nowMs: number
}

/** Data of an event, of which nothing is certain but that it is JSON. */
class EventData {
  private readonly data: Readonly<Record<string, unknown>>
  constructor(data: Readonly<Record<string, unknown>>) {
    this.data = data
  }
  text(name: string): string {
    const value = this.data[name]
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
  }
  number(name: string): number {
    const value = this.data[name]
    return typeof value === 'number' ? value : 0
  }
  /** Why an Issue was raised; lines from before causes were kept have none. */
  cause(): IssueCause | null {
    const { cause } = this.data
    if (typeof cause !== 'object' || cause === null || !('code' in cause)) return null
    const params = 'params' in cause && typeof cause.params === 'object' ? cause.params : {}
    return { code: cause.code as IssueCause['code'], params: { ...params } as Record<string, string> }
  }
  is(name: string): boolean {
    return this.data[name] === true
  }
  list(name: string): readonly unknown[] {
    const value = this.data[name]
    return Array.isArray(value) ? value : []
  }
}

const plain = (sentence: string, details: readonly string[] = []): EventSentence => ({
  sentence,
  details: details.filter((detail) => detail !== ''),
  changes: [],
  tone: 'plain',
})
const good = (sentence: string, details?: readonly string[]): EventSentence => ({
  ...plain(sentence, details),
  tone: 'good',
})
const bad = (sentence: string, details?: readonly string[]): EventSentence => ({
  ...plain(sentence, details),
  tone: 'bad',
})
const quiet = (sentence: string, details?: readonly string[]): EventSentence => ({
  ...plain(sentence, details),
  tone: 'quiet',
})

/** An event of a kind that this app doesn't know yet is shown by its name rather than left out. */
export function eventSentence(event: TicketEventView, words: Words): EventSentence {
  const { t, language, nowMs } = words
  const data = new EventData(event.data)
  const won = () => formatWon(data.number('amount'), language)
  const when = (name: string) => (data.text(name) === '' ? '' : formatWhen(data.text(name), language, nowMs))
  const said = () => saidText(data.text('code'), data.text('reason'), t, language)
  const message = () => openText('ticket.message_kind', data.text('message'))
  switch (event.kind) {
    case 'opened':
      return plain(t('ticket.event.opened', { channel: openText('ticket.channel', data.text('channel')) }))
    case 'fields_set':
      return { ...plain(t('ticket.event.fields_set')), changes: changesOf(data, words) }
    case 'confirmed_by_customer':
      return good(t('ticket.event.confirmed_by_customer'))
    case 'state_changed':
      return stateChange(data, words)
    case 'message_sent':
      return quiet(t('ticket.event.message_sent', { message: message() }))
    case 'message_delivered':
      return quiet(t('ticket.event.message_delivered', { message: message() }))
    case 'message_failed':
      return bad(t('ticket.event.message_failed', { message: message() }), [data.text('reason')])
    case 'payment_ready':
      return plain(t('ticket.event.payment_ready', { amount: won() }), [
        t('ticket.event_detail.until', { time: when('expires_at') }),
      ])
    case 'payment_time_moved':
      return plain(t('ticket.event.payment_time_moved'), [
        t('ticket.event_detail.until', { time: when('expires_at') }),
      ])
    case 'payment_refused':
      return bad(t('ticket.event.payment_refused'), [data.text('reason')])
    case 'paid':
      return good(t('ticket.event.paid', { amount: won() }), [
        t('ticket.event_detail.method', { method: openText('ticket.payment_method', data.text('method')) }),
      ])
    case 'account_opened':
      return plain(t('ticket.event.account_opened', { bank: openText('payments.bank', data.text('bank')) }), [
        t('ticket.event_detail.until', { time: when('due_at') }),
      ])
    case 'deposit_received':
      return good(t('ticket.event.deposit_received', { amount: won() }), [
        data.number('missing') === 0
          ? ''
          : t('ticket.event_detail.missing', { amount: formatWon(data.number('missing'), language) }),
      ])
    case 'money_to_return':
      return bad(t('ticket.event.money_to_return', { amount: won() }))
    case 'money_returned':
      return plain(t('ticket.event.money_returned', { amount: won() }))
    case 'payment_fell_back':
      return bad(t('ticket.event.payment_fell_back', { amount: won() }))
    case 'payment_came_back':
      return good(t('ticket.event.payment_came_back', { amount: won() }))
    case 'refund_account_set':
      return plain(t('ticket.event.refund_account_set'), [openText('payments.bank', data.text('bank'))])
    case 'edit_window_opened':
      return plain(t('ticket.event.edit_window_opened'), [
        t('ticket.event_detail.until', { time: when('ends_at') }),
      ])
    case 'edit_window_closed':
      return plain(t('ticket.event.edit_window_closed'), [
        data.number('edits') === 0
          ? t('ticket.event_detail.edits_zero')
          : t('ticket.event_detail.edits', { count: data.number('edits') }),
      ])
    case 'order_edited':
      return { ...plain(t('ticket.event.order_edited')), changes: changesOf(data, words) }
    case 'edit_shared':
      return plain(t('ticket.event.edit_shared'), [erpOrder(data, t)])
    case 'edit_refused':
      return bad(t('ticket.event.edit_refused'), [said()])
    case 'po_placed':
      return good(t(data.is('found') ? 'ticket.event.po_found' : 'ticket.event.po_placed'), [
        erpOrder(data, t),
        data.text('method') === '' ? '' : openText('vendor.method', data.text('method')),
      ])
    case 'vendor_out':
      return bad(t('vendor.event.out'), [
        data
          .list('methods')
          .map((method) => openText('vendor.method', String(method)))
          .join(', '),
        t('vendor.event.out_until', { when: when('until') }),
      ])
    case 'po_refused':
      return bad(t('ticket.event.po_refused'), [said()])
    case 'vendor_status':
      return data.is('unknown')
        ? bad(t('ticket.event.vendor_status_unknown', { status: data.text('status') }))
        : plain(
            t('ticket.event.vendor_status', {
              status: openText('ticket.vendor_status', data.text('status')),
            }),
          )
    case 'delivered':
      return good(t('ticket.event.delivered'), [
        when('delivered_at'),
        t(data.is('photo') ? 'ticket.event_detail.with_photo' : 'ticket.event_detail.without_photo'),
      ])
    case 'issue_raised':
      return bad(
        t('ticket.event.issue_raised', { issue: t(`ticket.issue_kind.${data.text('issue') as IssueKind}`) }),
        [
          causeText({ reason: data.text('reason'), cause: data.cause() }, t, language, nowMs),
          data.text('step') === ''
            ? ''
            : t('ticket.event_detail.step', { step: openText('ticket.step', data.text('step')) }),
        ],
      )
    case 'issue_resolved':
      if (data.text('action') === 'arrived') {
        const issue = t(`ticket.issue_kind.${data.text('issue') as IssueKind}`)
        return good(t('ticket.event.issue_arrived', { issue }))
      }
      return good(
        t('ticket.event.issue_resolved', {
          action: t(`ticket.action.${data.text('action') as TicketAction}`),
        }),
        [data.text('note')],
      )
    case 'cancel_requested':
      return data.text('cause') === 'payment_expired'
        ? bad(t('ticket.event.payment_expired'))
        : bad(t('ticket.event.cancel_requested'), [data.text('reason')])
    case 'issue_evidence_added':
      return bad(t('ticket.event.issue_evidence_added'))
    case 'possible_duplicate':
      return bad(t('ticket.event.possible_duplicate', { order_no: data.text('order_no') }))
    case 'not_same_order':
      return plain(t('ticket.event.not_same_order', { order_no: data.text('order_no') }))
    case 'merged_from':
      return {
        ...good(
          t('ticket.event.merged_from', {
            order_no: data.text('order_no'),
            channel: openText('ticket.channel', data.text('channel')),
          }),
        ),
        changes: changesOf(data, words),
      }
    case 'merged_into':
      return plain(t('ticket.event.merged_into', { order_no: data.text('order_no') }))
    case 'refunded':
      return plain(t('ticket.event.refunded', { amount: won() }))
    case 'part_refund_asked':
      return quiet(t('ticket.event.part_refund_asked', { amount: won() }))
    case 'part_refunded':
      return plain(t('ticket.event.part_refunded', { amount: won() }))
    case 'reordered':
      return {
        ...plain(t('ticket.event.reordered'), [
          t('ticket.event_detail.replaces', { reference: data.text('replaces') }),
        ]),
        changes: changesOf(data, words),
      }
    case 'delay_told':
      return plain(t('ticket.event.delay_told'), [
        t('ticket.event_detail.expected_by', { time: when('expected_by') }),
      ])
    case 'cancelled':
      // Why was told when it was asked for.
      return bad(t('ticket.event.cancelled'))
    case 'done':
      return good(t('ticket.event.done', { outcome: t(`ticket.outcome.${data.text('outcome') as Outcome}`) }))
    default:
      return quiet(t('ticket.event.unknown', { kind: event.kind }))
  }
}

function stateChange(data: EventData, { t }: Words): EventSentence {
  const sub_state = t(`ticket.sub_state.${data.text('sub_state') as TicketSubState}`)
  const stays = data.text('state') === 'issue' && data.text('from_state') === 'issue'
  if (stays) return quiet(t('ticket.event.state_changed_beneath', { sub_state }))
  if (data.text('state') === 'issue') return quiet(t('ticket.event.state_changed_issue'))
  if (data.text('from_state') === 'issue') return quiet(t('ticket.event.state_changed_back', { sub_state }))
  return quiet(t('ticket.event.state_changed', { sub_state }))
}

const erpOrder = (data: EventData, t: TFunction): string =>
  data.text('erp_order_id') === ''
    ? ''
    : t('ticket.event_detail.erp_order', { id: data.text('erp_order_id') })

function changesOf(data: EventData, { t, language, nowMs }: Words): ShownChange[] {
  return data.list('changes').flatMap((change) => {
    if (typeof change !== 'object' || change === null) return []
    const { field, from, to } = change as { field?: unknown; from?: unknown; to?: unknown }
    if (typeof field !== 'string') return []
    const shown = (value: unknown): string | null => {
      if (typeof value !== 'string' || value === '') return null
      return field === 'deliver_by' && !Number.isNaN(Date.parse(value))
        ? formatWhen(value, language, nowMs)
        : value
    }
    return [{ field: t(`ticket.field.${field as OrderField}`), from: shown(from), to: shown(to) }]
  })
}
