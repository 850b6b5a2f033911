import { describe, expect, it } from 'vitest'
import { makeOrderNo } from '../../domain/ids.ts'
import { EMPTY_ORDER } from '../../domain/order.ts'
import { nextMove, Ticket, TicketRuleError } from '../../domain/ticket.ts'
import { ORDER, POLICY } from './order-fixture.ts'

const OLDER = makeOrderNo('261121', [0, 0, 0, 0])
const YOUNGER = makeOrderNo('261121', [0.5, 0, 0, 0])
const deed = { actor: 'customer', at: '2026-11-21T12:00:00+09:00' }
const words = { channel: 'phone', words: '3호실이요', confidence: 0.9, callId: 'call-0123456789ab' } as const

function ticket(orderNo = YOUNGER, fields = ORDER) {
  const opening = {
    orderNo,
    channel: 'phone',
    callId: null,
    customerPhone: '01012345678',
    policy: POLICY,
  } as const
  const told = { ...deed, evidence: { room: words }, channel: 'phone', callId: null } as const
  return Ticket.open(opening, deed).setFields({ ...told, fields })
}
const code = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    if (error instanceof TicketRuleError) return error.code
    throw error
  }
  return null
}
const paid = (order: Ticket) =>
  order
    .confirmByCustomer({ ...deed, callId: null })
    .paid({ paymentKey: 'pk', amountWon: 80_000, method: '카드', paidAt: deed.at }, deed)
const lastKind = (order: Ticket) => order.events.at(-1)?.kind

describe('a suspicion', () => {
  it('is noted once and shown', () => {
    const suspected = ticket().suspectDuplicate({ ...deed, of: OLDER })
    expect(suspected.data.possibleDuplicateOf).toBe(OLDER)
    expect(lastKind(suspected)).toBe('possible_duplicate')
    expect(suspected.suspectDuplicate({ ...deed, of: OLDER })).toBe(suspected)
  })

  it('that was ruled out does not come back', () => {
    const apart = ticket()
      .suspectDuplicate({ ...deed, of: OLDER })
      .keepBoth({ ...deed, other: OLDER })
    expect(apart.data).toMatchObject({ possibleDuplicateOf: null, notSameAs: [OLDER] })
    expect(apart.suspectDuplicate({ ...deed, of: OLDER })).toBe(apart)
    expect(apart.keepBoth({ ...deed, other: OLDER })).toBe(apart)
  })
})

describe('a merge', () => {
  it('closes the ticket: the other is told, the customer hears that both are one, nothing is refunded', () => {
    let merged = ticket()
      .confirmByCustomer({ ...deed, callId: null })
      .mergeInto({ ...deed, into: OLDER })
    expect(merged.data).toMatchObject({ mergedInto: OLDER, closing: { cause: 'merged' } })
    expect(nextMove(merged.data)).toBe('tell_merge')
    merged = merged.mergeTold()
    expect(nextMove(merged.data)).toBe('send_cancelled')
    merged = merged.customerNotified().finish(deed)
    expect(merged.data.outcome).toBe('cancelled')
    expect(merged.events.map(({ kind }) => kind)).toContain('merged_into')
  })

  it('of a draft is told to the customer too', () => {
    const merged = ticket(YOUNGER, { ...ORDER, room: null })
      .mergeInto({ ...deed, into: OLDER })
      .mergeTold()
    expect(nextMove(merged.data)).toBe('send_cancelled')
  })

  it.each([
    ['that is paid', paid(ticket()), 'already_paid'],
    [
      'whose payment is under way',
      ticket()
        .confirmByCustomer({ ...deed, callId: null })
        .requestConfirmation('pk'),
      'already_paid',
    ],
    [
      'with an open Issue',
      ticket().raiseIssue({ ...deed, kind: 'complaint', reason: 'r', step: null }),
      'issue_open',
    ],
    [
      'that is being closed',
      ticket().cancel({ ...deed, cause: 'requested', reason: 'r' }),
      'not_allowed_now',
    ],
  ])('of a ticket %s is refused', (_what, order, refusal) => {
    expect(code(() => order.mergeInto({ ...deed, into: OLDER }))).toBe(refusal)
  })

  it('with itself is refused', () => {
    expect(code(() => ticket().mergeInto({ ...deed, into: YOUNGER }))).toBe('not_allowed_now')
  })

  it('gives what is lacking, with its evidence, and overwrites nothing', () => {
    const into = ticket(OLDER, { ...EMPTY_ORDER, orderer: '김철수', recipient: '고 박영자' })
    const given = { ...deed, from: YOUNGER, channel: 'sms', order: ORDER, evidence: { room: words } } as const
    const taken = into.suspectDuplicate({ ...deed, of: YOUNGER }).takeMerged(given)
    expect(taken.data.order).toEqual({ ...ORDER, orderer: '김철수', recipient: '고 박영자' })
    expect(taken.data.evidence.room).toEqual(words)
    expect(taken.data).toMatchObject({ mergedFrom: [YOUNGER], possibleDuplicateOf: null })
    expect(taken.takeMerged(given)).toBe(taken)
    const shown = taken.events.at(-1)
    expect(shown?.kind).toBe('merged_from')
    expect(JSON.stringify(shown)).not.toContain('01012345678')
  })
})

describe('words about an open Issue', () => {
  const evidence = { kind: 'words', channel: 'sms', text: '꽃이 시들었어요', at: deed.at } as const

  it('are added to it once', () => {
    const issue = ticket().raiseIssue({ ...deed, kind: 'delivery_delay', reason: 'late', step: null })
    const added = issue.addIssueEvidence({ ...deed, kind: 'delivery_delay', evidence })
    expect(added.data.issue?.evidence).toEqual([evidence])
    expect(lastKind(added)).toBe('issue_evidence_added')
    expect(added.addIssueEvidence({ ...deed, kind: 'delivery_delay', evidence: { ...evidence } })).toBe(added)
  })

  it('are refused when there is none', () => {
    expect(code(() => ticket().addIssueEvidence({ ...deed, kind: 'delivery_delay', evidence }))).toBe(
      'no_issue',
    )
  })
})
