import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCallActivities } from '../../activities/calls.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { decryptText } from '../../db/encryption.ts'
import { readUsage } from '../../db/queries/call-usage.ts'
import { noteDraftTried, releaseDraft, releaseVersion, saveDraft } from '../../db/queries/flows.ts'
import type { CallAnalysis } from '../../domain/call-analysis.ts'
import { SHIPPED_FLOWS } from '../../domain/flow-defaults.ts'
import { makeCallId, makeLegId, makeTurnId } from '../../domain/ids.ts'
import { createTestDatabase } from '../support/postgres.ts'

/** A won per token, whatever it was for; ten won an hour heard, and nothing for the voice. */
const PRICES = {
  models: { m: { input: 1e6, output: 1e6, cacheRead: 1e6, cacheWrite: 1e6 } },
  recognitionUsdPerHour: 10,
  voiceUsdPerMillion: 0,
  wonPerUsd: 1,
}
const KEY = '1'.repeat(64)
const callId = makeCallId('0123456789ab')
const timings = { endOfTurnMs: 360, firstTokenMs: 50, firstAudioMs: 80, wireLatencyMs: null }

const ANALYSIS: CallAnalysis = {
  summary: '화환을 문의했다.',
  outcome: 'question_answered',
  sentiment: 'neutral',
  sentiments: ['neutral'],
  language: 'ko',
  followUps: ['가격표를 다시 보내 주세요.'],
}

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>
let database: Database
let listener: pg.Client
const notices: string[] = []

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = createDatabase(testDatabase.url)
  listener = new pg.Client({ connectionString: testDatabase.url })
  await listener.connect()
  await listener.query('listen daeri_events')
  listener.on('notification', ({ payload }) => notices.push(payload ?? ''))
})
afterAll(async () => {
  await listener?.end()
  await database?.destroy()
  await testDatabase?.drop()
})

const line = (index: number, text: string, change = {}) => ({
  callId,
  turnId: makeTurnId(callId, index),
  turnIndex: index,
  caller: null,
  spoken: {
    utteranceId: makeTurnId(callId, index),
    text,
    startMs: index * 1_000,
    endMs: index * 1_000 + 900,
  },
  interruptions: [],
  timings,
  ...change,
})

