/** Until when an order may be paid that is wanted before the time to pay is over. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { koreanIso } from '../../domain/korean-time.ts'
import {
  endAfterHold,
  type PaymentTime,
  reminderSeconds,
  secondsToPay,
  timeAfterEdit,
} from '../../domain/payment-time.ts'
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

/** Asked for at noon, with the whole day to pay. */
const FULL: PaymentTime = { endsAtMs: NOW + 86_400_000, seconds: 86_400 }
const HOUR_MS = 3_600_000

test.each([
  ['to one that is sooner, it ends before that', '2026-11-21T18:25:00+09:00', '2026-11-21T18:20:00+09:00'],
  [
    'to one that is far away, it ends when it always would',
    '2026-11-25T10:00:00+09:00',
    '2026-11-22T12:00:00+09:00',
  ],
  ['to one that has passed, a person must ask', '2026-11-21T11:00:00+09:00', '2026-11-22T12:00:00+09:00'],
])('two hours after it began the wanted time changes: %s', (_name, deliverBy, end) => {
  const { endsAtMs, seconds: told } = timeAfterEdit(POLICY, FULL, deliverBy, NOW + 2 * HOUR_MS)
  expect(koreanIso(endsAtMs)).toBe(end)
  expect(told).toBe((endsAtMs - NOW) / 1000)
})

test('a time to pay that was cut short is whole again when the wanted time is put off', () => {
  const soon = koreanIso(NOW + 3 * HOUR_MS)
  const short = timeAfterEdit(POLICY, FULL, soon, NOW + HOUR_MS)
  expect(short.endsAtMs).toBe(NOW + 3 * HOUR_MS)
  expect(timeAfterEdit(POLICY, short, koreanIso(NOW + 72 * HOUR_MS), NOW + 2 * HOUR_MS)).toEqual(FULL)
})

test('however often the wanted time changes: never beyond it, nor beyond the full time, nor into the past', () => {
  const edit = fc.record({
    after: fc.integer({ min: 0, max: 40_000 }),
    wanted: fc.integer({ min: -3_600, max: 200_000 }),
  })
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
      let now = NOW
      let time = FULL
      for (const { after, wanted } of edits) {
        now += after * 1000
        const before = time
        const wantedMs = now + wanted * 1000
        time = timeAfterEdit(POLICY, time, koreanIso(wantedMs), now)
        if (before.endsAtMs <= now || wantedMs <= now) expect(time).toEqual(before)
        else {
          expect(time.endsAtMs).toBeGreaterThan(now)
          expect(time.endsAtMs).toBeLessThanOrEqual(Math.min(wantedMs, FULL.endsAtMs))
        }
        // When it began stays what it was.
        expect(time.endsAtMs - time.seconds * 1000).toBe(NOW)
      }
    }),
  )
})
