import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { koreanIso } from '../../domain/korean-time.ts'
import { nextLateCheck } from '../../domain/lateness.ts'
import { dueNotice, EDIT_NOTICE_QUIET_SECONDS, editNoticeDueAt } from '../../domain/owed-notices.ts'
import {
  type IssueKind,
  isHeld,
  nextMove,
  refundableWon,
  type Ticket,
  type TicketEvent,
  TicketRuleError,
} from '../../domain/ticket.ts'
import { deliveredNoticeName } from '../../domain/ticket-remedies.ts'
import { vendorStage } from '../../domain/vendor-status.ts'
import { ORDER, POLICY } from './order-fixture.ts'
import { advance, deedAt, historyOf, opened, scripts, told } from './ticket-scripts.ts'

const BOSS = 'owner@example.com'

/** The ticket as it is once nothing disturbs it any more. */
function toTheEnd(ticket: Ticket): Ticket {
  let last = ticket
  for (let i = 0; i < 80 && last.data.outcome === null; i++) last = advance(last, 100 + i)
  return last
}
function upTo(move: string, from = opened()): Ticket {
  let ticket = from
  for (let i = 0; i < 40 && nextMove(ticket.data) !== move; i++) ticket = advance(ticket, i + 1)
  expect(nextMove(ticket.data)).toBe(move)
  return ticket
}
const raise = (ticket: Ticket, kind: IssueKind, second = 50) =>
  ticket.raiseIssue({ ...deedAt(second, BOSS), kind, reason: 'said so', step: null })
const ofKind = <Kind extends TicketEvent['kind']>(ticket: Ticket, kind: Kind) =>
  ticket.events.filter((event): event is Extract<TicketEvent, { kind: Kind }> => event.kind === kind)
const onItsWay = (ticket: Ticket) =>
  ticket.vendorReported({ ...deedAt(60), status: '배송중', departed: true })
const refuseEdit = (ticket: Ticket) =>
  ticket
    .setFields({ ...told({ message: '바꾼 문구' }, 55), tell: true })
    .editRefused({ ...deedAt(56, 'vendor'), code: 'ALREADY_MADE', reason: '이미 제작되었습니다.' })

describe('whatever happens to a ticket', () => {
  test('it is done only when no Issue is open, all money has moved and everything is told', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const ticket = toTheEnd(historyOf(script).at(-1) ?? opened())
        expect(ticket.data).toMatchObject({ issue: null, waitingIssues: [], notices: [] })
        expect(ticket.data.partRefunds.every(({ done }) => done)).toBe(true)
        expect(ofKind(ticket, 'issue_resolved')).toHaveLength(ofKind(ticket, 'issue_raised').length)
        if (ticket.data.outcome === 'delivered') {
          // The last wreath is there and told of; those it replaced are not waited for.
          expect(ticket.data.purchaseOrder).not.toBeNull()
          expect(ticket.data.deliveredNoticeSent).toBe(true)
        }
      }),
      { numRuns: 400 },
    )
  })

  test('never more money goes back than came in, and no Issue gives a part back twice', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const ticket = toTheEnd(historyOf(script).at(-1) ?? opened())
        const parts = ofKind(ticket, 'part_refunded').map(({ data }) => data.amount)
        const rest = ofKind(ticket, 'refunded').map(({ data }) => data.amount)
        const back = [...parts, ...rest].reduce((sum, won) => sum + won, 0)
        const paid = ticket.data.payment?.amountWon ?? 0
        if (ticket.data.outcome === 'refunded') expect(back).toBe(paid)
        else expect(back).toBeLessThanOrEqual(paid)
        const issues = ticket.data.partRefunds.map(({ issueId }) => issueId)
        expect(new Set(issues).size).toBe(issues.length)
        expect(ofKind(ticket, 'part_refund_asked')).toHaveLength(parts.length)
      }),
      { numRuns: 400 },
    )
  })

  test('an Issue that holds stops everything but what is owed; another stops nothing but the end', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        for (const { data } of historyOf(script)) {
          const move = nextMove(data)
          if (isHeld(data)) expect(['await_person', 'refund_part', 'send_notice', 'finished']).toContain(move)
          else if (data.issue !== null && move !== 'await_person') {
            expect(move).toBe(nextMove({ ...data, issue: null }))
          }
          if (data.issue !== null) expect(move).not.toBe('finish')
        }
      }),
      { numRuns: 400 },
    )
  })

  test('each text that is owed has a key of its own', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const keys = new Set(
          historyOf(script).flatMap(({ data }) => data.notices.map(({ key, kind }) => `${kind} ${key}`)),
        )
        const counts = [...keys].map((key) => key.split(':').at(-1))
        expect(new Set(counts).size).toBe(counts.length)
      }),
    )
  })
})

