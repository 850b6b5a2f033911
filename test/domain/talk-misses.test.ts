import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TALK_LANGUAGES } from '../../domain/talk-language.ts'
import { missesAfter, missOf, NOT_UNDERSTOOD, offersPerson, personOffer } from '../../domain/talk-misses.ts'

it.each([
  ['silence', { silent: true, caller: null, toolCalls: [] }],
  ['low_confidence', { silent: false, caller: { confidence: 0.4 }, toolCalls: [] }],
  ['not_understood', { silent: false, caller: { confidence: 0.97 }, toolCalls: [{ name: NOT_UNDERSTOOD }] }],
  [null, { silent: false, caller: { confidence: 0.97 }, toolCalls: [{ name: 'set_order_fields' }] }],
  [null, { silent: false, caller: null, toolCalls: [] }],
] as const)('%s', (miss, turn) => {
  expect(missOf(turn)).toBe(miss)
})

const turn = fc.record({
  miss: fc.constantFrom('silence' as const, 'low_confidence' as const, 'not_understood' as const, null),
  listened: fc.boolean(),
  offered: fc.boolean(),
})

it('two misses in a row offer a person, never one; an answer between them, or the offer, begins anew', () => {
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 30 }), (turns) => {
      let misses = 0
      let inARow = 0
      for (const one of turns) {
        misses = missesAfter(misses, one)
        if (one.offered || (one.miss === null && one.listened)) inARow = 0
        else if (one.miss !== null) inARow++
        expect(offersPerson(misses)).toBe(inARow >= 2)
      }
    }),
  )
})

it('the offer is a question in every language', () => {
  for (const language of TALK_LANGUAGES) expect(personOffer(language).join(' ')).toMatch(/[?]/)
})
