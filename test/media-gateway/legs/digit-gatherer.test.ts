import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DigitGatherer, DigitRulesError } from '../../../media-gateway/legs/digit-gatherer.ts'

const rules = { maxDigits: 4, terminators: '#', firstDigitMs: 1_000, interDigitMs: 300 }

/** Digits with their times, and what became of it at the end. */
function gather(dialled: readonly (readonly [digit: string, atMs: number])[], until = 10_000) {
  const gatherer = new DigitGatherer(rules, 0)
  for (const [digit, atMs] of dialled) gatherer.digit(digit, atMs)
  gatherer.check(until)
  return gatherer.result
}

test.each([
  [
    'the most digits',
    [
      ['1', 10],
      ['2', 20],
      ['3', 30],
      ['4', 40],
      ['5', 50],
    ],
    '1234',
    'max_digits',
  ],
  [
    'a terminator',
    [
      ['1', 10],
      ['#', 20],
      ['2', 30],
    ],
    '1',
    'terminator',
  ],
  ['a terminator alone', [['#', 20]], '', 'terminator'],
  ['nothing', [], '', 'first_digit_timeout'],
  ['a digit too late', [['1', 1_000]], '', 'first_digit_timeout'],
  [
    'a pause',
    [
      ['1', 900],
      ['2', 1_199],
      ['3', 1_499],
    ],
    '12',
    'inter_digit_timeout',
  ],
] as const)('ends with %s', (_, dialled, digits, reason) => {
  expect(gather(dialled)).toMatchObject({ digits, reason })
})

test('is not over before its time', () => {
  expect(gather([['1', 10]], 309)).toBeUndefined()
  expect(gather([['1', 10]], 310)).toMatchObject({ digits: '1', reason: 'inter_digit_timeout' })
})

test('whatever is dialled, the digits are the first ones and hold no terminator', () => {
  const dialled = fc.array(fc.tuple(fc.constantFrom(...'0123456789*#'), fc.nat(400)), { maxLength: 12 })
  fc.assert(
    fc.property(dialled, (steps) => {
      let atMs = 0
      const timed = steps.map(([digit, pause]) => {
        atMs += pause
        return [digit, atMs] as const
      })
      const result = gather(timed, atMs + 10_000)
      const all = timed.map(([digit]) => digit).join('')
      expect(all.startsWith(result?.digits ?? '-')).toBe(true)
      expect(result?.digits).not.toContain('#')
      expect(result?.digits.length).toBeLessThanOrEqual(4)
    }),
  )
})

test.each([{ maxDigits: 0 }, { maxDigits: 33 }, { maxDigits: 1.5 }, { maxDigits: 2, terminators: 'x' }])(
  'refuses %o',
  (wrong) => {
    expect(() => new DigitGatherer(wrong, 0)).toThrow(DigitRulesError)
  },
)