describe('beneath a complaint', () => {
  test('the wreath is followed, its photo fetched and the customer told; the end waits', () => {
    let ticket = raise(upTo('follow_delivery'), 'complaint')
    expect(ticket.data.issue?.holds).toBe(false)
    for (const move of ['follow_delivery', 'fetch_photo', 'send_delivered']) {
      expect(nextMove(ticket.data)).toBe(move)
      ticket = advance(ticket, 70)
    }
    expect(ticket.data).toMatchObject({ subState: 'delivered', outcome: null })
    expect(nextMove(ticket.data)).toBe('await_person')
    expect(toTheEnd(ticket).data.outcome).toBe('delivered')
  })

  test('before the purchase order the ticket stands still', () => {
    const ticket = raise(upTo('await_edit_window'), 'complaint')
    expect(isHeld(ticket.data)).toBe(true)
    expect(() => ticket.editWindowClosed(deedAt(70))).toThrow(TicketRuleError)
  })

  test('a step that fails comes above it, and the complaint comes up again after it', () => {
    const complained = raise(upTo('send_delivered'), 'complaint')
    const failed = complained.raiseIssue({
      ...deedAt(70),
      kind: 'admin_required',
      reason: 'no answer',
      step: 'send_delivered',
    })
    expect(nextMove(failed.data)).toBe('await_person')
    expect(failed.data.issue?.step).toBe('send_delivered')
    const resolved = failed.resolveIssue({ ...deedAt(71, BOSS), action: 'retry_step', note: '' })
    expect(resolved.data.issue?.kind).toBe('complaint')
    expect(nextMove(resolved.data)).toBe('send_delivered')
  })

  test('a refund and a close settle everything that was open', () => {
    const both = raise(raise(upTo('follow_delivery'), 'complaint'), 'delivery_delay')
    const closing = both.resolveIssue({ ...deedAt(70, BOSS), action: 'refund_and_close', note: 'so be it' })
    expect(closing.data).toMatchObject({ issue: null, waitingIssues: [] })
    expect(toTheEnd(closing).data.outcome).toBe('refunded')
  })
})

