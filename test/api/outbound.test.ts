/** Requested calls over HTTP and the socket: asked for, refused, looked at, called off, tried again, taken home. */
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { beginOnce } from '../../api/kept-outbound.ts'
import {
  outboundAcceptedSchema,
  outboundListSchema,
  outboundRecordSchema,
  type outboundRequestSchema,
  outboundResultSchema,
  outboundStatsSchema,
} from '../../api/schemas/outbound.ts'
import { type ApiServer, startServer } from '../../api/server.ts'
import type { OutboundId } from '../../domain/ids.ts'
import { newProgress, type OutboundProgress } from '../../domain/outbound-request.ts'
import { newTask, readReport } from '../../domain/question-answers.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { MessageLog } from './message-log.ts'
import { ScriptedOutbound } from './scripted-outbound.ts'
import { nextCallId, seedCall, seedTurn } from './seed.ts'
import { createTestApi, OWNER, type TestApi } from './test-api.ts'

type Body = z.input<typeof outboundRequestSchema>
const NOW = new Date('2026-11-26T14:00:00+09:00')
const QUESTIONS = ['참석 가능 여부', '장소 변경 필요 여부']

let workflows: ScriptedOutbound
let api: TestApi
beforeAll(async () => {
  workflows = new ScriptedOutbound()
  api = await createTestApi(await createTestDatabase(), {
    environment: {
      COMPANY_PHONE: '15880000',
      OUTBOUND_CALLER_NUMBERS: '07012345678',
      OUTBOUND_DAILY_LIMIT: '40',
      OUTBOUND_RATE_PER_MINUTE: '30',
    },
    outbound: workflows,
    now: () => NOW,
  })
  workflows.writesTo(api)
})
afterAll(() => api.close())
beforeEach(async () => {
  await api.database.deleteFrom('outbound_requests').execute()
  workflows.started.length = 0
  workflows.cancelled.length = 0
  workflows.isAway = false
})

let last = 0
const nextCallee = () => `0109${String(++last).padStart(7, '0')}`
const body = (more: Partial<Body> = {}): Body => ({
  caller_number: '07012345678',
  callee_number: nextCallee(),
  caller_display_name: 'ABC 주식회사',
  purpose: '내일 오후 2시 미팅 일정 확인',
  questions: QUESTIONS,
  ...more,
})
const post = (path: string, json: unknown = {}, cookie: string = api.cookies.agent) =>
  api.ask('POST', `/api/outbound/${path}`, { cookie, json })
const get = (path: string) => api.ask('GET', `/api/outbound/${path}`, { cookie: api.cookies.agent })

async function ask(more: Partial<Body> = {}): Promise<OutboundId> {
  const response = await post('', body(more))
  expect(response.status).toBe(202)
  return outboundAcceptedSchema.parse(await response.json()).outbound_id as OutboundId
}
const ended = (outboundId: OutboundId, state: OutboundProgress['state']): OutboundProgress => ({
  ...newProgress(outboundId),
  state,
  attemptCount: 1,
  startedAt: '2026-11-26T14:00:02+09:00',
  answeredAt: state === 'completed' ? '2026-11-26T14:00:10+09:00' : null,
  completedAt: '2026-11-26T14:01:45+09:00',
  failureReason: state === 'completed' ? null : 'SIP 487',
})
const DONE = readReport(
  newTask(QUESTIONS),
  {
    questions: [
      { id: 'q1', status: 'answered', answer: '참석 가능', words: '네, 참석 가능합니다.', confidence: 0.95 },
      {
        id: 'q2',
        status: 'answered',
        answer: '장소 변경 불필요',
        words: '아니요, 기존 장소로 괜찮습니다.',
        confidence: 0.92,
      },
    ],
  },
  null,
)

