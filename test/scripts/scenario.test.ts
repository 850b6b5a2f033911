import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WAITING_WORDS } from '../../domain/waiting-words.ts'
import type { PersonEvidence, TicketEvidence } from '../../scripts/scenario/evidence.ts'
import { ForgeryError, forge } from '../../scripts/scenario/forgery.ts'
import { loadScenario, ScenarioFileError } from '../../scripts/scenario/schema.ts'
import { longestSilenceMs } from '../../scripts/scenario/silence.ts'
import { timelineOf } from '../../scripts/scenario/timeline.ts'
import { conditionHolds, judge } from '../../scripts/scenario/verdict.ts'

const TICKET: TicketEvidence = {
  orderNo: '261121-ABCD',
  state: 'done',
  sub_state: 'delivered',
  issue_kind: null,
  outcome: 'delivered',
  missing: [],
  fields: { orderer: '김 민수님', room: null },
  sources: { orderer: { channel: 'sms', picture: true } },
  events: [{ kind: 'paid', at: new Date(1000), actor: 'customer', data: {} }],
  payments: [{ status: 'DONE', amount: 80_000, paymentKey: 'tgen_1', orderId: '261121-ABCD' }],
  issues: [
    {
      kind: 'complaint',
      resolution: 'retry_step',
      isOpen: false,
      acknowledgedVia: 'app',
      evidence: ['words'],
      hasSuggestion: false,
    },
    {
      kind: 'message_typo',
      resolution: null,
      isOpen: true,
      acknowledgedVia: null,
      evidence: ['words', 'vendor_answer'],
      hasSuggestion: true,
    },
  ],
  deposits: [
    { status: 'matched', amount: 30_000 },
    { status: 'matched', amount: 50_000 },
  ],
  purchaseOrders: [
    {
      reference: '261121-ABCD-1',
      erpOrderId: 'B1',
      status: '완료',
      method: 'phone',
      evidence: ['call'],
    },
  ],
  callsPlaced: [
    { recordingKey: 'recordings/a.wav', answered: true },
    { recordingKey: null, answered: true },
  ],
  deliveries: [{ status: '완료', photoKey: 'p.png' }],
  messages: [{ kind: 'delivered', status: 'failed', body: '', at: new Date(2000) }],
}

const VENDOR_ORDER = { order_id: 'B1', reference: '261121-ABCD-1', status: '접수', ribbon_text: '명복' }

const said = (speaker: 'me' | 'them', text: string, at_ms: number, end_ms: number | null = at_ms + 100) => ({
  at_ms,
  end_ms,
  speaker,
  text,
})

const EVIDENCE: PersonEvidence = {
  number: '01012345678',
  outbound: [],
  campaignRows: [],
  tickets: [TICKET],
  calls: [{ callId: 'call-1', state: 'ended', turns: 3, recordingKey: null }],
  receivedCalls: [],
  keptTurns: [],
  worldCalls: [
    {
      id: 'w1',
      from: '01012345678',
      to: '15880000',
      state: 'live',
      ended_by: 'them',
      answered_at: new Date(0).toISOString(),
      transcript: [
        said('them', '저는 AI 상담원입니다.', 0),
        said('me', '네.', 500),
        said('them', '장례식장을 말씀해 주시겠어요?', 900),
        said('them', '장례식장을 말씀해 주시겠어요?', 1500),
        said('them', '아직 말하', 2500, null),
      ],
    },
  ],
  sms: [
    {
      id: 's1',
      to: '01012345678',
      from: '15880000',
      type: 'MMS',
      status: 'delivered',
      text: '배송되었습니다',
      at: new Date(3000).toISOString(),
    },
  ],
  sentSms: [
    {
      id: 's2',
      to: '15880000',
      from: '01012345678',
      type: 'SMS',
      status: 'delivered',
      text: '배송되었습니다만',
      at: new Date(4000).toISOString(),
    },
  ],
  kakao: [
    { id: 'k1', by: 'person', text: '주문이요', at: new Date(5000).toISOString() },
    { id: 'k2', by: 'company', text: '접수되었습니다', at: new Date(6000).toISOString() },
    { id: 'k3', by: 'company', text: '접수되었습니다', at: new Date(7000).toISOString(), refused: 'twice' },
  ],
  worldPayments: [
    {
      paymentKey: 'tgen_1',
      orderId: '261121-ABCD',
      status: 'PARTIAL_CANCELED',
      approvedAt: '2026-11-21T13:00:00+09:00',
      totalAmount: 80_000,
      cancels: [{ cancelAmount: 20_000 }],
      virtualAccount: null,
      success_url: 'http://a/pay/T.x.y/success',
    },
    {
      paymentKey: 'tgen_2',
      orderId: '261121-ABCD-2',
      status: 'CANCELED',
      approvedAt: null,
      totalAmount: 80_000,
      cancels: [{ cancelAmount: 80_000 }],
      virtualAccount: { accountNumber: '791' },
      success_url: '',
    },
  ],
  vendorOrders: [VENDOR_ORDER, VENDOR_ORDER],
}

