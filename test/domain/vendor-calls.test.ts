/** When a vendor without doors is phoned, and when that ends with a person. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { koreanIso, parseIsoTime } from '../../domain/korean-time.ts'
import { VENDOR_CALLS } from '../../domain/order-policy.ts'
import { LATER_FIELDS, type VendorAsked } from '../../domain/ticket-data.ts'
import { lateByWord, nextVendorCall, whenCallable } from '../../domain/vendor-calls.ts'
import { ORDER } from './order-fixture.ts'

const HOUR_MS = 3_600_000
const POLICY = { lateWarningSeconds: 3_600, vendorCalls: VENDOR_CALLS }

interface Case {
  readonly placedAt?: string
  readonly wanted?: string | null
  readonly subState?: 'po_placed' | 'in_delivery'
  readonly asked?: Partial<VendorAsked>
  readonly lateChecks?: readonly ('departure' | 'arrival')[]
}

const ticket = ({
  placedAt = '2026-11-21T10:00:00+09:00',
  wanted = '2026-11-21T17:00:00+09:00',
  ...more
}: Case) => ({
  purchaseOrder: { reference: '261121-AB3K-1', erpOrderId: 'B-1', placedAt },
  deliveredAt: null,
  closing: null,
  expectedBy: null,
  order: { ...ORDER, deliver_by: wanted },
  subState: more.subState ?? 'po_placed',
  lateChecks: more.lateChecks ?? LATER_FIELDS.lateChecks,
  vendorAsked: { calls: 0, unheard: 0, lastAt: null, heardAt: null, ...more.asked },
})

const nextAt = (input: Case): string | undefined => {
  const next = nextVendorCall(ticket(input), POLICY)
  return next.kind === 'call' ? koreanIso(next.atMs) : next.why
}

describe('the vendor is phoned', () => {
  test.each<[string, Case, string]>([
    ['an hour before the wanted time: has it left?', {}, '2026-11-21T16:00:00+09:00'],
    [
      'half way, where it was ordered at short notice',
      { placedAt: '2026-11-21T16:00:00+09:00' },
      '2026-11-21T16:30:00+09:00',
    ],
    [
      'at the wanted time: is it there?',
      { asked: { calls: 1, heardAt: '2026-11-21T16:02:00+09:00' } },
      '2026-11-21T17:00:00+09:00',
    ],
    ['only then, once it is known to have left', { subState: 'in_delivery' }, '2026-11-21T17:00:00+09:00'],
    [
      'every hour after it',
      { asked: { calls: 2, heardAt: '2026-11-21T17:03:00+09:00' }, subState: 'in_delivery' },
      '2026-11-21T18:03:00+09:00',
    ],
    [
      'again in ten minutes when nobody told anything',
      { asked: { calls: 1, unheard: 1, lastAt: '2026-11-21T16:01:00+09:00' } },
      '2026-11-21T16:11:00+09:00',
    ],
    [
      'in the morning instead of the night',
      { asked: { calls: 2, heardAt: '2026-11-21T20:30:00+09:00' }, subState: 'in_delivery' },
      '2026-11-22T08:00:00+09:00',
    ],
    [
      'in the evening about what leaves at night',
      { wanted: '2026-11-22T06:00:00+09:00' },
      '2026-11-21T20:30:00+09:00',
    ],
    [
      'then in the morning whether it is there',
      { wanted: '2026-11-22T06:00:00+09:00', asked: { calls: 1, heardAt: '2026-11-21T20:31:00+09:00' } },
      '2026-11-22T08:00:00+09:00',
    ],
    [
      'in the morning at first about what was ordered at night for the night',
      { placedAt: '2026-11-21T23:00:00+09:00', wanted: '2026-11-22T04:00:00+09:00' },
      '2026-11-22T08:00:00+09:00',
    ],
    ['an hour after an order without a time', { wanted: null }, '2026-11-21T11:00:00+09:00'],
    [
      'an hour after an order that was late already',
      { placedAt: '2026-11-21T18:00:00+09:00' },
      '2026-11-21T19:00:00+09:00',
    ],
    ['not after three calls for nothing: a person is asked', { asked: { calls: 3, unheard: 3 } }, 'unheard'],
    ['not after eight calls: a person is asked', { asked: { calls: 8 } }, 'too_often'],
  ])('%s', (_name, input, at) => {
    expect(nextAt(input)).toBe(at)
  })

  test('not at night, however long it was left: a call that is overdue waits for the morning', () => {
    const late = Date.parse('2026-11-21T23:10:00+09:00')
    expect(koreanIso(whenCallable(late, POLICY))).toBe('2026-11-22T08:00:00+09:00')
    const always = { ...VENDOR_CALLS, fromHour: 0, toHour: 24 }
    expect(whenCallable(late, { vendorCalls: always })).toBe(late)
  })

  test('few times and in the day, whatever is said: each wreath ends at its door or with a person', () => {
    const minute = fc.integer({ min: 0, max: 3 * 24 * 60 })
    fc.assert(
      fc.property(
        minute,
        minute,
        fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
        (placed, wanted, heard) => {
          const startMs = Date.parse('2026-11-20T00:00:00+09:00')
          const at = (minutes: number) => koreanIso(startMs + minutes * 60_000)
          let asked: VendorAsked = { calls: 0, unheard: 0, lastAt: null, heardAt: null }
          let nowMs = startMs + placed * 60_000
          for (const told of heard) {
            const next = nextVendorCall(ticket({ placedAt: at(placed), wanted: at(wanted), asked }), POLICY)
            if (next.kind === 'ask_person') break
            const callMs = whenCallable(Math.max(next.atMs, nowMs), POLICY)
            const hour = ((callMs + 9 * HOUR_MS) / HOUR_MS) % 24
            expect(hour).toBeGreaterThanOrEqual(VENDOR_CALLS.fromHour)
            expect(hour).toBeLessThan(VENDOR_CALLS.toHour)
            // A call takes a minute; two are never on top of each other.
            if (asked.lastAt !== null) expect(callMs).toBeGreaterThan(parseIsoTime(asked.lastAt) ?? 0)
            nowMs = callMs + 60_000
            const lastAt = koreanIso(nowMs)
            asked = {
              calls: asked.calls + 1,
              unheard: told ? 0 : asked.unheard + 1,
              lastAt,
              heardAt: told ? lastAt : asked.heardAt,
            }
          }
          expect(asked.calls).toBeLessThanOrEqual(VENDOR_CALLS.maxCalls)
        },
      ),
    )
  })
})

describe('what the vendor says is late', () => {
  const late = (input: Case, at: string) => lateByWord(ticket(input), POLICY, Date.parse(at))

  test('when it has not left an hour before, or is not there at the time', () => {
    expect(late({}, '2026-11-21T15:59:00+09:00')).toBeNull()
    expect(late({}, '2026-11-21T16:01:00+09:00')).toBe('departure')
    expect(late({ subState: 'in_delivery' }, '2026-11-21T16:01:00+09:00')).toBeNull()
    expect(late({ subState: 'in_delivery' }, '2026-11-21T17:00:00+09:00')).toBe('arrival')
    // What is not even on its way at the time is not there, either.
    expect(late({}, '2026-11-21T17:00:00+09:00')).toBe('arrival')
  })
  test('once', () => {
    expect(late({ lateChecks: ['departure'] }, '2026-11-21T16:30:00+09:00')).toBeNull()
    expect(late({ lateChecks: ['departure', 'arrival'] }, '2026-11-21T18:00:00+09:00')).toBeNull()
  })
  test('not in the evening before, when it need not have left yet', () => {
    expect(late({ wanted: '2026-11-22T06:00:00+09:00' }, '2026-11-21T20:31:00+09:00')).toBeNull()
  })
})
