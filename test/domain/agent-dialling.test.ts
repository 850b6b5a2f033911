import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DialRules, readDialled } from '../../domain/agent-dialling.ts'

const RULES: DialRules = { allowed: ['0', '1'], forbidden: ['00', '060'] }

test.each([
  ['010-9876-5432', '01098765432'],
  ['+82 10-9876-5432', '01098765432'],
  ['1588-0000', '15880000'],
  ['02 123 4567', '021234567'],
  ['119', '119'],
  ['1345', '1345'],
])('%s is called as %s', (dialled, number) => {
  expect(readDialled(dialled, RULES)).toEqual({ kind: 'number', number })
})

test.each([
  ['', 'unknown'],
  ['anonymous', 'unknown'],
  ['5', 'unknown'],
  ['010-987', 'unknown'],
  ['060-700-1234', 'forbidden'],
  ['+1 555 123 4567', 'forbidden'],
  ['001 1 555 123 4567', 'forbidden'],
  ['00700 1 555 123 4567', 'forbidden'],
] as const)('%s is not called: %s', (dialled, why) => {
  expect(readDialled(dialled, RULES)).toEqual({ kind: 'refused', why })
})

test('a country that is allowed may be called, however it is dialled, and no other one', () => {
  const rules = { allowed: ['0', '1', '0081'], forbidden: ['00'] }
  expect(readDialled('+81 3 1234 5678', rules)).toEqual({ kind: 'number', number: '+81312345678' })
  expect(readDialled('0081312345678', rules)).toEqual({ kind: 'number', number: '0081312345678' })
  expect(readDialled('+1 555 123 4567', rules)).toEqual({ kind: 'refused', why: 'forbidden' })
})

const beginnings = fc.array(fc.stringMatching(/^\d{1,4}$/), { maxLength: 4 })
const dialled = fc.oneof(
  fc.stringMatching(/^\+?[\d -]{0,18}$/),
  fc.stringMatching(/^(010|02|031|070|060|00\d|1588)\d{4,9}$/),
  fc.string({ maxLength: 20 }),
)

test('whatever is dialled: what is called consists of digits and fits the rules, and dialling that again calls the same', () => {
  fc.assert(
    fc.property(dialled, beginnings, beginnings, (text, allowed, forbidden) => {
      const read = readDialled(text, { allowed, forbidden })
      if (read.kind === 'refused') return
      expect(read.number).toMatch(/^\+?\d{3,19}$/)
      const written = read.number.replace(/^\+/, '00')
      const fits = (list: readonly string[]) => list.filter((beginning) => written.startsWith(beginning))
      const longest = Math.max(...fits(allowed).map(({ length }) => length))
      expect(fits(forbidden).every(({ length }) => length < longest)).toBe(true)
      expect(readDialled(read.number, { allowed, forbidden })).toEqual(read)
    }),
  )
})
