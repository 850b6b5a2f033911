/** Tickets to whom anything happens, in any order, as fast-check makes it up. */
import fc from 'fast-check'
import { makeOrderNo } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { OrderFields } from '../../domain/order.ts'
import { dueNotice } from '../../domain/owed-notices.ts'
import {
  type Deed,
  ISSUE_KINDS,
  type IssueKind,
  type LateCheck,
  missedTheDoor,
  nextMove,
  type ResolvingAction,
  SUB_STATES,
  Ticket,
  TicketRuleError,
} from '../../domain/ticket.ts'
import { surplusInReach } from '../../domain/ticket-money.ts'
import { ORDER, POLICY } from './order-fixture.ts'

export const orderNo = makeOrderNo('261121', [0, 0.3, 0.6, 0.9])
export const deedAt = (second: number, actor = 'system'): Deed => ({
  actor,
  at: koreanIso(Date.parse('2026-11-21T00:00:00Z') + second * 1000),
})
export const opened = () =>
  Ticket.open(
    { orderNo, channel: 'phone', callId: null, customerPhone: '01012345678', policy: POLICY },
    deedAt(0),
  )

export const told = (fields: Partial<OrderFields>, second = 1) => ({
  ...deedAt(second, 'customer'),
  fields,
  evidence: {},
  channel: 'phone' as const,
  callId: null,
})
export const payment = (second: number) => ({
  paymentKey: 'pk',
  amountWon: 80_000,
  method: '카드',
  paidAt: deedAt(second).at,
})

/** What the workflow does before it looks for the next move. */
function settled(ticket: Ticket, second: number): Ticket {
  if (!missedTheDoor(ticket.data)) return ticket
  return ticket.editRefused({ ...deedAt(second), code: 'DELIVERED', reason: 'delivered' })
}

/** Makes the next move as if it had gone well. */
export const advance = (ticket: Ticket, second: number): Ticket =>
  settled(move(settled(ticket, second), second), second)

function move(ticket: Ticket, second: number): Ticket {
  const deed = deedAt(second)
  switch (nextMove(ticket.data)) {
    case 'await_order':
      return ticket.setFields(told(ORDER, second)).confirmByCustomer({ ...deed, callId: null })
    case 'send_payment_link':
      return ticket.paymentLinkSent({ ...deed, expiresAt: deed.at })
    case 'await_payment':
      return ticket.requestConfirmation('pk')
    case 'confirm_payment':
      return ticket.paid(payment(second), deed)
    case 'read_payment':
      return ticket.paymentRead()
    case 'reread_fallen_payment':
      return ticket.paymentRead()
    case 'take_deposits':
      return ticket.depositsTaken(deed)
    case 'send_account':
      return ticket.accountTold()
    case 'send_deposit_part':
      return ticket.partTold()
    case 'send_reminder':
      return ticket.reminded()
    case 'renew_account':
    case 'close_virtual_account':
      return ticket.accountClosed()
    case 'return_surplus':
      return ticket.surplusSettled({
        ...deed,
        paymentKey: surplusInReach(ticket.data)?.paymentKey ?? '',
        state: 'returned',
      })
    case 'send_confirmation':
      return ticket.confirmationSent({ ...deed, endsAt: deed.at })
    case 'await_edit_window':
      return ticket.editWindowClosed(deed)
    case 'check_payment':
      return ticket.paymentChecked()
    case 'place_purchase_order': {
      const reference = ticket.nextReference
      return ticket.purchaseOrderPlaced({
        ...deed,
        reference,
        erpOrderId: 'E1',
        found: false,
        order: ticket.data.order,
      })
    }
    case 'share_edit':
      return ticket.editShared({ ...deed, fields: ticket.data.order })
    case 'follow_delivery':
      return ticket.delivered({ ...deed, deliveredAt: deed.at, photoUrl: 'http://vendor/photo.jpg' })
    case 'fetch_photo':
      return ticket.photoFetched('photo.jpg')
    case 'tell_merge':
      return ticket.mergeTold()
    case 'send_delivered':
    case 'send_cancelled':
      return ticket.customerNotified()
    case 'cancel_purchase_order':
      return ticket.purchaseOrderCancelled()
    case 'refund':
      return ticket.refunded(deed)
    case 'refund_part':
      return ticket.partRefunded(deed)
    case 'send_notice':
      return ticket.noticeSent(dueNotice(ticket.data)?.key ?? '')
    case 'await_person':
      return ticket.resolveIssue({ ...deed, actor: 'owner@example.com', action: 'retry_step', note: '' })
    case 'finish':
      return ticket.finish(deed)
    case 'finished':
      return ticket
  }
}

export type Disturbance =
  | { readonly kind: 'advance' }
  | { readonly kind: 'edit'; readonly room: string }
  | { readonly kind: 'issue'; readonly byStep: boolean }
  | { readonly kind: 'person_issue'; readonly issue: IssueKind }
  | { readonly kind: 'late'; readonly check: LateCheck }
  | { readonly kind: 'resolve'; readonly action: ResolvingAction; readonly note: string }
  | { readonly kind: 'begin_notice' }
  | { readonly kind: 'part_refund' }
  | { readonly kind: 'reorder' }
  | { readonly kind: 'tell_delay' }
  | { readonly kind: 'arrived' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'paid' }
  | { readonly kind: 'webhook' }
  | { readonly kind: 'departed' }
  | { readonly kind: 'refuse_edit' }
  | { readonly kind: 'confirm' }