test('a template is kept, replaced by one of its name, and forgotten', async () => {
  const save = async (json: object) => {
    const response = await api.ask('POST', '/api/outbound-templates', { cookie: api.cookies.agent, json })
    expect(response.status).toBe(200)
    return (await response.json()) as { id: number; name: string; blanks: string[]; changed_by: string }
  }
  const names = async () => {
    const response = await api.ask('GET', '/api/outbound-templates', { cookie: api.cookies.agent })
    return ((await response.json()) as { templates: { name: string }[] }).templates.map(({ name }) => name)
  }
  const first = await save({
    name: 'Meeting',
    purpose: '{날짜} 미팅',
    questions: ['{장소} 가능 여부', '{날짜}'],
  })
  expect(first).toMatchObject({ blanks: ['날짜', '장소'], changed_by: 'agent@example.com' })
  const second = await save({ name: 'MEETING', purpose: '미팅', questions: ['참석 가능 여부'] })
  expect(second).toMatchObject({ id: first.id, name: 'MEETING', blanks: [] })
  expect(await names()).toEqual(['MEETING'])
  const path = `/api/outbound-templates/${first.id}`
  expect((await api.ask('DELETE', path, { cookie: api.cookies.agent })).status).toBe(200)
  expect((await api.ask('DELETE', path, { cookie: api.cookies.agent })).status).toBe(404)
  expect(await names()).toEqual([])
})

describe('a request', () => {
  test('is accepted, shown with the number masked, and begun with what it says', async () => {
    const response = await post('', body({ callee_number: '+82 10-9876-5432', metadata: { crm: 'A-7' } }))
    expect(response.status).toBe(202)
    const accepted = outboundAcceptedSchema.parse(await response.json())
    expect(accepted).toEqual({
      outbound_id: expect.stringMatching(/^ob-[0-9a-f]{8}$/),
      state: 'queued',
      created_at: '2026-11-26T14:00:00+09:00',
      message: '아웃바운드 콜이 대기열에 추가되었습니다.',
    })
    const record = outboundRecordSchema.parse(await (await get(accepted.outbound_id)).json())
    expect(record).toMatchObject({
      caller_number: '07012345678',
      callee_number: '010-****-5432',
      questions: QUESTIONS,
      max_duration: 180,
      priority: 5,
      scheduled_at: null,
      retry_on_no_answer: true,
      max_retries: 2,
      metadata: { crm: 'A-7' },
      attempt_count: 0,
      requested_by: 'agent@example.com',
      progress: { total: 2, completed: 0, progress: 0 },
      record_id: null,
    })
    expect(workflows.started).toMatchObject([
      {
        outboundId: accepted.outbound_id,
        request: { calleeNumber: '01098765432', callerDisplayName: 'ABC 주식회사', priority: 5 },
        policy: { ringTimeoutSeconds: 30, maxTurns: 20, retry: { enabled: true, intervalSeconds: 300 } },
      },
    ])
    expect(workflows.started[0]).not.toHaveProperty('before')
    const stored = await api.database.selectFrom('outbound_requests').selectAll().executeTakeFirstOrThrow()
    expect(JSON.stringify(stored)).not.toMatch(/98765432|참석/)
  })

  test.each<[string, Partial<Record<keyof Body, unknown>>, string]>([
    ['no number', { callee_number: '12' }, 'body.callee_number'],
    ['its own number', { callee_number: '070-1234-5678' }, 'body.callee_number'],
    ['no purpose', { purpose: '  ' }, 'body.purpose'],
    ['a purpose that is too long', { purpose: 'ㄱ'.repeat(501) }, 'body.purpose'],
    ['no question', { questions: [] }, 'body.questions'],
    ['eleven questions', { questions: Array.from({ length: 11 }, () => '질문') }, 'body.questions'],
    ['a question that is too long', { questions: ['ㄱ'.repeat(201)] }, 'body.questions.0'],
    ['a duration over the limit', { max_duration: 301 }, 'body.max_duration'],
    ['no time to talk', { max_duration: 0 }, 'body.max_duration'],
    ['an unknown priority', { priority: 11 }, 'body.priority'],
    ['a time without a zone', { scheduled_at: '2026-11-27T10:00:00' }, 'body.scheduled_at'],
    ['a time that is past', { scheduled_at: '2026-11-26T13:00:00+09:00' }, 'body.scheduled_at'],
    ['too many retries', { max_retries: 6 }, 'body.max_retries'],
    ['metadata without end', { metadata: { text: 'x'.repeat(5_000) } }, 'body.metadata'],
  ])('that says %s is refused, field by field', async (_what, wrong, path) => {
    const response = await post('', { ...body(), ...wrong })
    expect(response.status).toBe(422)
    const problem = (await response.json()) as { errors: { path: string }[]; error: { code: string } }
    expect(problem.errors.map((error) => error.path)).toEqual([path])
    expect(problem.error.code).toBe('invalid_request')
    expect(workflows.started).toEqual([])
  })

  test('keeps the instant of a time in another zone', async () => {
    const id = await ask({ scheduled_at: '2026-11-27T01:00:00Z' })
    const record = outboundRecordSchema.parse(await (await get(id)).json())
    expect(record.scheduled_at).toBe('2026-11-27T10:00:00+09:00')
  })

  const codeOf = async (response: Response) => {
    const { error } = (await response.json()) as { error: { code: string; message: string } }
    expect(error.message).not.toBe('')
    return [response.status, error.code]
  }

  test('needs somebody who has signed in, and a caller’s number that is ours', async () => {
    expect((await api.ask('POST', '/api/outbound/', { json: body() })).status).toBe(401)
    expect(await codeOf(await post('', body({ caller_number: '0212345678' })))).toEqual([
      403,
      'caller_not_allowed',
    ])
  })

  test('for a number that is being called, or waits to be, is refused until that is over', async () => {
    const callee_number = nextCallee()
    const first = await ask({ callee_number })
    expect(await codeOf(await post('', body({ callee_number })))).toEqual([409, 'duplicate_callee'])
    await workflows.tell(ended(first, 'completed'), null, {})
    await ask({ callee_number })
  })

  test('beyond the limits of a minute and of a day waits', async () => {
    for (let count = 0; count < 30; count++) await ask()
    expect(await codeOf(await post('', body()))).toEqual([429, 'rate_limit'])
    // Somebody else may still ask; all together have the day's limit.
    for (let count = 0; count < 10; count++)
      expect((await post('', body(), api.cookies.admin)).status).toBe(202)
    const refused = await post('', body(), api.cookies.admin)
    expect(refused.headers.get('retry-after')).toBe('36000')
    expect(await codeOf(refused)).toEqual([429, 'daily_limit'])
  })

  test('that comes while the workflow engine is away is begun once it is back', async () => {
    workflows.isAway = true
    const id = await ask()
    expect(workflows.started).toEqual([])
    workflows.isAway = false
    expect(await beginOnce(api.deps)).toBe(1)
    expect(workflows.started.map(({ outboundId }) => outboundId)).toEqual([id])
    await workflows.tell(newProgress(id), { type: 'outbound_queued' }, {})
    expect(await beginOnce(api.deps)).toBe(0)
  })
})