describe('a late wreath', () => {
  const late = (ticket: Ticket, check: 'departure' | 'arrival') =>
    ticket.foundLate({ ...deedAt(80), check, reason: check, cause: { code: 'late_arrival' } })

  test('is resolved by itself when it arrives after all', () => {
    const ticket = late(upTo('follow_delivery'), 'departure')
    expect(ticket.data.issue).toMatchObject({
      kind: 'delivery_delay',
      holds: false,
      evidence: [{ kind: 'timing', wanted: ORDER.deliver_by, status: null }],
      actions: ['tell_delay', 'partial_refund', 'retry_step', 'refund_and_close'],
    })
    const arrived = advance(ticket, 90)
    expect(arrived.data).toMatchObject({ issue: null, subState: 'delivered' })
    expect(ofKind(arrived, 'issue_resolved').map(({ data }) => data.action)).toEqual(['arrived'])
  })

  test('is one Issue, that gets more pressing while nobody looks', () => {
    const ticket = late(late(upTo('follow_delivery'), 'departure'), 'arrival')
    expect(ofKind(ticket, 'issue_raised')).toHaveLength(1)
    expect(ticket.data.issue?.reason).toBe('arrival')
    expect(ticket.data.issue?.evidence).toHaveLength(2)
    expect(nextLateCheck(ticket.data, POLICY)).toBeNull()
  })

  test('is waited for until the time that the customer was told', () => {
    const expectedBy = koreanIso(Date.parse('2026-11-22T05:00:00Z'))
    const ticket = late(upTo('follow_delivery'), 'arrival').tellDelay({ ...deedAt(90, BOSS), expectedBy })
    expect(ticket.data.issue).toBeNull()
    expect(dueNotice(ticket.data)).toMatchObject({ kind: 'delay_notice', expectedBy })
    expect(nextLateCheck(ticket.data, POLICY)).toEqual({ check: 'arrival', atMs: Date.parse(expectedBy) })
    const again = advance(ticket, 91)
    expect(late(again, 'arrival').data.issue?.kind).toBe('delivery_delay')
  })

  test.each([
    ['an hour before it is wanted', '2026-11-21T10:00:00+09:00', '2026-11-22T09:00:00+09:00'],
    ['after half the time that was left', '2026-11-22T09:00:00+09:00', '2026-11-22T09:30:00+09:00'],
  ])('is looked for %s', (_, placedAt, expected) => {
    const { data } = upTo('follow_delivery')
    const ticket = { ...data, purchaseOrder: { reference: 'r', erpOrderId: 'e', placedAt } }
    expect(nextLateCheck(ticket, POLICY)).toEqual({ check: 'departure', atMs: Date.parse(expected) })
    const departed = { ...ticket, subState: 'in_delivery' as const }
    const atMs = Date.parse(ORDER.deliver_by ?? '')
    expect(nextLateCheck(departed, POLICY)).toEqual({ check: 'arrival', atMs })
  })

  test('ordered after its time is not late again', () => {
    const { data } = upTo('follow_delivery')
    const placedAt = '2026-11-22T10:00:00+09:00'
    const ticket = { ...data, purchaseOrder: { reference: 'r', erpOrderId: 'e', placedAt } }
    expect(nextLateCheck(ticket, POLICY)).toBeNull()
  })
})

describe('an edit', () => {
  test('in the window is told once its author pauses, whatever was typed in between', () => {
    const window = upTo('await_edit_window')
    const edit = (ticket: Ticket, message: string, second: number) =>
      ticket.setFields({ ...told({ message }, second), tell: true })
    const edited = edit(edit(edit(window, '근', 30), '근조', 31), '謹弔', 45)
    const room = edited.setFields({ ...told({ room: '9호실' }, 46), tell: true })
    expect(room.data.notices).toEqual([
      { kind: 'edit_applied', key: 'edit_applied:1', fields: ['message', 'room'], editedAt: deedAt(46).at },
    ])
    expect(dueNotice(room.data)).toBeNull()
    expect(editNoticeDueAt(room.data)).toBe(Date.parse(deedAt(46 + EDIT_NOTICE_QUIET_SECONDS).at))
    expect(dueNotice(room.editWindowClosed(deedAt(50)).data)).toMatchObject({ key: 'edit_applied:1' })
  })

  test('that comes up while a text is on its way gets one of its own', () => {
    const edited = upTo('await_edit_window').setFields({ ...told({ room: '7' }, 30), tell: true })
    const sending = edited.noticeBegun('edit_applied:1').setFields({ ...told({ room: '8' }, 31), tell: true })
    expect(sending.data.notices.map(({ key }) => key)).toEqual(['edit_applied:1', 'edit_applied:2'])
  })

  test('after the purchase order is told when the vendor has taken it', () => {
    const edited = upTo('follow_delivery').setFields({ ...told({ room: '7' }, 30), tell: true })
    expect(nextMove(edited.data)).toBe('share_edit')
    expect(nextMove(advance(edited, 31).data)).toBe('send_notice')
  })

  test.each([
    ['message', 'message_typo'],
    ['orderer', 'message_typo'],
    ['destination', 'admin_required'],
    ['recipient', 'admin_required'],
  ] as const)('of %s that comes too late is an Issue %s with what was wanted', (field, kind) => {
    const edited = onItsWay(upTo('follow_delivery')).setFields({
      ...told({ [field]: '다른' }, 70),
      tell: true,
    })
    const refused = edited.editRefused({ ...deedAt(71, 'vendor'), code: 'ALREADY_MADE', reason: '배송중' })
    expect(refused.data.issue).toMatchObject({
      kind,
      wanted: { [field]: '다른' },
      evidence: [{ kind: 'vendor_answer', code: 'ALREADY_MADE', reason: '배송중' }],
    })
    expect(refused.data.issue?.actions.slice(0, 2)).toEqual(['reorder', 'partial_refund'])
    expect(refused.data.order[field]).toBe(ORDER[field])
    expect(refused.data.notices).toEqual([])
  })
})

