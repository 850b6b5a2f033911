import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DecryptionError, decryptText, encryptText, phoneHash } from '../../db/encryption.ts'
import { dataKeyId } from '../../domain/data-key-id.ts'

const KEY = '11'.repeat(32)
const OLD_KEY = '22'.repeat(32)

test('every text comes back, and never looks the same twice', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const [first, second] = [encryptText(text, KEY), encryptText(text, KEY)]
      expect(first).not.toBe(second)
      expect(decryptText(first, KEY)).toBe(text)
    }),
  )
})

test('the key id stands beside the ciphertext, so that keys can rotate', () => {
  const old = encryptText('삼가 고인의 명복을 빕니다', OLD_KEY)
  expect(old.split(':')[1]).toBe(dataKeyId(OLD_KEY))
  expect(decryptText(old, [KEY, OLD_KEY])).toBe('삼가 고인의 명복을 빕니다')
  expect(encryptText('x', [KEY, OLD_KEY]).split(':')[1]).toBe(dataKeyId(KEY))
  expect(() => decryptText(old, KEY)).toThrow(DecryptionError)
})

test('a text that was changed is not read', () => {
  const stored = encryptText('01012345678', KEY)
  const changed = `${stored.slice(0, -2)}${stored.endsWith('AA') ? 'BB' : 'AA'}`
  expect(() => decryptText(changed, KEY)).toThrow(DecryptionError)
  expect(() => decryptText('plain', KEY)).toThrow(DecryptionError)
})

test('a number is found by its hash, which depends on the key', () => {
  expect(phoneHash('01012345678', KEY)).toBe(phoneHash('01012345678', KEY))
  expect(phoneHash('01012345678', KEY)).not.toBe(phoneHash('01012345679', KEY))
  expect(phoneHash('01012345678', KEY)).not.toBe(phoneHash('01012345678', OLD_KEY))
  expect(phoneHash('01012345678', [KEY, OLD_KEY])).toBe(phoneHash('01012345678', KEY))
})