test.each([
  ['switched off', 'outbound_disabled', { OUTBOUND_ENABLED: 'false' }],
  ['no way leads to the number', 'no_route', { SIP_TRUNK: 'none', MEDIA_GATEWAYS: '127.0.0.1:1' }],
])('no calls where they are %s', async (_why, code, environment) => {
  const shut = await createTestApi(await createTestDatabase(), {
    environment: { OUTBOUND_CALLER_NUMBERS: '07012345678', ...environment },
    outbound: workflows,
  })
  try {
    const answer = await shut.ask('POST', '/api/outbound/', { cookie: shut.cookies.admin, json: body() })
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ code, error: { code } })
  } finally {
    await shut.close()
  }
})

describe('the list', () => {
  test('goes by pages, newest first, and by state, number and words', async () => {
    const ids = [
      await ask({ callee_number: '01055551234' }),
      await ask({ purpose: '배송 100% 확인' }),
      await ask(),
    ]
    await workflows.tell(ended(ids[1] ?? ('' as OutboundId), 'no_answer'), null, {})
    const listed = async (query: string) => outboundListSchema.parse(await (await get(`?${query}`)).json())
    const first = await listed('limit=2')
    expect(first.calls.map((call) => call.outbound_id)).toEqual([ids[2], ids[1]])
    const second = await listed(`limit=2&cursor=${first.next_cursor}`)
    expect(second).toMatchObject({ calls: [{ outbound_id: ids[0] }], next_cursor: null })
    const found = async (query: string) => (await listed(query)).calls.map((call) => call.outbound_id)
    expect(await found('state=no_answer')).toEqual([ids[1]])
    expect(await found('q=5555-1234')).toEqual([ids[0]])
    expect(await found(`q=${encodeURIComponent('100%')}`)).toEqual([ids[1]])
    expect(await found(`q=${ids[2]}`)).toEqual([ids[2]])
    expect(await found(`q=${encodeURIComponent('%')}`)).toEqual([ids[1]])
    expect((await get('?cursor=nonsense')).status).toBe(422)
  })

  test('of live calls, and the figures', async () => {
    const [live, done, unreached, off] = [await ask(), await ask(), await ask(), await ask()]
    await workflows.tell({ ...ended(live, 'ringing'), completedAt: null }, null, {})
    await workflows.tell(ended(done, 'completed'), null, {})
    await workflows.tell(ended(unreached, 'no_answer'), null, {})
    await workflows.tell(ended(off, 'cancelled'), null, {})
    const { calls } = outboundListSchema.parse(await (await get('active')).json())
    expect(calls.map((call) => call.outbound_id)).toEqual([live])
    expect(outboundStatsSchema.parse(await (await get('stats')).json())).toEqual({
      total: 4,
      completed: 1,
      in_progress: 1,
      no_answer: 1,
      success_rate: 0.5,
    })
  })
})