test('a call is recorded from ringing to its end; writing anything again changes nothing', async () => {
  const calls = createCallActivities({
    database,
    dataKeys: KEY,
    company: { name: '대리 화환', phone: '15880000' },
    order: { priceWon: 80_000 },
    prices: PRICES,
  })
  const call = {
    callId,
    workflowId: `inbound-${callId}`,
    fromNumber: '01012345678',
    toNumber: '15880000',
    calledAt: '2026-11-21T05:00:00.000Z',
  }
  const flow = { name: 'order_call', version: 2 } as const
  const answered = { ...call, answeredAt: '2026-11-21T05:00:01.000Z', flow }
  const greeting = line(0, '안녕하세요. 무엇을 도와드릴까요?')
  const answer = line(1, '네.', {
    caller: { words: '화환이요', confidence: 0.9, startMs: 500, endMs: 900 },
    interruptions: [{ utteranceId: makeTurnId(callId, 0), heard: '안녕하세요.' }],
  })
  const report = {
    legId: makeLegId('0123456789ab'),
    outcome: 'completed_by_remote' as const,
    sipCode: 200,
    startedAt: call.calledAt,
    answeredAt: answered.answeredAt,
    endedAt: '2026-11-21T05:01:00.000Z',
    durationMs: 59_000,
    codec: 'PCMU' as const,
    quality: null,
    recordingKey: 'recordings/a.wav',
    latencies: [{ utteranceId: makeTurnId(callId, 1), ms: 612.4 }],
  }
  for (const _ of ['once', 'again']) {
    await calls.recordCall({ ...call, answeredAt: null })
    await calls.recordCall(answered)
    await calls.recordTurn(greeting)
    await calls.recordTurn(answer)
    await calls.finishCall({ callId, endedAt: '2026-11-21T05:02:00.000Z', report })
    await calls.recordSummary({ callId, summary: '화환을 문의했다.', analysis: ANALYSIS })
  }

  const record = await database.selectFrom('call_records').selectAll().executeTakeFirstOrThrow()
  expect(record).toMatchObject({ state: 'ended', direction: 'inbound', recording_key: 'recordings/a.wav' })
  expect(record).toMatchObject({ flow: 'order_call', flow_version: 2 })
  expect(record.ended_at?.toISOString()).toBe(report.endedAt)
  expect(record.from_number).not.toContain('0101')
  expect(decryptText(record.summary ?? '', KEY)).toBe('화환을 문의했다.')
  expect(record.analysis).not.toContain('다시')
  expect(JSON.parse(decryptText(record.analysis ?? '', KEY))).toEqual(ANALYSIS)
  expect(JSON.parse(decryptText(record.transcript ?? '', KEY))).toMatchObject([
    { speaker: 'ai', text: '안녕하세요. …', interrupted: true, timestamp: 0 },
    { speaker: 'customer', text: '화환이요', confidence: 0.9, timestamp: 0.5, end: 0.9 },
    { speaker: 'ai', text: '네.', interrupted: false, timestamp: 1 },
  ])
  const latencies = await database
    .selectFrom('call_turns')
    .select('timings')
    .where('utterance_id', '=', `${makeTurnId(callId, 1)}:ai`)
    .executeTakeFirstOrThrow()
  expect(latencies.timings).toMatchObject({ endOfTurnMs: 360, wireLatencyMs: 612 })
  expect(await database.selectFrom('customers').select('phone_tail').execute()).toEqual([
    { phone_tail: '5678' },
  ])
  await listener.query('select 1') // what was notified before has arrived with its answer
  expect(notices).toContain(JSON.stringify({ type: 'call_changed', call_id: callId }))
  expect(notices).toContain(
    JSON.stringify({
      type: 'transcript_line',
      call_id: callId,
      utterance_id: `${makeTurnId(callId, 1)}:caller`,
    }),
  )
})

test.each([
  ['lost', null, 'recordings/lost.wav'],
  ['that could not record', { recordingKey: null }, null],
])('the recording of a gateway %s', async (_, reported, key) => {
  const calls = createCallActivities({
    database,
    dataKeys: KEY,
    company: { name: '대리 화환', phone: '15880000' },
    order: { priceWon: 80_000 },
    prices: PRICES,
  })
  const id = makeCallId(reported === null ? 'aaaaaaaaaaaa' : 'bbbbbbbbbbbb')
  const at = '2026-11-21T05:00:00.000Z'
  await calls.recordCall({
    callId: id,
    workflowId: `inbound-${id}`,
    fromNumber: '',
    toNumber: '15880000',
    calledAt: at,
    answeredAt: at,
  })
  const report = reported && {
    ...reported,
    legId: makeLegId('0123456789ab'),
    outcome: 'completed_by_remote' as const,
    sipCode: 200,
    startedAt: at,
    answeredAt: at,
    endedAt: at,
    durationMs: 0,
    codec: 'PCMU' as const,
    quality: null,
    latencies: [],
  }
  await calls.finishCall({ callId: id, endedAt: at, report, recordingKey: 'recordings/lost.wav' })
  const record = await database
    .selectFrom('call_records')
    .select(['state', 'recording_key'])
    .where('call_id', '=', id)
    .executeTakeFirstOrThrow()
  expect(record).toEqual({ state: 'ended', recording_key: key })
})

test('a call begins with the version that is live, and carries none while that is what was shipped', async () => {
  const calls = createCallActivities({
    database,
    dataKeys: KEY,
    company: { name: '대리 화환', phone: '15880000' },
    order: { priceWon: 80_000 },
    prices: PRICES,
  })
  const read = () => calls.readCallPolicy({ fromNumber: '', flow: 'order_call' })
  expect((await read()).edition).toBeUndefined()
  const content = { ...SHIPPED_FLOWS.order_call, persona: '밝게 말합니다.' }
  const draft = await saveDraft(database, { flow: 'order_call', content, revision: null, by: 'Owner' })
  await noteDraftTried(database, 'order_call', draft.revision)
  const release = { flow: 'order_call', revision: draft.revision, by: 'Owner', reason: '더 밝게' } as const
  expect(await releaseDraft(database, release)).toBe(1)
  expect((await read()).edition).toEqual({ version: 1, content })
  // Calls of before ask for none.
  expect((await calls.readCallPolicy({ fromNumber: '' })).edition).toBeUndefined()
  await releaseVersion(database, { flow: 'order_call', version: 0, by: 'Owner', reason: '처음으로' })
  expect((await read()).edition).toBeUndefined()
})

