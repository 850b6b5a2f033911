import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeOrderNo } from '../../domain/ids.ts'
import { makeLinkToken, readLinkToken, signedLink } from '../../domain/signed-link.ts'

const SECRET = 'a secret of the tests'
const orderNo = makeOrderNo('261121', [0.1, 0.4, 0.6, 0.9])

describe('a signed link', () => {
  test('tells the order it was made for', () => {
    expect(readLinkToken('pay', makeLinkToken('pay', orderNo, SECRET), SECRET)).toBe(orderNo)
  })

  test('is good for one purpose and under one secret', () => {
    const token = makeLinkToken('pay', orderNo, SECRET)
    expect(readLinkToken('photo', token, SECRET)).toBeNull()
    expect(readLinkToken('pay', token, 'another secret')).toBeNull()
  })

  test('does not survive the change of any character', () => {
    const token = makeLinkToken('pay', orderNo, SECRET)
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'23456789ABCxyz.-_'), (at, other) => {
        fc.pre(token[at] !== other)
        expect(readLinkToken('pay', token.slice(0, at) + other + token.slice(at + 1), SECRET)).toBeNull()
      }),
    )
  })

  test('tolerates any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readLinkToken('pay', text, SECRET)).toBeNull()
      }),
    )
  })

  test('is short enough for a text message', () => {
    const link = signedLink('https://daeri.example/', 'pay', orderNo, SECRET)
    expect(link).toMatch(/^https:\/\/daeri\.example\/pay\/[\w.-]{28}$/)
  })
})