describe('what a call brought', () => {
  /** As in the specification: 95 seconds. */
  async function fixture() {
    const id = await ask({ callee_number: '01098765432' })
    const callId = await seedCall(api, { callId: nextCallId(), state: 'ended' })
    await seedTurn(api, callId, { index: 5, speaker: 'ai', text: '안녕하세요, ABC 주식회사 AI 비서입니다.' })
    await seedTurn(api, callId, { index: 6, speaker: 'customer', text: '네, 참석 가능합니다.' })
    await workflows.tell(
      ended(id, 'completed'),
      { type: 'outbound_completed', task_completed: true },
      {
        task: DONE,
        summary: '내일 미팅에 참석하며 장소 변경은 필요 없다.',
        callId,
      },
    )
    return id
  }

  test('is told after the end only, with answers, words and summary', async () => {
    const waiting = await ask()
    expect((await get(`${waiting}/result`)).status).toBe(409)
    const id = await fixture()
    const result = outboundResultSchema.parse(await (await get(`${id}/result`)).json())
    expect(result).toMatchObject({
      state: 'completed',
      caller_number: '07012345678',
      callee_number: '010-****-5432',
      purpose: '내일 오후 2시 미팅 일정 확인',
      duration_seconds: 95,
      task_completed: true,
      answers: [
        {
          question_id: 'q1',
          question_text: '참석 가능 여부',
          status: 'answered',
          answer_text: '네, 참석 가능합니다.',
          answer_summary: '참석 가능',
          confidence: 0.95,
        },
        { question_id: 'q2', status: 'answered', answer_summary: '장소 변경 불필요', confidence: 0.92 },
      ],
      summary: '내일 미팅에 참석하며 장소 변경은 필요 없다.',
    })
    expect(result.transcript.slice(-2)).toMatchObject([
      { timestamp: 10, speaker: 'ai' },
      { timestamp: 12, speaker: 'customer', text: '네, 참석 가능합니다.' },
    ])
    expect(result.ai_turns + result.customer_turns).toBe(result.transcript.length)
  })

  test('of nobody reached: nothing was asked', async () => {
    const id = await ask()
    await workflows.tell(ended(id, 'no_answer'), null, {})
    const result = outboundResultSchema.parse(await (await get(`${id}/result`)).json())
    expect(result).toMatchObject({ task_completed: false, duration_seconds: 0, transcript: [] })
    expect(result.answers.map(({ status }) => status)).toEqual(['not_asked', 'not_asked'])
  })

  test('goes home as CSV and JSON, without formulas', async () => {
    await fixture()
    await ask({ purpose: '=HYPERLINK("http://evil")' })
    const csv = await get('export?lang=en')
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const rows: string[][] = parse(await csv.text(), { bom: true })
    expect(rows[0]?.slice(0, 5)).toEqual(['Id', 'State', 'Caller', 'Callee', 'Purpose'])
    expect(rows[1]?.[4]).toBe('\'=HYPERLINK("http://evil")')
    expect(rows[2]).toContain('참석 가능')
    expect(new Set(rows.map((row) => row.length)).size).toBe(1)
    const json = outboundRecordSchema
      .array()
      .parse(await (await get('export?format=json&state=completed')).json())
    expect(json).toHaveLength(1)
  })
})

