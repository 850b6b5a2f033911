/** Issues and the morning of the fake: read off its tickets, with what people made of them. */
import type {
  Colleague,
  IssueCounts,
  IssueDetail,
  IssueHandlingRequest,
  IssueList,
  IssueSummary,
  Morning,
  MorningOrderView,
  TicketDetail,
} from '../../../web/api/types.ts'
import { inMinutes, kst } from './clock.ts'

export const COLLEAGUES: readonly Colleague[] = [
  { email: 'agent@example.com', name: '이수진' },
  { email: 'owner@example.com', name: '운영자' },
]

/** What people made of an Issue. */
type Handled = Pick<
  IssueDetail,
  'assignee' | 'due_at' | 'acknowledged_at' | 'acknowledged_by' | 'acknowledged_via' | 'comments'
>

const UNTOUCHED: Handled = {
  assignee: null,
  due_at: inMinutes(25),
  acknowledged_at: null,
  acknowledged_by: null,
  acknowledged_via: null,
  comments: [],
}

const WHY = {
  ko: '외주업체가 이 주문을 받지 않았습니다. 업체와 통화해 발주하시고 접수번호를 남겨 주세요.',
  en: 'The vendor did not take this order. Place it by phone and note the number they give you.',
}

export class FakeIssues {
  readonly #handled = new Map<string, Handled>()
  /** Issues beside those of the tickets: resolved ones, evidence of other kinds. */
  readonly extra: IssueDetail[] = []
  evidence: IssueDetail['evidence'] = [
    {
      kind: 'vendor_answer',
      method: null,
      code: 'HALL_NOT_SERVED',
      reason: '배송할 수 없는 장례식장입니다: 전주시티장례문화원',
    },
    {
      kind: 'words',
      channel: 'phone',
      text: '전주시티장례문화원 203호로 보내 주세요',
      at: inMinutes(-30),
      call_id: 'call-00000000a002',
      at_ms: 4200,
      thread_id: null,
    },
    { kind: 'timing', wanted: inMinutes(180), status: null },
    { kind: 'file', label: 'ERP 주문 화면', method: 'browser', url: '/api/photos/erp.png' },
  ]
  wanted: IssueDetail['wanted'] = {}

  /** The open Issue of a ticket, when it has one, and the extra ones of its order. */
  ofOrder(ticket: TicketDetail): IssueDetail[] {
    const { issue } = ticket
    const extra = this.extra
      .filter((one) => one.order_no === ticket.order_no)
      .map((one) => ({ ...one, ...this.#handled.get(one.id) }))
    if (issue === null) return extra
    const suggested = issue.actions.includes('complete_by_hand')
      ? ('complete_by_hand' as const)
      : issue.actions[0]
    const handled = this.#handled.get(issue.id) ?? UNTOUCHED
    return [
      ...extra,
      {
        ...issue,
        ...handled,
        order_no: ticket.order_no,
        resolved_at: null,
        resolved_by: null,
        resolution: null,
        resolution_note: null,
        suggestion:
          suggested === undefined
            ? null
            : { action: suggested, why: WHY, source: 'model', at: issue.raised_at },
        comment_count: handled.comments.length,
        evidence: this.evidence,
        wanted: this.wanted,
        amounts: { all: ticket.amount, part: 20_000 },
      },
    ]
  }

  list(tickets: readonly TicketDetail[], query: URLSearchParams): IssueList {
    const resolved = query.get('state') === 'resolved'
    const [kind, assignee] = [query.get('kind'), query.get('assignee')]
    const issues = tickets
      .flatMap((ticket) => this.ofOrder(ticket).map((issue) => summaryOf(issue, ticket)))
      .filter((issue) => (issue.resolved_at !== null) === resolved)
      .filter((issue) => kind === null || issue.kind === kind)
      .filter((issue) => assignee === null || (issue.assignee ?? 'none') === assignee)
    return { issues, next_cursor: null }
  }

  counts(tickets: readonly TicketDetail[]): IssueCounts {
    const open = tickets.flatMap((ticket) => this.ofOrder(ticket)).filter((one) => one.resolved_at === null)
    return {
      open: open.length,
      unseen: open.filter((one) => one.acknowledged_at === null).length,
      overdue: open.filter((one) => one.due_at !== null && Date.parse(one.due_at) < Date.now()).length,
    }
  }

  handle(id: string, { assignee, due_at }: IssueHandlingRequest): void {
    this.#change(id, {
      ...(assignee === undefined ? {} : { assignee }),
      ...(due_at === undefined ? {} : { due_at }),
    })
  }
  comment(id: string, author: string, text: string): void {
    const { comments } = this.#handled.get(id) ?? UNTOUCHED
    this.#change(id, {
      comments: [...comments, { id: String(comments.length + 1), at: kst(Date.now()), author, text }],
    })
  }
  acknowledge(id: string, by: string): void {
    this.#change(id, { acknowledged_at: kst(Date.now()), acknowledged_by: by, acknowledged_via: 'app' })
  }

  #change(id: string, change: Partial<Handled>): void {
    this.#handled.set(id, { ...(this.#handled.get(id) ?? UNTOUCHED), ...change })
  }
}

function summaryOf(issue: IssueDetail, ticket: TicketDetail): IssueSummary {
  const { evidence: _e, wanted: _w, comments: _c, amounts: _a, resolution_note: _n, ...common } = issue
  const { sub_state, orderer, recipient, destination, room, deliver_by } = ticket
  return { ...common, sub_state, orderer, recipient, destination, room, deliver_by }
}

/** The night, as if every order of the fake had come in it. */
export function morningOf(tickets: readonly TicketDetail[], date: string): Morning {
  const groupOf = (ticket: TicketDetail) =>
    ticket.state === 'issue'
      ? 'issues'
      : ticket.missing.length > 0
        ? 'missing'
        : ticket.state === 'todo'
          ? 'awaiting_payment'
          : 'complete'
  const view = (ticket: TicketDetail): MorningOrderView => ({
    order_no: ticket.order_no,
    ordered_at: ticket.created_at,
    channel: ticket.channel,
    paid: ticket.state !== 'todo',
    sub_state: ticket.sub_state,
    outcome: ticket.outcome,
    orderer: ticket.orderer,
    recipient: ticket.recipient,
    message: ticket.message,
    destination: ticket.destination,
    room: ticket.room,
    deliver_by: ticket.deliver_by,
    amount: ticket.amount,
    customer_phone: ticket.customer_phone,
    missing: ticket.missing,
    issue:
      ticket.issue === null
        ? null
        : { kind: ticket.issue.kind, reason: ticket.issue.reason, cause: ticket.issue.cause },
  })
  return {
    date,
    from: `${new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)}T18:00:00+09:00`,
    until: `${date}T10:00:00+09:00`,
    groups: (['issues', 'missing', 'awaiting_payment', 'complete'] as const).map((group) => ({
      group,
      orders: tickets.filter((ticket) => groupOf(ticket) === group).map(view),
    })),
  }
}
