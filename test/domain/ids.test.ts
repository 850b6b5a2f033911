import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  IdentifierError,
  makeCallId,
  makeLegId,
  makeOrderNo,
  makeTurnId,
  parseOrderNo,
} from '../../domain/ids.ts'

const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('every order number that is made can be read again and has no letter that sounds like a digit', () => {
  fc.assert(
    fc.property(part, part, part, part, (a, b, c, d) => {
      const orderNo = makeOrderNo('261121', [a, b, c, d])
      expect(parseOrderNo(orderNo)).toBe(orderNo)
      expect(orderNo.slice(7)).not.toMatch(/[IO01]/)
    }),
  )
})

test.each(['', '261121', '261121-abcd', '261121-ABC', '261121-ABCDE', "261121-ABC'"])(
  '"%s" is no order number',
  (text) => {
    expect(() => parseOrderNo(text)).toThrow(IdentifierError)
  },
)

test('call, leg and turn ids are built in one way', () => {
  const callId = makeCallId('0123456789abcdef')
  expect(callId).toBe('call-0123456789ab')
  expect(makeLegId('0123456789abcdef')).toBe('leg-0123456789ab')
  expect(makeTurnId(callId, 3)).toBe('call-0123456789ab-t3')
})
