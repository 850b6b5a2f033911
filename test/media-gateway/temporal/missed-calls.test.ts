import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MissedCall } from '../../../domain/call.ts'
import { makeCallId } from '../../../domain/ids.ts'
import { MissedCalls } from '../../../media-gateway/temporal/missed-calls.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daeri-missed-'))
})
afterEach(() => rm(folder, { recursive: true }))

const call = (n: number): MissedCall => ({
  callId: makeCallId(String(n).padStart(12, '0')),
  fromNumber: '01012345678',
  toNumber: '15880000',
  receivedAt: '2026-11-21T13:00:00+09:00',
})

/** A spool whose deliveries fail `failures` times; resolves `delivered` when `count` calls have arrived. */
function spool(failures: number, count: number) {
  const calls: MissedCall[] = []
  let left = failures
  const delivered = Promise.withResolvers<readonly MissedCall[]>()
  const missed = new MissedCalls(
    folder,
    async (missedCall) => {
      if (left-- > 0) throw new Error('not now')
      calls.push(missedCall)
      if (calls.length === count) delivered.resolve(calls)
    },
    pino({ level: 'silent' }),
    5,
  )
  return { missed, delivered: delivered.promise }
}

test('calls wait on disk until they can be delivered, each once', async () => {
  const { missed, delivered } = spool(3, 2)
  await missed.start()
  await missed.add(call(1))
  await missed.add(call(2))
  expect((await delivered).map(({ callId }) => callId).sort()).toEqual([call(1).callId, call(2).callId])
  await missed.stop()
  expect(await readdir(folder)).toEqual([])
})

test('what an earlier process left is delivered, what can not be read is put aside', async () => {
  await writeFile(join(folder, 'broken.json'), '{"callId"')
  await writeFile(join(folder, `${call(3).callId}.json`), JSON.stringify(call(3)))
  await writeFile(join(folder, 'half.json.part'), '{')
  const { missed, delivered } = spool(0, 1)
  await missed.start()
  expect(await delivered).toEqual([call(3)])
  await missed.stop()
  expect((await readdir(folder)).sort()).toEqual(['broken.json.unreadable', 'half.json.part'])
})
