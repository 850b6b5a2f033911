import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeOrderNo } from '../../domain/ids.ts'
import {
  makeLinkToken,
  makeOrderLinkToken,
  orderPageLink,
  readLinkToken,
  readOrderLinkToken,
} from '../../domain/signed-link.ts'

const SECRET = 'a secret of the tests'
const orderNo = makeOrderNo('261121', [0.1, 0.4, 0.6, 0.9])
const link = { orderNo, version: 3, expiresAt: Date.parse('2026-12-21T15:00:00Z') }

describe('the link to an order page', () => {
  test('tells the order, its version and the last day, rounded up', () => {
    const read = readOrderLinkToken(makeOrderLinkToken(link, SECRET), SECRET)
    expect(read).toEqual({ orderNo, version: 3, expiresAt: Date.parse('2026-12-22T00:00:00Z') })
  })

  test('is not good for anything else, nor under another secret', () => {
    const token = makeOrderLinkToken(link, SECRET)
    expect(readLinkToken('pay', token, SECRET)).toBeNull()
    expect(readOrderLinkToken(makeLinkToken('pay', orderNo, SECRET), SECRET)).toBeNull()
    expect(readOrderLinkToken(token, 'another secret')).toBeNull()
  })

  test('does not survive the change of any character: neither version nor day can be moved', () => {
    const token = makeOrderLinkToken(link, SECRET)
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'0123456789ABCxyz.-_'), (at, other) => {
        fc.pre(token[at] !== other)
        expect(readOrderLinkToken(token.slice(0, at) + other + token.slice(at + 1), SECRET)).toBeNull()
      }),
    )
  })

  test('tolerates any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readOrderLinkToken(text, SECRET)).toBeNull()
      }),
    )
  })

  test('is short enough for a text message', () => {
    expect(orderPageLink('https://daeri.example/', link, SECRET)).toMatch(
      /^https:\/\/daeri\.example\/order\/[\w.-]{34}$/,
    )
  })
})