describe('calling off and trying again', () => {
  test('ends what waits or lives, once', async () => {
    const id = await ask()
    const response = await post(`${id}/cancel`, { reason: '고객이 먼저 연락함' })
    expect(response.status).toBe(200)
    expect(outboundRecordSchema.parse(await response.json())).toMatchObject({
      state: 'cancelled',
      is_over: true,
    })
    expect(workflows.cancelled).toEqual([{ outboundId: id, reason: '고객이 먼저 연락함' }])
    expect((await post(`${id}/cancel`)).status).toBe(409)
  })

  test('without a reason is the operator’s', async () => {
    const id = await ask()
    await post(`${id}/cancel`)
    expect(workflows.cancelled).toEqual([{ outboundId: id, reason: 'operator_cancel' }])
  })

  test('begins what was never begun, to end it in order', async () => {
    workflows.isAway = true
    const id = await ask()
    workflows.isAway = false
    workflows.unknown.add(id)
    expect((await post(`${id}/cancel`)).status).toBe(200)
    expect(workflows.started.map(({ outboundId }) => outboundId)).toEqual([id])
  })

  test('calls again who was not reached, and goes on with what is known', async () => {
    const callee_number = nextCallee()
    const id = await ask({ callee_number })
    expect((await post(`${id}/retry`)).status).toBe(409)
    await workflows.tell(ended(id, 'no_answer'), null, { task: DONE })
    const other = await ask({ callee_number })
    expect((await post(`${id}/retry`)).status).toBe(409)
    await post(`${other}/cancel`)
    const again = await post(`${id}/retry`)
    expect(again.status).toBe(202)
    expect(outboundAcceptedSchema.parse(await again.json())).toMatchObject({
      outbound_id: id,
      state: 'queued',
    })
    expect(workflows.started.at(-1)).toMatchObject({
      outboundId: id,
      before: { progress: { attemptCount: 1, state: 'queued' }, task: DONE },
    })
    expect((await post('', body({ callee_number }))).status).toBe(409)
  })

  test('does not call again what is complete', async () => {
    const id = await ask()
    await workflows.tell(ended(id, 'completed'), null, { task: DONE })
    expect((await post(`${id}/retry`)).status).toBe(409)
  })

  test('is written down: who asked, called off, tried again', async () => {
    const id = await ask()
    await post(`${id}/cancel`)
    await post(`${id}/retry`, {}, api.cookies.admin)
    const entries = await api.database
      .selectFrom('audit_entries')
      .select(['actor', 'action'])
      .where('reason', '=', id)
      .orderBy('id')
      .execute()
    expect(entries).toEqual([
      { actor: 'agent@example.com', action: 'outbound_request' },
      { actor: 'agent@example.com', action: 'outbound_cancel' },
      { actor: OWNER.email, action: 'outbound_retry' },
    ])
  })
})

describe('the socket', () => {
  let server: ApiServer
  beforeAll(async () => {
    server = await startServer(api, { host: '127.0.0.1', port: 0 })
  })
  afterAll(() => server.stop())

  test('tells each thing that happens, without whole numbers', async () => {
    const origin = `http://127.0.0.1:${server.port}`
    const log = await MessageLog.open(`ws://127.0.0.1:${server.port}/api/events`, {
      cookie: api.cookies.agent,
      origin,
    })
    try {
      const id = await ask({ callee_number: '01098765432' })
      await workflows.tell(newProgress(id), { type: 'outbound_queued' }, {})
      expect(await log.find(({ type }) => type === 'outbound_queued')).toEqual({
        type: 'outbound_queued',
        outbound_id: id,
        callee_number: '010-****-5432',
        purpose: '내일 오후 2시 미팅 일정 확인',
      })
      await workflows.tell(
        { ...ended(id, 'dialing'), completedAt: null },
        { type: 'outbound_dialing', attempt: 1 },
        {},
      )
      expect(await log.find(({ type }) => type === 'outbound_dialing')).toEqual({
        type: 'outbound_dialing',
        outbound_id: id,
        attempt: 1,
      })
      await workflows.tell(
        ended(id, 'completed'),
        { type: 'outbound_completed', task_completed: true },
        {
          task: DONE,
          summary: '모두 확인함',
        },
      )
      expect(await log.find(({ type }) => type === 'outbound_completed')).toEqual({
        type: 'outbound_completed',
        outbound_id: id,
        task_completed: true,
        summary: '모두 확인함',
      })
      const changed = await log.find((event) => event.type === 'outbound_changed' && event.call.is_over)
      expect(changed).toMatchObject({ call: { state: 'completed', progress: { completed: 2 } } })
    } finally {
      await log.close()
    }
  })
})
