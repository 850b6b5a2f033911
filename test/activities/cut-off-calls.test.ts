import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCutOffActivities } from '../../activities/cut-off-calls.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { optOut } from '../../db/queries/do-not-call.ts'
import { createTestDatabase } from '../support/postgres.ts'

const KEY = '1'.repeat(64)
const ALWAYS = { isOn: true, fromHour: 0, toHour: 24 }

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>
let database: Database
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = createDatabase(testDatabase.url)
})
afterAll(async () => {
  await database?.destroy()
  await testDatabase?.drop()
})

test('who was cut off may be called back, unless they have asked for no calls', async () => {
  const cutOffs = createCutOffActivities({ database, settings: { dataKey: KEY, callBack: ALWAYS } })
  expect(await cutOffs.judgeCallBack({ number: '01012345678' })).toEqual({ why: null })
  await optOut(database, KEY, {
    phone: '01012345678',
    source: 'person',
    outboundId: null,
    recordedBy: 'owner',
  })
  expect(await cutOffs.judgeCallBack({ number: '01012345678' })).toEqual({ why: 'do_not_call' })
  expect(await cutOffs.judgeCallBack({ number: '01087654321' })).toEqual({ why: null })
  const atMs = Date.now()
  expect(await cutOffs.judgeCallBack({ number: '01087654321', cutOffAtMs: atMs - 60_000 })).toEqual({
    why: null,
  })
  expect(await cutOffs.judgeCallBack({ number: '01087654321', cutOffAtMs: atMs - 3_600_000 })).toEqual({
    why: 'too_late',
  })
  expect(await cutOffs.judgeCallBack({ number: '' })).toEqual({ why: 'no_number' })
})

test('nobody is called back where the owner does not want it', async () => {
  const callBack = { ...ALWAYS, isOn: false }
  const cutOffs = createCutOffActivities({ database, settings: { dataKey: KEY, callBack } })
  expect(await cutOffs.judgeCallBack({ number: '01087654321' })).toEqual({ why: 'off' })
})
