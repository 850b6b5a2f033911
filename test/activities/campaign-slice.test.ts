/** One slice of a campaign's time, in which nobody is due to be called just yet: what it hands on to the next one. */
import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCampaignActivities } from '../../activities/campaigns.ts'
import { loadSettings } from '../../config/settings.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { addCampaignRows } from '../../db/queries/campaign-rows.ts'
import { insertCampaign, recordCampaign } from '../../db/queries/campaign-snapshots.ts'
import { makeCampaignId } from '../../domain/ids.ts'
import { createLazyClient } from '../../temporal/connection.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { PLAN } from '../temporal/campaign-system.ts'

const CAMPAIGN = makeCampaignId('0000cafe')
/** So slow that no pause of this machine gains a call. */
const SPEED = { windowSize: 5, callsPerSecond: 0.01 }

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

test('a stall is made up for, but not the time in which an attempt that died may have begun calls', async () => {
  const settings = loadSettings({
    DATABASE_URL: testDatabase.url,
    DAERI_DATA_KEY: '1'.repeat(64),
    DAERI_SECRET: 'a secret of the activity tests',
    COMPANY_PHONE: '15880000',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  })
  // Nothing is asked of it.
  const client = createLazyClient(settings)
  const at = new Date().toISOString()
  await insertCampaign(database, {
    campaignId: CAMPAIGN,
    name: '만족도 조사',
    kind: 'survey',
    plan: PLAN,
    speed: SPEED,
    requestedBy: 'owner@example.com',
    createdAt: at,
  })
  await addCampaignRows(database, settings.dataKey, CAMPAIGN, [
    { line: 2, phone: '01012345678', zone: 'Asia/Seoul', variables: { 이름: '김철수' } },
  ])
  await recordCampaign(
    database,
    { campaignId: CAMPAIGN, version: 1, state: 'running', speed: SPEED, issue: null, at },
    false,
  )
  const { dialRows } = createCampaignActivities({
    db: database,
    settings,
    client,
    textOwner: async () => true,
  })
  /** What a slice that ends at once knows of its pace, 1,000 s after the one before. */
  const owed = async (attempt: number) => {
    const pace = { tokens: 0, owed: 0, atMs: Date.now() - 1_000_000 }
    const input = { campaignId: CAMPAIGN, speed: SPEED, forMs: 0, resumedAt: at, pace }
    const environment = new MockActivityEnvironment({ attempt })
    const result: Awaited<ReturnType<typeof dialRows>> = await environment.run(dialRows, input)
    return result.pace?.owed
  }
  expect(await owed(1)).toBeCloseTo(0.1)
  expect(await owed(2)).toBe(0)
})