const failed = (expectation: Parameters<typeof judge>[0]) =>
  judge(expectation, EVIDENCE)
    .filter((check) => !check.passed)
    .map((check) => check.what)

describe('a verdict', () => {
  it('passes what is there, without regard to spaces and honorifics', () => {
    expect(
      failed({
        of: 'customer',
        tickets: 1,
        ticket: { state: 'done', outcome: 'delivered', missing: [] },
        order: { orderer: '김민수', room: null },
        payments_done: 1,
        paid_won: 80_000,
        purchase_orders: { min: 1 },
        sms: { 배송되었습니다: 1 },
        events: { paid: 1, po_refused: 0 },
        sms_types: { MMS: 1, SMS: 0 },
        kakao: { 접수: 1, 주문: 0 },
        kakao_refused: 1,
        charged_won: 80_000,
        issues: { message_typo: 1, delivery_delay: 0 },
        open_issues: 1,
        issue: { kind: 'message_typo', resolution: null, evidence: ['vendor_answer'], suggestion: true },
        deposits: { matched: 2 },
        deposited_won: 80_000,
        refunded_won: 20_000,
        delivery_photo: true,
        call: { records: 1, ended_by: 'them', heard: ['AI', '장례식장'] },
      }),
    ).toEqual([])
  })

  it.each([
    ['a ticket too many', { tickets: 0 }, 'tickets'],
    ['another state', { ticket: { state: 'issue' } }, 'ticket state'],
    ['a wrong field', { order: { orderer: '이민수' } }, 'order orderer'],
    ['a second order at the vendor', { vendor_orders: 1 }, "orders in the vendor's books"],
    ['another way to the vendor', { vendor: { method: 'api' } }, 'way to the vendor'],
    ['a picture that is not there', { vendor: { pictures: 1 } }, "pictures of the vendor's pages"],
    ['what the vendor did not write', { vendor_order: { hall: '서울' } }, "hall in the vendor's books"],
    ['a call of ours without recording', { calls_placed: 2 }, 'recorded calls that we placed'],
    ['money that did not go back', { refunded_won: 0 }, 'won given back by the gateway'],
    ['an Issue that nobody raised', { issues: { delivery_delay: 1 } }, 'Issues of kind delivery_delay'],
    ['an Issue that is still open', { open_issues: 0 }, 'open Issues'],
    ['evidence that is not there', { issue: { evidence: ['file'] } }, 'Issue evidence'],
    ['a deposit of somebody else', { deposited_won: 30_000 }, 'won deposited for the order'],
    ['money taken twice', { charged_won: 160_000 }, 'won taken by the gateway'],
    ['a text that was not sent', { messages: { delivered: 1 } }, 'messages sent: delivered'],
    ['what the caller did not hear', { call: { heard: ['녹음'] } }, 'the caller heard "녹음"'],
    ['what was heard in another order', { call: { heard: ['장례식장', 'AI'] } }, 'the caller heard "AI"'],
    ['a sentence said twice', { call: { nothing_twice: true } }, 'nothing was said twice'],
    ['a call without recording', { call: { recording: true } }, 'call recorded'],
  ] as const)('fails %s', (_name, expectation, what) => {
    expect(failed({ of: 'customer', ...expectation } as Parameters<typeof judge>[0])).toEqual([what])
  })
})

describe('what is said to who waits', () => {
  const twiceIn = (...texts: readonly string[]) => {
    const transcript = texts.map((text, index) => said('them', text, 1_000 * index))
    const worldCalls = EVIDENCE.worldCalls.map((call) => ({ ...call, transcript }))
    return judge({ of: 'customer', call: { nothing_twice: true } }, { ...EVIDENCE, worldCalls })
      .filter(({ what }) => what === 'nothing was said twice')
      .map(({ passed }) => passed)
  }

  it('may come round again, as it was heard: in one piece, or broken off', () => {
    for (const words of Object.values(WAITING_WORDS)) {
      expect(twiceIn(...words, ...words)).toEqual([true])
      const all = words.join(' ')
      expect(twiceIn(all, all)).toEqual([true])
    }
    const broken = '지금 응답이 늦어지고 있습니다. 끊지 말'
    expect(twiceIn(broken, broken)).toEqual([true])
  })

  it('excuses nothing that is said beside it', () => {
    const words = '잠시만 기다려 주세요. 몇 호실로 보내 드릴까요?'
    expect(twiceIn(words, words)).toEqual([false])
  })
})

describe('the longest silence of a call', () => {
  const said = (speaker: 'me' | 'them', at_ms: number, end_ms: number | null) =>
    ({ speaker, at_ms, end_ms, text: '' }) as const

  it('is the longest time in which neither side speaks, after our first word', () => {
    const transcript = [
      said('me', 0, 500),
      said('them', 4_000, 6_000),
      said('me', 5_500, 8_000),
      said('them', 7_000, 7_500),
      said('them', 9_900, 11_000),
      said('me', 12_000, null),
    ]
    expect(longestSilenceMs(transcript)).toBe(1_900)
  })

  it('is none where we said nothing', () => {
    expect(longestSilenceMs([])).toBe(0)
    expect(longestSilenceMs([said('me', 0, 1_000), said('me', 9_000, 9_500)])).toBe(0)
  })
})

