/** Tickets of the fixtures: one for each situation that a screen must show. */
import { SUB_STATES } from '../../../domain/ticket-states.ts'
import type {
  CallDetail,
  MessageView,
  OrderField,
  TicketDetail,
  TicketEventView,
  TicketSubState,
  TicketSummary,
} from '../../../web/api/types.ts'
import { inMinutes } from './clock.ts'
import { type Person, SPOKEN } from './people.ts'

const PRICE_WON = 80_000
const COST_WON = 40_000

export interface Situation {
  readonly orderNo: string
  readonly person: Person
  readonly subState: TicketSubState
  readonly openedMinutesAgo: number
  readonly deliverBy: string | null
  readonly missing?: readonly OrderField[]
  readonly calls?: readonly CallDetail[]
  readonly change?: Partial<TicketDetail>
}

/** A ticket as it would be after going through its steps one after the other. */
export function makeTicket(situation: Situation): TicketDetail {
  const { orderNo, person, subState, openedMinutesAgo, missing = [], calls = [] } = situation
  const has = (field: OrderField) => !missing.includes(field)
  const step = SUB_STATES.indexOf(subState)
  const done = subState === 'delivered'
  const value = (field: Exclude<OrderField, 'deliver_by' | 'phone'>) => (has(field) ? person[field] : null)
  const callId = calls.at(-1)?.call_id
  const base: TicketDetail = {
    order_no: orderNo,
    state: done ? 'done' : step < 2 ? 'todo' : 'in_progress',
    sub_state: subState,
    issue_kind: null,
    issue_reason: null,
    issue_cause: null,
    outcome: done ? 'delivered' : null,
    missing: [...missing],
    orderer: value('orderer'),
    recipient: value('recipient'),
    message: value('message'),
    destination: value('destination'),
    room: value('room'),
    deliver_by: has('deliver_by') ? situation.deliverBy : null,
    amount: PRICE_WON,
    customer_phone: person.phone,
    channel: calls.length > 0 ? 'phone' : 'sms',
    edit_window_ends_at: null,
    quick_actions: [], // see summaryOf
    live_call_id: calls.find((call) => call.state === 'live')?.call_id ?? null,
    possible_duplicate_of: null,
    assignees: [],
    version: 10,
    created_at: inMinutes(-openedMinutesAgo),
    updated_at: inMinutes(-Math.max(0.5, openedMinutesAgo - step * 4)),
    cost: COST_WON,
    contact_phone: has('phone') ? person.phone : null,
    evidence: callId === undefined ? {} : evidenceOf(callId, missing),
    issue: null,
    actions: done
      ? []
      : [...(step === 0 ? (['confirm_order'] as const) : []), 'edit_order', 'raise_issue', 'cancel'],
    timeline: timelineOf(situation, step),
    calls: [...calls],
    messages: messagesOf(orderNo, step, openedMinutesAgo, person),
    threads: [],
    payments: step < 1 ? [] : [payment(step >= 2, openedMinutesAgo)],
    deposits: [],
    refunded: 0,
    refunds: [],
    order_page_url: `http://127.0.0.1:4000/order/${orderNo}.0.g0.signed`,
    purchase_orders:
      step < 4
        ? []
        : [
            {
              id: 1,
              reference: `${orderNo}-1`,
              vendor: '한마음 플라워',
              requested_at: inMinutes(-openedMinutesAgo + 14),
              erp_order_id: 'HM-20431',
              status: step === 4 ? '접수' : step === 5 ? '배송중' : '완료',
              error: null,
              replaces: null,
              method: 'browser',
              pictures: [`/api/photos/${orderNo}-page.png`],
              call_id: null,
            },
          ],
    deliveries:
      step < 5
        ? []
        : [
            {
              id: 1,
              reference: `${orderNo}-1`,
              status: done ? 'delivered' : 'in_delivery',
              delivered_at: done ? inMinutes(-openedMinutesAgo + 90) : null,
              photo_url: done ? `/api/photos/${orderNo}` : null,
            },
          ],
    look_alikes: [],
    workflow_url: `http://127.0.0.1:4401/namespaces/default/workflows/ticket-${orderNo}`,
  }
  return { ...base, ...situation.change }
}

