/** The owner of a number wants to be forgotten at the moment in which a campaign begins to call it. */
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadSettings } from '../../config/settings.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { claimRows, readCampaignFacts } from '../../db/queries/campaign-calls.ts'
import { addCampaignRows } from '../../db/queries/campaign-rows.ts'
import { insertCampaign } from '../../db/queries/campaign-snapshots.ts'
import { forgetNumber, NumberInUseError } from '../../db/queries/erase-outbound.ts'
import { insertOutbound } from '../../db/queries/outbound-requests.ts'
import { makeCampaignId, makeOutboundId } from '../../domain/ids.ts'
import { newProgress } from '../../domain/outbound-request.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { PLAN } from './campaign-system.ts'

const { dataKey } = loadSettings({ DAERI_DATA_KEY: '66'.repeat(32) })
const PHONE = '01024681357'

let db: Database
let drop: () => Promise<void>
beforeAll(async () => {
  const created = await createTestDatabase()
  drop = created.drop
  db = createDatabase(created.url)
})
afterAll(async () => {
  await db.destroy()
  await drop()
})

/** Until at least so many transactions wait for another one. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
    if ((rows[0]?.count ?? 0) >= count) return
    await pause(10)
  }
}

class TakenBack extends Error {}

/** Another request for the number, which is taken back: until then whoever inserts one waits. */
async function whileAnotherIsInserted(work: () => Promise<void>): Promise<void> {
  const outboundId = makeOutboundId('fedcba98')
  const inserted = db.transaction().execute(async (trx) => {
    await insertOutbound(trx, dataKey, {
      request: {
        callerNumber: '07012345678',
        calleeNumber: PHONE,
        callerDisplayName: null,
        purpose: 'x',
        questions: ['y'],
        maxDuration: 60,
        priority: 5,
        scheduledAt: null,
        retryOnNoAnswer: false,
        maxRetries: 0,
        metadata: null,
      },
      progress: newProgress(outboundId),
      requestedBy: 'owner@example.com',
      createdAt: new Date().toISOString(),
    })
    await work()
    throw new TakenBack()
  })
  await expect(inserted).rejects.toThrow(TakenBack)
}

test('a row that is being claimed is not made anonymous under its call: the number is in use', async () => {
  const campaignId = makeCampaignId('0badcafe')
  await insertCampaign(db, {
    campaignId,
    name: '만족도 조사',
    kind: 'survey',
    plan: PLAN,
    speed: { windowSize: 1, callsPerSecond: 1 },
    requestedBy: 'owner@example.com',
    createdAt: new Date().toISOString(),
  })
  const row = { line: 2, phone: PHONE, zone: 'Asia/Seoul', variables: { 이름: '김민수' } }
  await addCampaignRows(db, dataKey, campaignId, [row])
  const campaign = await readCampaignFacts(db, campaignId)
  let claiming: ReturnType<typeof claimRows> | undefined
  let forgetting: Promise<unknown> | undefined
  await whileAnotherIsInserted(async () => {
    claiming = claimRows(db, dataKey, { campaign, wanted: 1, nowMs: Date.now() })
    await waiting(1)
    forgetting = forgetNumber(db, dataKey, PHONE, new Date()).catch((error: unknown) => error)
    await waiting(2)
  })
  const outboundIds = (await claiming)?.outboundIds ?? []
  expect(outboundIds).toHaveLength(1)
  const error = await forgetting
  expect(error).toBeInstanceOf(NumberInUseError)
  expect(error).toMatchObject({ outboundIds })
  const kept = await db.selectFrom('campaign_rows').selectAll().executeTakeFirstOrThrow()
  expect(kept).toMatchObject({ state: 'calling', outbound_id: outboundIds[0], callee_tail: '1357' })
})
