import { defaultPayloadConverter } from '@temporalio/common'
import { expect, test } from 'vitest'
import { EncryptionCodec, PayloadKeyError } from '../../temporal/payload-codec.ts'

const [KEY, OLD_KEY] = ['44'.repeat(32), '55'.repeat(32)]
const payload = defaultPayloadConverter.toPayload({ phone: '01012345678' })

test('a payload goes out as ciphertext and comes back whole', async () => {
  const codec = new EncryptionCodec([KEY])
  const [sealed] = await codec.encode([payload])
  expect(Buffer.from(sealed?.data ?? []).toString('utf8')).not.toContain('0101234')
  const [opened] = await codec.decode([sealed ?? {}])
  expect(defaultPayloadConverter.fromPayload(opened ?? {})).toEqual({ phone: '01012345678' })
})

test('payloads of an older key are read while keys rotate, and no longer after it', async () => {
  const [sealed] = await new EncryptionCodec([OLD_KEY]).encode([payload])
  const [opened] = await new EncryptionCodec([KEY, OLD_KEY]).decode([sealed ?? {}])
  expect(defaultPayloadConverter.fromPayload(opened ?? {})).toEqual({ phone: '01012345678' })
  await expect(new EncryptionCodec([KEY]).decode([sealed ?? {}])).rejects.toThrow(PayloadKeyError)
})

test('a payload that was never encrypted is left as it is', async () => {
  expect(await new EncryptionCodec([KEY]).decode([payload])).toEqual([payload])
})

test('a payload that was changed on its way is not read', async () => {
  const codec = new EncryptionCodec([KEY])
  const [sealed] = await codec.encode([payload])
  const data = Buffer.from(sealed?.data ?? [])
  data[data.length - 1] = (data.at(-1) ?? 0) ^ 1
  await expect(codec.decode([{ ...sealed, data }])).rejects.toThrow()
})