const VENDOR_REFUSED: TicketDetail['issue_cause'] = {
  code: 'vendor_refused',
  params: { code: 'HALL_NOT_SERVED', detail: '배송할 수 없는 장례식장입니다: 전주시티장례문화원' },
}

/** A ticket that stopped while the purchase order was placed. */
export function makeIssue(situation: Omit<Situation, 'subState' | 'change'>): TicketDetail {
  const reason = '외주업체가 발주를 거절했습니다. 배송할 수 없는 장례식장입니다: 전주시티장례문화원'
  const ticket = makeTicket({ ...situation, subState: 'message_confirmed' })
  const seq = ticket.timeline.length
  const event = (n: number, kind: string, data: Record<string, unknown>): TicketEventView => ({
    seq: seq + n,
    at: inMinutes(-3),
    kind,
    actor: n === 1 ? 'vendor' : 'system',
    data,
  })
  return {
    ...ticket,
    state: 'issue',
    issue_kind: 'admin_required',
    assignees: [null],
    issue_reason: reason,
    issue_cause: VENDOR_REFUSED,
    issue: {
      id: `${ticket.order_no}-I1`,
      kind: 'admin_required',
      reason,
      cause: VENDOR_REFUSED,
      step: 'place_purchase_order',
      raised_at: inMinutes(-3),
      raised_by: 'system',
      actions: ['retry_step', 'complete_by_hand', 'refund_and_close'],
    },
    actions: ['retry_step', 'complete_by_hand', 'refund_and_close', 'edit_order'],
    purchase_orders: [
      {
        id: 1,
        reference: `${ticket.order_no}-1`,
        vendor: '한마음 플라워',
        requested_at: inMinutes(-4),
        erp_order_id: null,
        status: 'refused',
        error: '배송할 수 없는 장례식장입니다',
        replaces: null,
        method: null,
        pictures: [],
        call_id: null,
      },
    ],
    timeline: [
      ...ticket.timeline,
      event(1, 'po_refused', {
        reference: `${ticket.order_no}-1`,
        code: 'hall_not_served',
        reason: '배송할 수 없는 장례식장입니다',
      }),
      event(2, 'issue_raised', { issue: 'admin_required', reason, step: 'place_purchase_order' }),
    ],
  }
}

function evidenceOf(callId: string, missing: readonly OrderField[]): TicketDetail['evidence'] {
  const fields = ['destination', 'room', 'recipient', 'orderer', 'message', 'deliver_by'] as const
  return Object.fromEntries(
    fields
      .filter((field) => !missing.includes(field))
      .map((field, index) => [
        field,
        {
          channel: 'phone' as const,
          words: SPOKEN[field],
          confidence: field === 'recipient' ? 0.58 : 0.94,
          call_id: callId,
          at_ms: 9000 + index * 6500,
        },
      ]),
  )
}

function payment(paid: boolean, openedMinutesAgo: number): TicketDetail['payments'][number] {
  return {
    id: 1,
    method: 'card',
    amount: PRICE_WON,
    status: paid ? 'paid' : 'ready',
    paid_at: paid ? inMinutes(-openedMinutesAgo + 4) : null,
    created_at: inMinutes(-openedMinutesAgo + 3),
    account: null,
    cash_receipt: null,
  }
}

function messagesOf(orderNo: string, step: number, openedMinutesAgo: number, person: Person): MessageView[] {
  const message = (index: number, kind: string, body: string): MessageView => ({
    id: `${orderNo}-m${index}`,
    direction: 'out',
    channel: 'sms',
    kind,
    type: kind === 'delivered' ? 'MMS' : 'LMS',
    attempt: 1,
    author: 'system',
    thread_id: null,
    message_id: null,
    attachments: [],
    to_number: person.phone,
    body,
    status: 'delivered',
    error: null,
    created_at: inMinutes(-openedMinutesAgo + 2 + index * 2),
    sent_at: inMinutes(-openedMinutesAgo + 2 + index * 2),
    delivered_at: inMinutes(-openedMinutesAgo + 2.1 + index * 2),
  })
  const all = [
    message(
      0,
      'payment_link',
      `[대리 화환] 주문 ${orderNo}\n근조화환 80,000원\n아래 링크에서 결제해 주세요.\nhttp://127.0.0.1:4000/pay/3f9c`,
    ),
    message(
      1,
      'confirmation',
      '입력하신 정보가 맞나요? 곧 제작·배송 절차가 시작되니 10분 안에 수정이 있으면 알려주세요.',
    ),
    message(2, 'delivered', `[대리 화환] ${person.destination}에 화환이 도착했습니다. 사진을 확인해 주세요.`),
  ]
  return all.slice(0, step === 0 ? 0 : step === 1 ? 1 : step < 6 ? 2 : 3)
}

