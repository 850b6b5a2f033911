/** Money for the web app alone: deposits that wait, money to return, comparisons, figures of a month. */
import type {
  DepositView,
  MoneyToReturnView,
  ReconciliationView,
  SettlementView,
  StatementView,
} from '../../../web/api/types.ts'
import { inMinutes } from './clock.ts'

const SETTLED = { settled_by: null, settled_at: null, note: null }

const suggestion = (
  order_no: string,
  orderer: string,
  reasons: DepositView['suggestions'][number]['reasons'],
  more: Partial<DepositView['suggestions'][number]> = {},
): DepositView['suggestions'][number] => ({
  order_no,
  orderer,
  amount: 80_000,
  missing: 80_000,
  ordered_at: inMinutes(-200),
  reasons,
  open: true,
  ...more,
})

const deposits = (): DepositView[] => [
  {
    id: 1,
    received_at: inMinutes(-95),
    amount: 80_000,
    depositor: '박영희',
    memo: '화환',
    status: 'waiting',
    reason: 'wrong_name',
    order_no: null,
    ...SETTLED,
    suggestions: [
      suggestion('261121-A2B3', '주식회사 한빛 임직원 일동', ['amount_exact']),
      suggestion('261121-C4D5', '박영호', ['amount_exact', 'name_alike']),
    ],
  },
  {
    id: 2,
    received_at: inMinutes(-60),
    amount: 30_000,
    depositor: '김철수',
    memo: null,
    status: 'waiting',
    reason: 'part',
    order_no: null,
    ...SETTLED,
    suggestions: [suggestion('261121-E6F7', '김철수', ['amount_part', 'name_same'])],
  },
  {
    id: 3,
    received_at: inMinutes(-30),
    amount: 80_000,
    depositor: '최지훈',
    memo: null,
    status: 'waiting',
    reason: 'late',
    order_no: null,
    ...SETTLED,
    suggestions: [
      suggestion('261120-G8H9', '최지훈', ['amount_exact', 'name_same', 'order_closed'], {
        missing: 0,
        open: false,
      }),
    ],
  },
  {
    id: 4,
    received_at: inMinutes(-5),
    amount: 1_230,
    depositor: '예금이자',
    memo: null,
    status: 'waiting',
    reason: 'unknown',
    order_no: null,
    ...SETTLED,
    suggestions: [],
  },
  {
    id: 5,
    received_at: inMinutes(-300),
    amount: 80_000,
    depositor: '이순신',
    memo: null,
    status: 'matched',
    reason: null,
    order_no: '261120-J2K3',
    settled_by: 'system',
    settled_at: inMinutes(-299),
    note: null,
    suggestions: [],
  },
  {
    id: 6,
    received_at: inMinutes(-1500),
    amount: 80_000,
    depositor: '홍길동',
    memo: '근조',
    status: 'returned',
    reason: null,
    order_no: null,
    settled_by: 'owner@example.com',
    settled_at: inMinutes(-1400),
    note: '이체 확인 20261120-3',
    suggestions: [],
  },
]

const returns = (): MoneyToReturnView[] => [
  {
    id: 1,
    order_no: '261121-L4M5',
    orderer: '대한물산 총무부',
    amount: 80_000,
    source: 'virtual_account',
    reason: 'paid_twice',
    status: 'open',
    account: '신한은행 ****6789',
    created_at: inMinutes(-120),
    ...SETTLED,
  },
  {
    id: 2,
    order_no: '261120-G8H9',
    orderer: '최지훈',
    amount: 20_000,
    source: 'bank_transfer',
    reason: 'over',
    status: 'open',
    account: null,
    created_at: inMinutes(-40),
    ...SETTLED,
  },
]

const runs = (): ReconciliationView['runs'] => [
  {
    id: 3,
    started_at: inMinutes(-4),
    finished_at: inMinutes(-4),
    started_by: 'system',
    checked: 18,
    findings: [],
    error: null,
  },
  {
    id: 2,
    started_at: inMinutes(-19),
    finished_at: inMinutes(-19),
    started_by: 'owner@example.com',
    checked: 18,
    findings: [
      { kind: 'silent_payment', order_no: '261121-N6P7', payment_key: 'tgen_1', amount: 80_000 },
      { kind: 'money_without_order', order_no: '261120-G8H9', payment_key: 'tgen_2', amount: 80_000 },
    ],
    error: null,
  },
  {
    id: 1,
    started_at: inMinutes(-34),
    finished_at: inMinutes(-34),
    started_by: 'system',
    checked: 4,
    findings: [],
    error: '결제사(Toss Payments)에서 제때 응답하지 않았습니다.',
  },
]

/** What happens to money in the fake. */
export class FakeMoney {
  readonly deposits = deposits()
  readonly returns = returns()
  readonly statements: StatementView[] = []
  /** Refuses the next match with this sentence. */
  refusal: string | null = null

  answer(method: string, url: URL, body: unknown): { status: number; body?: unknown; type?: string } {
    const [, , area, list, id, act] = url.pathname.split('/')
    if (area === 'settlement') return this.#settlement(method, url, list, id)
    if (list === 'reconciliation') {
      return method === 'POST' ? { status: 202 } : { status: 200, body: this.#reconciliation() }
    }
    if (list === 'returns') return this.#returns(Number(id), act, body as { note?: string } | undefined)
    return this.#deposits(url, Number(id), act, body as Record<string, string> | undefined)
  }

  #reconciliation(): ReconciliationView {
    return {
      bank: { read_at: inMinutes(-1), error: null },
      runs: runs(),
      open_deposits: this.deposits.filter(({ status }) => status === 'waiting').length,
      open_returns: this.returns.filter(({ status }) => status === 'open').length,
    }
  }

