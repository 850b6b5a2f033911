/** Until when an order may be paid that is wanted before the time to pay is over. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { koreanIso } from '../../domain/korean-time.ts'
import { endAfterHold, reminderSeconds, secondsToPay } from '../../domain/payment-time.ts'
import { POLICY } from './order-fixture.ts'

const NOW = Date.parse('2026-11-21T12:00:00+09:00')
const seconds = (deliverBy: string | null) => secondsToPay(POLICY, deliverBy, NOW)

test.each([
  ['a wanted time far away leaves the full time', '2026-11-23T10:00:00+09:00', 86_400],
  ['a nearer one ends it, in steps of ten minutes', '2026-11-21T17:25:10+09:00', 5 * 3_600 + 20 * 60],
  ['within the hour in whole minutes', '2026-11-21T12:31:40+09:00', 31 * 60],
  ['at the last moment in what is left', '2026-11-21T12:00:40+09:00', 40],
  ['one that has passed is for a person to ask about', '2026-11-21T11:00:00+09:00', 86_400],
  ['one that is not known ends nothing', null, 86_400],
])('%s', (_name, deliverBy, expected) => {
  expect(seconds(deliverBy)).toBe(expected)
})

test('time under an Issue is given back, but not beyond a wanted time that is still to come', () => {
  const at = (clock: string) => Date.parse(`2026-11-21T${clock}:00+09:00`)
  const held = { endsAtMs: at('15:00'), fromMs: at('12:00'), untilMs: at('16:00') }
  const end = (deliverBy: string | null) => koreanIso(endAfterHold({ ...held, deliverBy }))
  expect(end(null)).toBe('2026-11-21T19:00:00+09:00')
  expect(end('2026-11-21T18:00:00+09:00')).toBe('2026-11-21T18:00:00+09:00')
  expect(end('2026-11-21T15:30:00+09:00')).toBe('2026-11-21T19:00:00+09:00')
})

test('the time to pay never reaches beyond the wanted time, and the reminder lies within it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200_000 }), (left) => {
      const given = seconds(koreanIso(NOW + left * 1000))
      expect(given).toBeGreaterThan(0)
      expect(given).toBeLessThanOrEqual(Math.min(left, 86_400))
      expect(reminderSeconds({ ...POLICY, paymentReminderSeconds: 21_600 }, given)).toBeLessThan(given)
    }),
  )
})