const anyOf = <Kind extends Disturbance>(...what: Kind[]) => fc.constantFrom<Disturbance>(...what)

/** Weighted so that a ticket rarely gets to its end before something has happened to it at every stage. */
const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  { weight: 6, arbitrary: anyOf({ kind: 'advance' }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('edit' as const), room: fc.constantFrom('1', '2', '3') }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('issue' as const), byStep: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('person_issue' as const),
      issue: fc.constantFrom(...ISSUE_KINDS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('late' as const),
      check: fc.constantFrom<LateCheck>('departure', 'arrival'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('resolve' as const),
      action: fc.constantFrom<ResolvingAction>('retry_step', 'complete_by_hand', 'refund_and_close'),
      note: fc.constantFrom('', 'ERP-1', '전화로 확인했습니다'),
    }),
  },
  { weight: 5, arbitrary: anyOf({ kind: 'part_refund' }, { kind: 'reorder' }, { kind: 'tell_delay' }) },
  {
    weight: 5,
    arbitrary: anyOf(
      { kind: 'begin_notice' },
      { kind: 'departed' },
      { kind: 'refuse_edit' },
      { kind: 'arrived' },
    ),
  },
  {
    weight: 3,
    arbitrary: anyOf({ kind: 'cancel' }, { kind: 'paid' }, { kind: 'webhook' }, { kind: 'confirm' }),
  },
)

const isFollowed = (ticket: Ticket): boolean => nextMove(ticket.data) === 'follow_delivery'

/** Does what is asked; a refusal by the rules leaves the ticket as it was. */
export function disturb(ticket: Ticket, what: Disturbance, second: number): Ticket {
  const deed = deedAt(second, 'owner@example.com')
  try {
    switch (what.kind) {
      case 'advance':
        return advance(ticket, second)
      case 'edit':
        return ticket.setFields({ ...told({ room: what.room }, second), tell: true })
      case 'issue': {
        const move = nextMove(ticket.data)
        const isStep = what.byStep && !move.startsWith('await') && !move.startsWith('finish')
        const step = isStep ? (move as 'refund') : null
        return ticket.raiseIssue({ ...deed, kind: 'admin_required', reason: 'test', step })
      }
      case 'person_issue':
        return ticket.raiseIssue({ ...deed, kind: what.issue, reason: 'said so', step: null })
      case 'late':
        return isFollowed(ticket)
          ? ticket.foundLate({
              ...deedAt(second),
              check: what.check,
              reason: 'late',
              cause: { code: 'late_arrival' },
            })
          : ticket
      case 'begin_notice': {
        const notice = dueNotice(ticket.data)
        return notice === null ? ticket : ticket.noticeBegun(notice.key)
      }
      case 'part_refund':
        return ticket.refundPart({ ...deed, amountWon: 20_000 })
      case 'reorder':
        return ticket.reorder({ ...deed, fields: { message: '다시' } })
      case 'tell_delay':
        return ticket.tellDelay({ ...deed, expectedBy: deedAt(second + 3600).at })
      case 'arrived':
        return isFollowed(ticket) ? advance(ticket, second) : ticket
      case 'resolve':
        return ticket.resolveIssue({ ...deed, action: what.action, note: what.note })
      case 'cancel':
        return ticket.data.issue === null
          ? ticket.cancel({ ...deed, cause: 'requested', reason: 'test' })
          : ticket
      case 'paid':
        return ticket.data.issue === null && SUB_STATES.indexOf(ticket.data.subState) >= 1
          ? ticket.paid(payment(second), deed)
          : ticket
      case 'webhook':
        return ticket.requestPaymentReading('pk')
      case 'departed':
        return isFollowed(ticket)
          ? ticket.vendorReported({ ...deed, status: '배송중', departed: true })
          : ticket
      case 'refuse_edit':
        return nextMove(ticket.data) === 'share_edit'
          ? ticket.editRefused({ ...deed, code: 'MADE', reason: 'made' })
          : ticket
      case 'confirm':
        return ticket.confirmByCustomer({ ...deed, callId: null })
    }
  } catch (error) {
    if (error instanceof TicketRuleError) return ticket
    throw error
  }
}

export const historyOf = (script: readonly Disturbance[]): Ticket[] => {
  const history = [opened()]
  for (const [i, what] of script.entries()) {
    const last = history.at(-1)
    if (last !== undefined) history.push(settled(disturb(last, what, i + 1), i + 1))
  }
  return history
}
/** Undisturbed up to anywhere, the door included; then anything: left to chance alone hardly a ticket gets that far. */
export const scripts: fc.Arbitrary<readonly Disturbance[]> = fc
  .tuple(fc.nat(11), fc.array(disturbance, { maxLength: 50, size: 'max' }))
  .map(([undisturbed, script]) => [
    ...Array.from({ length: undisturbed }, (): Disturbance => ({ kind: 'advance' })),
    ...script,
  ])
export const pairs = (history: readonly Ticket[]) =>
  history.slice(1).map((after, i) => ({ before: history[i] ?? after, after }))