describe('a condition', () => {
  const condition = { of: 'customer', within_seconds: 1 }

  it('holds when the newest ticket, call and texts are like that', () => {
    const sms = { containing: '배송', count: 1 }
    expect(
      conditionHolds(
        {
          ...condition,
          ticket: { state: 'done' },
          call: { turns: 3 },
          sms,
          kakao: { containing: '접수', count: 1 },
        },
        EVIDENCE,
      ),
    ).toBe(true)
  })

  it('does not hold before', () => {
    expect(conditionHolds({ ...condition, call: { turns: 4 } }, EVIDENCE)).toBe(false)
    expect(conditionHolds({ ...condition, sms: { containing: '배송', count: 2 } }, EVIDENCE)).toBe(false)
    expect(conditionHolds({ ...condition, kakao: { containing: '접수', count: 2 } }, EVIDENCE)).toBe(false)
    expect(conditionHolds({ ...condition, ticket: { state: 'done' } }, { ...EVIDENCE, tickets: [] })).toBe(
      false,
    )
  })

  it.each([
    ['delivered', 'in_progress', 'in_delivery', {}, true],
    ['po_placed', 'in_progress', 'in_delivery', {}, false],
    ['delivered', 'issue', 'in_delivery', {}, false],
    ['delivered', 'in_progress', 'in_delivery', { state: 'in_progress' }, false],
  ] as const)(
    'of a ticket that is %s (%s) and shall have come to %s',
    (reached, state, wanted, more, holds) => {
      const tickets = [{ ...TICKET, state, sub_state: reached }]
      const ticket = { sub_state: wanted, ...more }
      expect(conditionHolds({ ...condition, ticket }, { ...EVIDENCE, tickets })).toBe(holds)
    },
  )
})

it('a timeline is sorted and tells only whole sentences of a live call', () => {
  const lines = timelineOf('customer', EVIDENCE)
  expect(lines.map((line) => line.at.getTime())).toEqual(
    [...lines.map((line) => line.at.getTime())].sort((a, b) => a - b),
  )
  const story = lines.map((line) => line.text).join('\n')
  expect(story).not.toContain('아직 말하')
  expect(story).toMatch(/to customer: 배송되었습니다\n.*from customer: 배송되었습니다만/)
})

describe('a forgery', () => {
  const input = { victim: EVIDENCE, other: undefined, companyNumber: '15880000' }

  it.each([
    ['payment_never_made', '/webhooks/toss', /tgen_[0-9a-f]{24}.*DONE/],
    ['payment_not_done', '/webhooks/toss', /tgen_1.*DONE/],
    ['deposit_with_wrong_secret', '/webhooks/toss', /"secret":"[0-9a-f]{24}".*261121-ABCD/],
    ['report_with_wrong_secret', '/webhooks/solapi', /3104/],
    ['text_with_wrong_signature', '/webhooks/sms-inbound', /01012345678/],
    ['kakao_with_wrong_token', '/webhooks/kakao', /botUserKey/],
    ['delivery_with_wrong_signature', '/webhooks/vendor-erp', /261121-ABCD-1.*완료/],
  ] as const)('%s goes to %s', (what, path, body) => {
    const request = forge({ ...input, what })
    expect(request.path).toBe(path)
    expect(JSON.stringify(request.body)).toMatch(body)
  })

  it("of somebody else's payment takes the victim's own way back from the checkout", () => {
    const [payment] = TICKET.payments
    const ticket = {
      ...TICKET,
      payments: payment === undefined ? [] : [{ ...payment, paymentKey: 'tgen_9' }],
    }
    const other = { ...EVIDENCE, tickets: [ticket] }
    const { path } = forge({ ...input, what: 'payment_of_somebody_else', other })
    expect(path).toBe(
      '/pay/T.x.y/success?paymentType=NORMAL&paymentKey=tgen_9&orderId=261121-ABCD&amount=80000',
    )
    expect(() => forge({ ...input, what: 'payment_of_somebody_else' })).toThrow(ForgeryError)
  })
})

describe('a scenario file', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'daeri-scenario-file-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('with mistakes is refused with the path of each', () => {
    const file = join(folder, 'bad.yaml')
    writeFileSync(
      file,
      'name: bad\nshows: Nothing.\npeople: {}\nsteps: [{ dance: 1 }]\nexpect: [{ tickets: many }]\n',
    )
    expect(() => loadScenario(file)).toThrow(ScenarioFileError)
    expect(() => loadScenario(file)).toThrow(/steps\.0[\s\S]*expect\.0\.tickets/)
  })
})
