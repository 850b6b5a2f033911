import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeOrderNo } from '../../domain/ids.ts'
import { makePaymentLink, makePaymentToken, readPaymentToken } from '../../domain/signed-link.ts'

const SECRET = 'a secret of the tests'
const orderNo = makeOrderNo('261121', [0.1, 0.4, 0.6, 0.9])
const now = new Date('2026-11-21T10:00:00+09:00')
const tomorrow = new Date('2026-11-22T10:00:00+09:00')

describe('a payment link', () => {
  test('tells the order it was made for until it expires', () => {
    const token = makePaymentToken(orderNo, tomorrow, SECRET)
    expect(readPaymentToken(token, SECRET, now)).toEqual({ kind: 'valid', orderNo, expires: tomorrow })
    expect(readPaymentToken(token, SECRET, tomorrow)).toEqual({ kind: 'expired', orderNo, expires: tomorrow })
  })

  test('is worthless under another secret', () => {
    const token = makePaymentToken(orderNo, tomorrow, SECRET)
    expect(readPaymentToken(token, 'another secret', now)).toEqual({ kind: 'forged' })
  })

  test('does not survive the change of any character', () => {
    const token = makePaymentToken(orderNo, tomorrow, SECRET)
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'23456789ABCxyz.-_'), (at, other) => {
        fc.pre(token[at] !== other)
        const changed = token.slice(0, at) + other + token.slice(at + 1)
        const read = readPaymentToken(changed, SECRET, now)
        // The last base64url character carries 4 unused bits, so it may change without the signature changing.
        expect(read.kind === 'forged' || (at === token.length - 1 && read.kind === 'valid')).toBe(true)
      }),
    )
  })

  test('tolerates any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readPaymentToken(text, SECRET, now)).toEqual({ kind: 'forged' })
      }),
    )
  })

  test('fits into a text message', () => {
    const link = makePaymentLink('https://daeri.example/', orderNo, tomorrow, SECRET)
    expect(link).toMatch(/^https:\/\/daeri\.example\/pay\/[\w.-]{41}$/)
  })
})
