/** A call of a campaign that broke off midway, and the one after it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadSettings } from '../../config/settings.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { claimRows, readCampaignFacts } from '../../db/queries/campaign-calls.ts'
import { addCampaignRows } from '../../db/queries/campaign-rows.ts'
import { insertCampaign } from '../../db/queries/campaign-snapshots.ts'
import { recordOutbound } from '../../db/queries/outbound-requests.ts'
import { readOutboundStart } from '../../db/queries/outbound-starts.ts'
import { makeCampaignId, type OutboundId } from '../../domain/ids.ts'
import { newProgress } from '../../domain/outbound-request.ts'
import { newTask, type QuestionState, taskToGoOn } from '../../domain/question-answers.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { PLAN } from './campaign-system.ts'

const { dataKey } = loadSettings({ DAERI_DATA_KEY: '66'.repeat(32) })
const QUESTIONS = ['만족하셨나요?', '다시 이용하시겠어요?']
const ANSWERED = { status: 'answered', answer: '만족', words: '네, 만족해요', confidence: 0.9 } as const

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

let last = 0
async function campaignOfOne() {
  const campaignId = makeCampaignId((++last).toString(16).padStart(8, '0'))
  await insertCampaign(db, {
    campaignId,
    name: '만족도 조사',
    kind: 'survey',
    plan: { ...PLAN, questions: QUESTIONS, retries: { failed: 60 }, maxRetries: 2 },
    speed: { windowSize: 1, callsPerSecond: 1 },
    requestedBy: 'owner@example.com',
    createdAt: new Date().toISOString(),
  })
  const phone = `010${20_000_000 + last}`
  await addCampaignRows(db, dataKey, campaignId, [
    { line: 2, phone, zone: 'Asia/Seoul', variables: { 이름: '김민수' } },
  ])
  return campaignId
}
type CampaignId = Awaited<ReturnType<typeof campaignOfOne>>

/** @returns the request of the next call, two minutes after whatever was before. */
async function nextCall(campaignId: CampaignId): Promise<OutboundId | undefined> {
  const campaign = await readCampaignFacts(db, campaignId)
  const claimed = await claimRows(db, dataKey, { campaign, wanted: 1, nowMs: Date.now() + last * 120_000 })
  last++
  return claimed.outboundIds[0]
}

/** The call was answered, and broke off. */
async function breaksOff(outboundId: OutboundId, answers: readonly Partial<QuestionState>[]): Promise<void> {
  const at = new Date().toISOString()
  const task = newTask(QUESTIONS)
  await recordOutbound(db, dataKey, {
    outboundId,
    version: 1,
    progress: {
      ...newProgress(outboundId),
      state: 'failed',
      attemptCount: 1,
      startedAt: at,
      answeredAt: at,
      completedAt: at,
      failureReason: 'system error',
    },
    task: {
      ...task,
      shouldEndCall: true,
      questions: task.questions.map((question, index) => ({ ...question, ...answers[index] })),
    },
    callId: null,
    sipCallId: null,
    summary: null,
    isOver: true,
    event: null,
  })
}
const rowState = async (campaignId: CampaignId) =>
  await db
    .selectFrom('campaign_rows')
    .innerJoin('campaigns', 'campaigns.id', 'campaign_rows.campaign')
    .select(['campaign_rows.state', 'campaign_rows.why', 'attempts'])
    .where('campaign_id', '=', campaignId)
    .executeTakeFirstOrThrow()

test('the call after one that broke off goes on at the open question', async () => {
  const campaignId = await campaignOfOne()
  const first = await nextCall(campaignId)
  if (first === undefined) throw new Error('nobody was called')
  expect((await readOutboundStart(db, dataKey, first)).known).toBeNull()
  await breaksOff(first, [ANSWERED])
  expect(await rowState(campaignId)).toEqual({ state: 'waiting', why: 'retry', attempts: 1 })
  const second = await nextCall(campaignId)
  if (second === undefined) throw new Error('nobody was called again')
  expect(second).not.toBe(first)
  const { known } = await readOutboundStart(db, dataKey, second)
  expect(known?.questions).toMatchObject([ANSWERED, { status: 'pending' }])
  expect(known?.shouldEndCall).toBe(false)
  const { questions_settled } = await db
    .selectFrom('outbound_requests')
    .select('questions_settled')
    .where('outbound_id', '=', second)
    .executeTakeFirstOrThrow()
  expect(questions_settled).toBe(1)
})

test('who has answered everything before the call broke off is not called again', async () => {
  const campaignId = await campaignOfOne()
  const first = await nextCall(campaignId)
  if (first === undefined) throw new Error('nobody was called')
  await breaksOff(first, [ANSWERED, { ...ANSWERED, status: 'refused' }])
  expect(await rowState(campaignId)).toEqual({ state: 'done', why: null, attempts: 1 })
  expect(await nextCall(campaignId)).toBeUndefined()
})

test('nothing is carried into other questions, from nothing, or to who wants no calls', () => {
  const task = newTask(QUESTIONS)
  const answered = {
    ...task,
    questions: task.questions.map((question, index) =>
      index === 0 ? { ...question, ...ANSWERED } : question,
    ),
  }
  expect(taskToGoOn(task, QUESTIONS)).toBeNull()
  expect(taskToGoOn(answered, QUESTIONS.toReversed())).toBeNull()
  expect(taskToGoOn(answered, QUESTIONS.slice(1))).toBeNull()
  expect(taskToGoOn({ ...answered, optedOut: true }, QUESTIONS)).toBeNull()
  expect(taskToGoOn(answered, QUESTIONS)?.questions[0]?.status).toBe('answered')
})