test('what each step took is kept once, with what it cost', async () => {
  const calls = createCallActivities({
    database,
    dataKeys: KEY,
    company: { name: '대리 화환', phone: '15880000' },
    order: { priceWon: 80_000 },
    prices: PRICES,
  })
  const id = makeCallId('00000000c057')
  await calls.recordCall({
    callId: id,
    workflowId: `inbound-${id}`,
    fromNumber: '',
    toNumber: '15880000',
    calledAt: '2026-11-21T05:00:00.000Z',
    answeredAt: null,
  })
  const use = { model: 'm', inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 }
  const unknown = { ...use, model: 'nobody knows its price' }
  const usage = { models: [use, unknown], recognitionMs: 1_800_000, characters: 7 }
  const turn = { ...line(1, '네.'), callId: id, turnId: makeTurnId(id, 1), usage }
  await calls.recordTurn(turn)
  await calls.recordTurn(turn)
  // A turn in which nobody spoke is paid for as well.
  const silent = { ...turn, turnId: makeTurnId(id, 2), turnIndex: 2, spoken: null }
  await calls.recordTurn({ ...silent, usage: { ...usage, models: [], characters: 0 } })
  const read = { models: [use], recognitionMs: 0, characters: 0 }
  await calls.recordSummary({ callId: id, summary: '통화', analysis: { ...ANALYSIS, usage: read } })
  expect(await readUsage(database, [id])).toEqual([
    {
      call_id: id,
      provider: 'm',
      input_tokens: '2',
      output_tokens: '4',
      cache_read_tokens: '6',
      cache_write_tokens: '8',
      recognition_ms: '0',
      characters: '0',
      cost_won: 20,
    },
    expect.objectContaining({ provider: 'nobody knows its price', input_tokens: '1', cost_won: 0 }),
    expect.objectContaining({ provider: 'speech', recognition_ms: '3600000', characters: '7', cost_won: 10 }),
  ])
  const { analysis } = await database
    .selectFrom('call_records')
    .select('analysis')
    .where('call_id', '=', id)
    .executeTakeFirstOrThrow()
  expect(JSON.parse(decryptText(analysis ?? '', KEY))).toEqual(ANALYSIS)
})

test('who talked in another language is greeted in it the next time', async () => {
  const calls = createCallActivities({
    database,
    dataKeys: KEY,
    company: { name: '대리 화환', phone: '15880000' },
    order: { priceWon: 80_000 },
    prices: PRICES,
  })
  const fromNumber = '01055556666'
  const language = async (number = fromNumber) =>
    (await calls.readCallPolicy({ fromNumber: number, flow: 'order_call' })).language
  expect(await language()).toBe('ko')
  for (const [id, calledAt, spoken] of [
    ['00000000f001', '2026-11-22T05:00:00.000Z', 'ja'],
    ['00000000f002', '2026-11-21T05:00:00.000Z', 'en'],
  ] as const) {
    const call = makeCallId(id)
    await calls.recordCall({
      callId: call,
      workflowId: `inbound-${call}`,
      fromNumber,
      toNumber: '15880000',
      calledAt,
      answeredAt: calledAt,
    })
    const analysis = { ...ANALYSIS, language: spoken }
    await calls.recordSummary({ callId: call, summary: '주문했다.', analysis })
  }
  expect(await language()).toBe('ja')
  expect(await language('+821055556666')).toBe('ja')
  expect([await language(''), await language('01099998888')]).toEqual(['ko', 'ko'])
})