function timelineOf(
  { orderNo, person, openedMinutesAgo, calls = [] }: Situation,
  step: number,
): TicketEventView[] {
  const callId = calls.at(-1)?.call_id ?? null
  const channel = callId === null ? 'sms' : 'phone'
  const told: OrderField[] = ['destination', 'room', 'recipient', 'orderer', 'message']
  const moved = (from: number, to: number): readonly [string, string, Record<string, unknown>] => [
    'state_changed',
    'system',
    {
      from_state: from < 2 ? 'todo' : 'in_progress',
      from_sub_state: SUB_STATES[from],
      state: to < 2 ? 'todo' : 'in_progress',
      sub_state: SUB_STATES[to],
    },
  ]
  const steps: ReadonlyArray<ReadonlyArray<readonly [string, string, Record<string, unknown>]>> = [
    [
      ['opened', 'system', { channel, call_id: callId }],
      [
        'fields_set',
        'ai',
        {
          channel,
          call_id: callId,
          changes: told.map((field) => ({ field, from: null, to: person[field as 'room'] })),
        },
      ],
    ],
    [
      ['confirmed_by_customer', 'customer', { call_id: callId }],
      moved(0, 1),
      ['message_sent', 'system', { message: 'payment_link', channel: 'sms', message_id: `${orderNo}-m0` }],
      ['payment_ready', 'system', { amount: PRICE_WON, expires_at: inMinutes(1400) }],
    ],
    [
      ['paid', 'customer', { amount: PRICE_WON, method: 'card', paid_at: inMinutes(-openedMinutesAgo + 4) }],
      moved(1, 2),
      ['message_sent', 'system', { message: 'confirmation', channel: 'sms', message_id: `${orderNo}-m1` }],
      ['message_delivered', 'system', { message: 'confirmation', message_id: `${orderNo}-m1` }],
      ['edit_window_opened', 'system', { ends_at: inMinutes(-openedMinutesAgo + 14) }],
    ],
    [['edit_window_closed', 'system', { edits: 0 }], moved(2, 3)],
    [
      ['po_placed', 'system', { reference: `${orderNo}-1`, erp_order_id: 'HM-20431', found: false }],
      moved(3, 4),
    ],
    [['vendor_status', 'vendor', { status: '배송중' }], moved(4, 5)],
    [
      ['delivered', 'vendor', { delivered_at: inMinutes(-openedMinutesAgo + 90), photo: true }],
      ['message_sent', 'system', { message: 'delivered', channel: 'sms', message_id: `${orderNo}-m2` }],
      ['done', 'system', { outcome: 'delivered' }],
    ],
  ]
  return steps
    .slice(0, step + 1)
    .flatMap((events, index) => events.map((event) => ({ event, minutes: -openedMinutesAgo + index * 3.1 })))
    .map(({ event: [kind, actor, data], minutes }, index) => ({
      seq: index + 1,
      at: inMinutes(Math.min(-0.1, minutes + index * 0.05)),
      kind,
      actor,
      data,
    }))
}

export function summaryOf(ticket: TicketDetail): TicketSummary {
  const {
    cost: _1,
    contact_phone: _2,
    evidence: _3,
    issue: _4,
    actions,
    timeline: _6,
    calls: _7,
    messages: _8,
    payments: _9,
    order_page_url: _10,
    purchase_orders: _11,
    deliveries: _12,
    workflow_url: _13,
    deposits: _14,
    refunds: _15,
    ...summary
  } = ticket
  return { ...summary, quick_actions: actions.filter((action) => action !== 'refund_and_close') }
}