  #deposits(url: URL, id: number, act: string | undefined, asked: Record<string, string> | null | undefined) {
    if (act === undefined) {
      const open = url.searchParams.get('state') !== 'settled'
      const found = this.deposits.filter(({ status }) => (status === 'waiting') === open)
      return { status: 200, body: { deposits: found, next_cursor: null } }
    }
    if (this.refusal !== null) {
      const detail = this.refusal
      this.refusal = null
      const problem = { type: '', title: 'Not possible now', status: 409, code: 'closed', detail }
      return { status: 409, type: 'application/problem+json', body: problem }
    }
    const body = asked ?? {}
    const index = this.deposits.findIndex((deposit) => deposit.id === id)
    const deposit = this.deposits[index]
    if (deposit === undefined) return { status: 404 }
    const settled: DepositView = {
      ...deposit,
      status: act === 'match' ? 'matched' : body.status === 'ignored' ? 'ignored' : 'returned',
      reason: null,
      order_no: body.order_no ?? null,
      settled_by: 'owner@example.com',
      settled_at: inMinutes(0),
      note: body.note ?? null,
      suggestions: [],
    }
    this.deposits[index] = settled
    return { status: 200, body: settled }
  }

  #returns(id: number, act: string | undefined, body: { note?: string } | null | undefined) {
    if (act === undefined) {
      return { status: 200, body: { returns: this.returns.filter(({ status }) => status === 'open') } }
    }
    if (act === 'account') {
      return { status: 200, body: { bank_code: '88', account_number: '110123456789', holder: '대한물산' } }
    }
    const index = this.returns.findIndex((money) => money.id === id)
    const money = this.returns[index]
    if (money === undefined) return { status: 404 }
    this.returns[index] = { ...money, status: 'returned', note: body?.note ?? '' }
    return { status: 200, body: this.returns[index] }
  }

  #settlement(method: string, url: URL, list: string | undefined, id: string | undefined) {
    if (list === undefined) return { status: 200, body: figures(url.searchParams) }
    if (id !== undefined) {
      const found = this.statements.find((statement) => statement.id === Number(id))
      return found === undefined ? { status: 404 } : { status: 200, body: found }
    }
    if (method === 'GET') return { status: 200, body: { statements: this.statements } }
    const statement = compared(this.statements.length + 1, url.searchParams)
    this.statements.unshift(statement)
    return { status: 201, body: statement }
  }
}

const DAY_MS = 86_400_000

function figures(query: URLSearchParams): SettlementView {
  const [from, to] = [query.get('from') ?? '', query.get('to') ?? '']
  const rows: SettlementView['rows'] = []
  for (let at = Date.parse(from), i = 0; at <= Date.parse(to); at += DAY_MS, i++) {
    const orders = (i * 7) % 13
    rows.push({ from: new Date(at).toISOString().slice(0, 10), ...earned(orders, i % 9 === 4 ? 80_000 : 0) })
  }
  const all = rows.reduce((sum, { orders }) => sum + orders, 0)
  const refunds = rows.reduce((sum, row) => sum + row.refunds, 0)
  return {
    from,
    to,
    period: 'day',
    rows,
    vendors: [
      { vendor: 'erp', ...earned(all - 6, refunds) },
      { vendor: 'phone', ...earned(6, 0) },
    ],
    total: earned(all, refunds),
    vendor_names: ['erp', 'phone'],
  }
}

function earned(orders: number, refunds: number): SettlementView['total'] {
  const [revenue, cost, fees] = [
    orders * 80_000,
    orders * 40_000,
    Math.round(orders * 2_816 - refunds * 0.0352),
  ]
  return { orders, revenue, refunds, cost, fees, margin: revenue - refunds - cost - fees }
}

const compared = (id: number, query: URLSearchParams): StatementView => ({
  id,
  vendor: query.get('vendor') ?? '',
  file_name: query.get('file_name') ?? '',
  uploaded_by: 'owner@example.com',
  uploaded_at: inMinutes(0),
  from: query.get('from') ?? '',
  to: query.get('to') ?? '',
  totals: {
    matched: 1,
    differs: 1,
    missing_here: 1,
    missing_there: 1,
    ours_won: 120_000,
    theirs_won: 125_000,
  },
  lines: [
    line('matched', '261121-A2B3-1', 'HM-1001', 40_000, 40_000, 2),
    line('differs', '261121-C4D5-1', 'HM-1002', 40_000, 45_000, 3),
    line('missing_here', null, 'HM-0999', null, 40_000, 4),
    line('missing_there', '261121-E6F7-1', 'HM-1003', 40_000, null, null),
  ],
  problems: [{ line: 5, problem: 'bad_amount', text: '모름' }],
})

const line = (
  verdict: StatementView['lines'][number]['verdict'],
  reference: string | null,
  erp_order_id: string | null,
  ours: number | null,
  theirs: number | null,
  at: number | null,
): StatementView['lines'][number] => ({ verdict, reference, erp_order_id, ours, theirs, line: at })