describe('a wrong wreath', () => {
  const wrong = () => refuseEdit(upTo('follow_delivery'))

  test('gives part of the money back once, beneath its Issue', () => {
    const asked = wrong().refundPart({ ...deedAt(60, BOSS), amountWon: 20_000 })
    expect(nextMove(asked.data)).toBe('refund_part')
    expect(asked.data.issue?.actions).not.toContain('partial_refund')
    expect(() => asked.refundPart({ ...deedAt(61, BOSS), amountWon: 20_000 })).toThrow(TicketRuleError)
    const refunded = asked.partRefunded(deedAt(62))
    expect(dueNotice(refunded.data)).toMatchObject({ kind: 'part_refunded', amountWon: 20_000 })
    expect(refundableWon(refunded.data)).toBe(60_000)
    expect(nextMove(advance(refunded, 63).data)).toBe('await_person')
  })

  test('that is called off later gives back only the rest', () => {
    const asked = wrong().refundPart({ ...deedAt(60, BOSS), amountWon: 20_000 })
    const closing = asked.resolveIssue({ ...deedAt(61, BOSS), action: 'refund_and_close', note: 'no' })
    // What is under way is brought to its end first.
    expect(nextMove(closing.data)).toBe('refund_part')
    const over = toTheEnd(closing)
    expect(ofKind(over, 'part_refunded')[0]?.data.amount).toBe(20_000)
    expect(ofKind(over, 'refunded')[0]?.data.amount).toBe(60_000)
  })

  test('is made again as it was wanted; the first one does not complete the ticket', () => {
    const first = wrong()
    const again = first.reorder({ ...deedAt(60, BOSS), fields: {} })
    expect(again.data).toMatchObject({ subState: 'message_confirmed', issue: null, purchaseOrder: null })
    expect(again.data.order.message).toBe('바꾼 문구')
    expect(again.data.replacedOrders).toEqual([first.data.purchaseOrder])
    expect(again.nextReference).toBe(`${first.data.orderNo}-2`)
    expect(dueNotice(again.data)?.kind).toBe('reordered')
    expect(() => again.delivered({ ...deedAt(61), deliveredAt: deedAt(61).at, photoUrl: null })).toThrow(
      TicketRuleError,
    )
    expect(() => again.reorder({ ...deedAt(61, BOSS), fields: {} })).toThrow(TicketRuleError)
    expect(toTheEnd(again).data).toMatchObject({ outcome: 'delivered', purchaseOrders: 2 })
  })

  test('that was delivered and told of is told of again when the second one is there', () => {
    const told = advance(upTo('send_delivered'), 40)
    const complained = raise(upTo('send_delivered'), 'complaint')
    const again = complained.reorder({ ...deedAt(60, BOSS), fields: { message: '바른 문구' } })
    expect(deliveredNoticeName(told.data)).toBe('delivered')
    expect(deliveredNoticeName(again.data)).toBe('delivered:2')
    expect(again.data).toMatchObject({ deliveredNoticeSent: false, photoSettled: false, deliveredAt: null })
  })
})

test.each([
  ['접수', 'accepted'],
  ['배송 중', 'departed'],
  ['배송완료', 'delivered'],
  ['보류', null],
  ['constructor', null],
])('the vendor’s word %s means %s', (word, stage) => {
  expect(vendorStage(word)).toBe(stage)
})

test('a word of the vendor’s that nobody knows is told and moves nothing', () => {
  const before = upTo('follow_delivery')
  const report = { ...deedAt(60, 'vendor'), status: '보류', departed: false, unknown: true as const }
  const after = before.vendorReported(report)
  expect(ofKind(after, 'vendor_status').at(-1)?.data).toEqual({ status: '보류', unknown: true })
  expect(nextMove(after.data)).toBe('follow_delivery')
})
