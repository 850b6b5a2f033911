import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ruleAdvice } from '../../domain/issue-advice.ts'
import { ISSUE_CAUSE_CODES, readIssueCause } from '../../domain/issue-cause.ts'
import { dueOf } from '../../domain/issue-due.ts'
import type { IssueAction, IssueKind } from '../../domain/ticket.ts'

const KINDS: readonly IssueKind[] = ['message_typo', 'delivery_delay', 'complaint', 'admin_required']
const ACTIONS: readonly IssueAction[] = ['retry_step', 'complete_by_hand', 'refund_and_close']
const HOUR_MS = 3_600_000
const NOON = Date.parse('2026-11-21T12:00:00+09:00')

test('a delay can wait less long than a complaint, and nothing past the last moment to have a wreath made', () => {
  const due = (kind: IssueKind, deliverBy: number | null) =>
    (dueOf({ kind, raisedAt: NOON, deliverBy }) - NOON) / HOUR_MS
  expect(due('delivery_delay', null)).toBe(0.5)
  expect(due('complaint', null)).toBe(4)
  expect(due('complaint', NOON + 5 * HOUR_MS)).toBe(3)
  expect(due('admin_required', NOON + HOUR_MS)).toBe(0)
})

test('no Issue is due before it was raised, nor later than its kind can wait', () => {
  const time = fc.integer({ min: 0, max: 2 ** 42 })
  fc.assert(
    fc.property(fc.constantFrom(...KINDS), time, fc.option(time), (kind, raisedAt, deliverBy) => {
      const due = dueOf({ kind, raisedAt, deliverBy })
      expect(due).toBeGreaterThanOrEqual(raisedAt)
      expect(due).toBeLessThanOrEqual(dueOf({ kind, raisedAt, deliverBy: null }))
    }),
  )
})

test('whatever the case, the rule advises something that resolves it, and says why in both languages', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...KINDS),
      fc.option(fc.constantFrom(...ISSUE_CAUSE_CODES)),
      fc.subarray([...ACTIONS], { minLength: 1 }),
      (kind, cause, actions) => {
        const { action, why } = ruleAdvice({ kind, cause, step: null, actions }, '2026-11-21T12:00:00+09:00')
        expect(actions).toContain(action)
        expect(why.ko).toMatch(/[가-힣]/)
        expect(why.en).toMatch(/^[ -~]+$/)
      },
    ),
  )
})

test('an outage asks for another try, a refusal of the vendor for a phone call', () => {
  const advise = (cause: 'party_timeout' | 'vendor_refused') =>
    ruleAdvice({ kind: 'admin_required', cause, step: 'place_purchase_order', actions: ACTIONS }, '').action
  expect(advise('party_timeout')).toBe('retry_step')
  expect(advise('vendor_refused')).toBe('complete_by_hand')
})

test('only a known code is a cause, and only texts fill its sentence', () => {
  expect(readIssueCause({ code: 'party_timeout', params: { party: 'sms', status: 7 } })).toEqual({
    code: 'party_timeout',
    params: { party: 'sms' },
  })
  expect(readIssueCause({ code: 'no_phone', params: {} })).toEqual({ code: 'no_phone' })
  for (const other of [null, 'no_phone', { code: 'toString' }, { code: 7 }, { reason: 'x' }])
    expect(readIssueCause(other)).toBeUndefined()
})
