/** What actions do in the fake: enough of the workflow for the screens to react. */
import type { NewTicket, OrderField, TicketActionRequest, TicketDetail } from '../../../web/api/types.ts'
import { inMinutes } from './clock.ts'
import { makeTicket } from './tickets.ts'
import type { FakeWorld } from './world.ts'

export function actInWorld(world: FakeWorld, ticket: TicketDetail, request: TicketActionRequest) {
  const { refusal } = world
  if (refusal !== null) {
    world.refusal = null
    return {
      status: refusal.status,
      type: 'application/problem+json',
      body: { title: 'Not possible now', ...refusal },
    }
  }
  return { status: 200, body: world.changeTicket(ticket.order_no, changeOf(ticket, request)) }
}

function changeOf(ticket: TicketDetail, request: TicketActionRequest): Partial<TicketDetail> {
  const event = (kind: string, data: Record<string, unknown>) => [
    ...ticket.timeline,
    { seq: ticket.timeline.length + 1, at: inMinutes(0), kind, actor: 'owner@example.com', data },
  ]
  switch (request.action) {
    case 'edit_order': {
      const { phone: _phone, ...fields } = request.fields
      const changes = Object.entries(fields).map(([field, to]) => ({
        field,
        from: ticket[field as Exclude<OrderField, 'phone'>],
        to,
      }))
      return { ...defined(fields), timeline: event('order_edited', { channel: 'operator', changes }) }
    }
    case 'cancel':
      return {
        state: 'done',
        outcome: 'cancelled',
        actions: [],
        timeline: event('cancelled', { reason: request.reason }),
      }
    case 'refund_and_close':
      return { state: 'done', outcome: 'refunded', issue: null, issue_kind: null, actions: [] }
    case 'raise_issue':
      return { state: 'issue', issue_kind: request.kind, issue_reason: request.reason }
    case 'merge_order':
      return {
        look_alikes: [],
        possible_duplicate_of: null,
        timeline: event('merged_from', { order_no: request.other, channel: 'sms', changes: [] }),
      }
    case 'keep_both':
      return {
        look_alikes: [],
        possible_duplicate_of: null,
        timeline: event('not_same_order', { order_no: request.other }),
      }
    case 'set_refund_account':
      return {
        state: 'done',
        outcome: 'refunded',
        issue: null,
        issue_kind: null,
        issue_reason: null,
        actions: [],
        timeline: event('refund_account_set', { bank: request.bank_code }),
      }
    case 'confirm_order':
      return { sub_state: 'awaiting_payment', actions: ['edit_order', 'cancel'] }
    case 'partial_refund': {
      const without = (actions: TicketDetail['actions']) => actions.filter((a) => a !== 'partial_refund')
      return {
        refunded: 20_000,
        issue: ticket.issue === null ? null : { ...ticket.issue, actions: without(ticket.issue.actions) },
        actions: without(ticket.actions),
        timeline: event('part_refund_asked', { amount: 20_000 }),
      }
    }
    case 'reorder':
      return {
        ...resolved,
        sub_state: 'message_confirmed',
        timeline: event('reordered', { replaces: `${ticket.order_no}-1`, changes: [] }),
      }
    case 'tell_delay':
      return { ...resolved, timeline: event('delay_told', { expected_by: request.expected_by }) }
    case 'retry_step':
    case 'complete_by_hand':
      return {
        ...resolved,
        sub_state: 'po_placed',
        timeline: event('issue_resolved', { issue: 'admin_required', action: request.action, note: '' }),
      }
  }
}

const resolved: Partial<TicketDetail> = {
  state: 'in_progress',
  issue: null,
  issue_kind: null,
  issue_reason: null,
  actions: ['edit_order', 'raise_issue', 'cancel'],
}

const defined = <T extends object>(fields: T): Partial<{ [K in keyof T]: Exclude<T[K], undefined> }> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never

export function createInWorld(world: FakeWorld, body: unknown) {
  const { fields } = body as NewTicket
  const all: OrderField[] = ['orderer', 'recipient', 'destination', 'room', 'message', 'deliver_by', 'phone']
  const ticket = makeTicket({
    orderNo: '261121-NEW2',
    person: {
      orderer: fields.orderer ?? '',
      recipient: fields.recipient ?? '',
      message: fields.message ?? '',
      destination: fields.destination ?? '',
      room: fields.room ?? '',
      phone: '010-****-5678',
    },
    subState: 'order_received',
    openedMinutesAgo: 0,
    deliverBy: fields.deliver_by ?? null,
    missing: all.filter((field) => fields[field] === undefined),
    change: { channel: 'operator' },
  })
  world.tickets.set(ticket.order_no, ticket)
  return { status: 201, body: ticket }
}
