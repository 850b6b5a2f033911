/** Campaigns over HTTP: made, given a list in any encoding, started, steered, and what they brought. */
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type Campaign,
  campaignAnswersSchema,
  campaignListSchema,
  campaignRowsSchema,
  campaignSchema,
  uploadedListSchema,
} from '../../api/schemas/campaigns.ts'
import { claimRows, readCampaignFacts } from '../../db/queries/campaign-calls.ts'
import { markStarting } from '../../db/queries/campaign-snapshots.ts'
import { recordOutbound } from '../../db/queries/outbound-requests.ts'
import { makeOutboundId, parseCampaignId } from '../../domain/ids.ts'
import { newProgress } from '../../domain/outbound-request.ts'
import { newTask, readReport } from '../../domain/question-answers.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedCampaigns } from './scripted-campaigns.ts'
import { seedCall } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

/** A Friday afternoon. */
const NOW = new Date('2026-11-27T14:00:00+09:00')

let workflows: ScriptedCampaigns
let api: TestApi
beforeAll(async () => {
  workflows = new ScriptedCampaigns()
  api = await createTestApi(await createTestDatabase(), {
    environment: { COMPANY_PHONE: '15880000', OUTBOUND_CALLER_NUMBERS: '07012345678' },
    campaigns: workflows,
    now: () => NOW,
  })
  workflows.writesTo(api)
})
afterAll(() => api?.close())
beforeEach(async () => {
  await api.database.deleteFrom('campaigns').execute()
  await api.database.deleteFrom('outbound_requests').execute()
  await api.database.deleteFrom('do_not_call').execute()
  workflows.isAway = false
  workflows.isAnswerLost = false
  workflows.told.length = 0
})

const BODY = {
  name: '만족도 조사',
  kind: 'survey',
  caller_numbers: ['070-1234-5678'],
  caller_display_name: 'ABC 주식회사',
  purpose: '{이름} 님 배송 만족도 조사',
  questions: ['만족하셨나요?'],
}
const post = (path: string, json: unknown = {}, cookie: string = api.cookies.agent) =>
  api.ask('POST', `/api/campaigns${path}`, { cookie, json })
const get = (path: string) => api.ask('GET', `/api/campaigns${path}`, { cookie: api.cookies.agent })
const upload = (path: string, bytes: Uint8Array) =>
  api.app.request(`/api/campaigns${path}`, {
    method: 'POST',
    headers: { cookie: api.cookies.agent, 'content-type': 'application/octet-stream' },
    body: Buffer.from(bytes),
  })

async function make(more: object = {}): Promise<Campaign> {
  const response = await post('', { ...BODY, ...more })
  expect(response.status).toBe(201)
  return campaignSchema.parse(await response.json())
}
const csv = (...lines: string[]) => new TextEncoder().encode(lines.join('\r\n'))
const LIST = csv(
  '이름,휴대폰',
  '김철수,010-1111-2222',
  '이영희,010-3333-4444',
  '박민수,12',
  '최지우,01011112222',
)
const uploaded = async (response: Response) => {
  expect(response.status).toBe(200)
  return uploadedListSchema.parse(await response.json())
}
const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
]

describe('a campaign', () => {
  test('is a draft until it is started, with the defaults of the law', async () => {
    const made = await make()
    expect(made).toMatchObject({
      campaign_id: expect.stringMatching(/^cp-[0-9a-f]{8}$/),
      state: 'draft',
      caller_numbers: ['07012345678'],
      variables: ['이름'],
      hours: { from: 540, until: 1_200, weekdays: [1, 2, 3, 4, 5], on_holidays: false },
      counts: { total: 0 },
      requested_by: 'agent@example.com',
      expected_end: null,
    })
    const { campaigns } = campaignListSchema.parse(await (await get('')).json())
    expect(campaigns.map(({ campaign_id }) => campaign_id)).toEqual([made.campaign_id])
    expect(workflows.started).not.toContain(made.campaign_id)
    expect(await codeOf(await post(`/${made.campaign_id}/start`))).toEqual([409, 'no_rows'])
    expect(await codeOf(await post(`/${made.campaign_id}/pause`))).toEqual([409, 'not_running'])
  })

  test.each([
    ['a number that is not ours', { caller_numbers: ['0212345678'] }, 403],
    ['no question', { questions: [] }, 422],
    [
      'hours that never open',
      { hours: { from: 600, until: 600, weekdays: [1], on_holidays: false, closed_days: [] } },
      422,
    ],
    ['an unknown kind', { kind: 'spam' }, 422],
    ['a pace beyond all bounds', { speed: { window_size: 5, calls_per_second: 1_000 } }, 422],
  ])('with %s is refused', async (_what, wrong, status) => {
    expect((await post('', { ...BODY, ...wrong })).status).toBe(status)
  })

  test('is nobody’s business who has not signed in', async () => {
    expect((await api.ask('GET', '/api/campaigns')).status).toBe(401)
    expect((await get('/cp-00000000')).status).toBe(404)
  })
})

describe('campaign-csv: a list', () => {
  test('is only tried out in a dry run: what would be called, and what is wrong line by line', async () => {
    const { campaign_id } = await make()
    const dry = await uploaded(await upload(`/${campaign_id}/rows?dry_run=true`, LIST))
    expect(dry).toMatchObject({
      dry_run: true,
      encoding: 'utf-8',
      columns: { phone: '휴대폰', zone: null, variables: { 이름: '이름' } },
      valid: 2,
      added: 0,
      invalid: 2,
      errors: [
        { line: 4, problem: 'bad_phone', detail: '12' },
        { line: 5, problem: 'duplicate', detail: '01011112222' },
      ],
    })
    expect(dry.preview[0]).toEqual({
      line: 2,
      callee_number: '010-****-2222',
      purpose: '김철수 님 배송 만족도 조사',
    })
    expect((await make()).counts.total).toBe(0)
  })

  test('has its errors as a file with the same columns, to mend and upload again', async () => {
    const { campaign_id } = await make()
    const response = await upload(`/${campaign_id}/rows/errors?lang=en`, LIST)
    const table = parse(Buffer.from(await response.arrayBuffer()), { bom: true }) as string[][]
    expect(table).toEqual([
      ['이름', '휴대폰', 'line', 'error', 'detail'],
      ['박민수', '12', '4', 'bad_phone', '12'],
      ['최지우', '01011112222', '5', 'duplicate', '01011112222'],
    ])
  })

  // "이름,휴대폰\n김철수,01011112222\n" as Excel in Korea writes it.
  const CP949 = Buffer.from('c0ccb8a72cc8deb4ebc6f90ab1e8c3b6bcf62c30313031313131323232320a', 'hex')
  test.each([
    ['CP949', CP949, 'cp949'],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFF이름,휴대폰\n김철수,01011112222\n'), 'utf-8'],
    ['UTF-16', Buffer.from('\uFEFF이름\t휴대폰\n김철수\t01011112222\n', 'utf16le'), 'utf-16le'],
    ['UTF-8 with semicolons', Buffer.from('이름;휴대폰\n"김철수";01011112222\n'), 'utf-8'],
  ])('in %s is read', async (_what, bytes, encoding) => {
    const { campaign_id } = await make()
    const result = await uploaded(await upload(`/${campaign_id}/rows`, bytes))
    expect(result).toMatchObject({ encoding, valid: 1, added: 1, invalid: 0 })
    expect(result.preview[0]?.purpose).toBe('김철수 님 배송 만족도 조사')
  })

  test('that is none is refused', async () => {
    const { campaign_id } = await make()
    const broken = Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x80])
    expect(await codeOf(await upload(`/${campaign_id}/rows`, broken))).toEqual([422, 'encoding_unknown'])
    expect(await codeOf(await upload(`/${campaign_id}/rows`, csv('')))).toEqual([422, 'csv_empty'])
  })

  test('whose headings say nothing needs a mapping; nothing is added before all columns are known', async () => {
    const { campaign_id } = await make()
    const bytes = csv('a,b', '김철수,01011112222')
    expect(await uploaded(await upload(`/${campaign_id}/rows`, bytes))).toMatchObject({
      columns: null,
      added: 0,
      dry_run: true,
    })
    const half = encodeURIComponent(JSON.stringify({ phone: 'b', zone: null, variables: {} }))
    expect(await uploaded(await upload(`/${campaign_id}/rows?columns=${half}`, bytes))).toMatchObject({
      missing_columns: ['이름'],
      added: 0,
    })
    const columns = encodeURIComponent(JSON.stringify({ phone: 'b', zone: null, variables: { 이름: 'a' } }))
    expect((await uploaded(await upload(`/${campaign_id}/rows?columns=${columns}`, bytes))).added).toBe(1)
    expect((await upload(`/${campaign_id}/rows?columns=%7B%7D`, bytes)).status).toBe(422)
  })

  test('may come twice, and while it runs: numbers that are there already are told', async () => {
    const { campaign_id } = await make()
    await upload(`/${campaign_id}/rows`, LIST)
    await post(`/${campaign_id}/start`)
    const again = await uploaded(
      await upload(`/${campaign_id}/rows`, csv('이름,휴대폰', '김철수,01011112222', '새 사람,01055556666')),
    )
    expect(again).toMatchObject({ valid: 2, added: 1, already_there: 1 })
    expect(workflows.told).toEqual([campaign_id])
    await post(`/${campaign_id}/stop`)
    expect(await codeOf(await upload(`/${campaign_id}/rows`, LIST))).toEqual([409, 'over'])
  })

  test('of ten thousand lines is taken in whole, encrypted', async () => {
    const { campaign_id } = await make()
    const lines = Array.from({ length: 10_000 }, (_, index) => `고객${index},010${20_000_000 + index}`)
    const result = await uploaded(await upload(`/${campaign_id}/rows`, csv('이름,휴대폰', ...lines)))
    expect(result.added).toBe(10_000)
    const row = await api.database.selectFrom('campaign_rows').selectAll().limit(1).executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toMatch(/고객|010200/)
  })
})

async function running(): Promise<Campaign> {
  const { campaign_id } = await make()
  await upload(`/${campaign_id}/rows`, LIST)
  const response = await post(`/${campaign_id}/start`)
  expect(response.status).toBe(200)
  return campaignSchema.parse(await response.json())
}

describe('a campaign that runs', () => {
  test('tells when it will be through, is steered, and every step is in the audit log', async () => {
    const { campaign_id, state, expected_end } = await running()
    expect(state).toBe('running')
    // Two calls of a minute, five at once.
    expect(expected_end).toBe('2026-11-27T14:00:24+09:00')
    const paused = campaignSchema.parse(await (await post(`/${campaign_id}/pause`)).json())
    expect(paused).toMatchObject({ state: 'paused', expected_end: null })
    expect(campaignSchema.parse(await (await post(`/${campaign_id}/resume`)).json()).state).toBe('running')
    const speed = { window_size: 20, calls_per_second: 4 }
    const faster = await post(`/${campaign_id}/speed`, speed)
    expect(campaignSchema.parse(await faster.json()).speed).toEqual(speed)
    expect(campaignSchema.parse(await (await post(`/${campaign_id}/stop`)).json())).toMatchObject({
      state: 'stopped',
      counts: { not_called: 2, not_called_reasons: { campaign_stopped: 2 } },
    })
    expect(await codeOf(await post(`/${campaign_id}/resume`))).toEqual([409, 'over'])
    expect(await codeOf(await post(`/${campaign_id}/start`))).toEqual([409, 'started'])
    const audit = await api.database
      .selectFrom('audit_entries')
      .select('action')
      .where('reason', 'like', `${campaign_id}%`)
      .orderBy('id')
      .execute()
    expect(audit.map(({ action }) => action.replace('campaign_', ''))).toEqual([
      'create',
      'rows',
      'start',
      'pause',
      'resume',
      'speed',
      'stop',
    ])
  })

  test('that can not be started while the engine is away stays a draft', async () => {
    const { campaign_id } = await make()
    await upload(`/${campaign_id}/rows`, LIST)
    workflows.isAway = true
    expect((await post(`/${campaign_id}/start`)).status).toBe(503)
    expect(campaignSchema.parse(await (await get(`/${campaign_id}`)).json()).state).toBe('draft')
  })

  test('leaves out whom somebody skips, and who does not want to be called any more', async () => {
    const { campaign_id } = await running()
    const rowsOf = async () => campaignRowsSchema.parse(await (await get(`/${campaign_id}/rows`)).json()).rows
    const [first] = await rowsOf()
    expect(first).toMatchObject({ callee_number: '010-****-2222', state: 'waiting', why: null, due_at: null })
    expect((await post(`/${campaign_id}/rows/${first?.row_id}/skip`)).status).toBe(204)
    expect(await codeOf(await post(`/${campaign_id}/rows/${first?.row_id}/skip`))).toEqual([
      409,
      'not_waiting',
    ])
    const listed = await api.ask('POST', '/api/do-not-call', {
      cookie: api.cookies.agent,
      json: { phone: '010-3333-4444' },
    })
    expect(listed.status).toBe(204)
    expect((await rowsOf()).map(({ state, why }) => [state, why])).toEqual([
      ['not_called', 'skipped'],
      ['not_called', 'opted_out'],
    ])
  })

  test('shows its list page by page', async () => {
    const { campaign_id } = await running()
    const first = campaignRowsSchema.parse(await (await get(`/${campaign_id}/rows?limit=1`)).json())
    expect(first.rows.map(({ line }) => line)).toEqual([2])
    const rest = await get(`/${campaign_id}/rows?limit=1&cursor=${first.next_cursor}`)
    const second = campaignRowsSchema.parse(await rest.json())
    expect(second.rows.map(({ line }) => line)).toEqual([3])
    expect(second.next_cursor).toBeNull()
    const none = campaignRowsSchema.parse(await (await get(`/${campaign_id}/rows?state=done`)).json())
    expect(none.rows).toEqual([])
  })

  test('brings answers: counted by question, and a line for each person in the file', async () => {
    const { campaign_id } = await running()
    const { database, settings } = api
    const campaign = await readCampaignFacts(database, parseCampaignId(campaign_id))
    const { outboundIds } = await claimRows(database, settings.dataKey, {
      campaign,
      wanted: 2,
      nowMs: NOW.getTime(),
    })
    expect(outboundIds).toHaveLength(2)
    // Whoever has been claimed is not claimed again.
    const again = await claimRows(database, settings.dataKey, { campaign, wanted: 2, nowMs: NOW.getTime() })
    expect(again.outboundIds).toEqual([])
    const [talked = makeOutboundId('00000000'), silent = talked] = outboundIds
    const times = {
      attemptCount: 1,
      startedAt: '2026-11-27T14:00:00+09:00',
      completedAt: '2026-11-27T14:01:10+09:00',
    }
    const common = { version: 1, callId: null, sipCallId: null, summary: null, isOver: true, event: null }
    const task = newTask(['만족하셨나요?'])
    await recordOutbound(database, settings.dataKey, {
      ...common,
      outboundId: talked,
      progress: {
        ...newProgress(talked),
        ...times,
        state: 'completed',
        answeredAt: '2026-11-27T14:00:10+09:00',
      },
      task: readReport(
        task,
        {
          questions: [
            { id: 'q1', status: 'answered', answer: '만족', words: '네, 만족해요.', confidence: 0.9 },
          ],
        },
        null,
      ),
    })
    await recordOutbound(database, settings.dataKey, {
      ...common,
      outboundId: silent,
      progress: { ...newProgress(silent), ...times, state: 'no_answer', failureReason: 'SIP 408' },
      task,
    })
    const shown = campaignSchema.parse(await (await get(`/${campaign_id}`)).json())
    expect(shown.counts).toMatchObject({ waiting: 1, done: 1, completed: 1, outcomes: { completed: 1 } })
    expect(shown.success_rate).toBe(1)
    const { rows } = campaignRowsSchema.parse(await (await get(`/${campaign_id}/rows?state=waiting`)).json())
    expect(rows).toMatchObject([{ why: 'retry', due_at: '2026-11-27T15:01:10+09:00', attempts: 1 }])
    const callId = await seedCall(api, {})
    const cost = { call_id: callId, step: 'turn' }
    await database
      .insertInto('call_usage')
      .values([
        { ...cost, provider: 'speech', cost_won: 2.345 },
        { ...cost, provider: 'a model', cost_won: 10 },
      ])
      .execute()
    await database
      .updateTable('outbound_requests')
      .set({ call_id: callId })
      .where('outbound_id', '=', talked)
      .execute()
    const answers = campaignAnswersSchema.parse(await (await get(`/${campaign_id}/answers`)).json())
    expect(answers).toEqual({
      calls: 2,
      mean_seconds: 60,
      cost_won: 12.35,
      cost_per_completed_won: 12.35,
      questions: [
        {
          question: '만족하셨나요?',
          answered: 1,
          unclear: 0,
          refused: 0,
          not_asked: 0,
          answers: [{ answer: '만족', count: 1 }],
        },
      ],
      hours: [{ hour: 14, calls: 2, answered: 1 }],
    })
    const file = await get(`/${campaign_id}/results?lang=en`)
    const table = parse(Buffer.from(await file.arrayBuffer()), { bom: true, columns: true }) as Record<
      string,
      string
    >[]
    expect(table).toHaveLength(2)
    expect(table[0]).toMatchObject({ Outcome: 'completed', '만족하셨나요? · Words': '네, 만족해요.' })
    expect(table[1]).toMatchObject({ State: 'waiting', Why: 'retry', Callee: '010-****-4444' })
  })
})

test('consents are recorded by the owner only', async () => {
  const consents = [
    {
      phone: '01011112222',
      purpose: 'advertising',
      given: true,
      at: '2026-11-01T10:00:00+09:00',
      source: '가입 신청서',
    },
  ]
  const ask = (cookie: string) => api.ask('POST', '/api/call-consents', { cookie, json: { consents } })
  expect((await ask(api.cookies.agent)).status).toBe(403)
  expect((await ask(api.cookies.admin)).status).toBe(204)
  const [consent] = await api.database
    .selectFrom('call_consents')
    .selectAll()
    .where('source', '=', '가입 신청서')
    .execute()
  expect(consent).toMatchObject({ is_given: true, source: '가입 신청서', recorded_by: 'owner@example.com' })
})

describe('a draft', () => {
  const put = (path: string, json: unknown) =>
    api.ask('PUT', `/api/campaigns${path}`, { cookie: api.cookies.agent, json })
  const drop = (path: string) => api.ask('DELETE', `/api/campaigns${path}`, { cookie: api.cookies.agent })

  test('is changed as often as one likes, its list stays', async () => {
    const { campaign_id } = await make()
    await upload(`/${campaign_id}/rows`, LIST)
    const changed = await put(`/${campaign_id}`, {
      ...BODY,
      name: '다른 이름',
      purpose: '{이름} 님 재구매 조사',
      speed: { window_size: 9, calls_per_second: 2 },
    })
    expect(changed.status).toBe(200)
    const campaign = campaignSchema.parse(await changed.json())
    expect(campaign).toMatchObject({ name: '다른 이름', state: 'draft', speed: { window_size: 9 } })
    expect(campaign.counts.total).toBeGreaterThan(0)
  })

  test('is not changed to words that its list does not fit', async () => {
    const { campaign_id } = await make()
    await upload(`/${campaign_id}/rows`, LIST)
    for (const purpose of ['{직함} 님 조사', '{constructor} 님 조사']) {
      const refused = await put(`/${campaign_id}`, { ...BODY, purpose })
      expect(refused.status).toBe(422)
      expect(await refused.json()).toMatchObject({ errors: [{ path: 'body.purpose' }] })
    }
    expect(campaignSchema.parse(await (await get(`/${campaign_id}`)).json()).purpose).toBe(BODY.purpose)
  })

  test('is deleted with its list; nothing is changed or deleted once it was started', async () => {
    const gone = await make()
    await upload(`/${gone.campaign_id}/rows`, LIST)
    expect((await drop(`/${gone.campaign_id}`)).status).toBe(204)
    expect((await get(`/${gone.campaign_id}`)).status).toBe(404)
    expect(await api.database.selectFrom('campaign_rows').selectAll().execute()).toEqual([])
    const begun = await make()
    await upload(`/${begun.campaign_id}/rows`, LIST)
    expect((await post(`/${begun.campaign_id}/start`)).status).toBe(200)
    expect((await drop(`/${begun.campaign_id}`)).status).toBe(409)
    expect((await put(`/${begun.campaign_id}`, BODY)).status).toBe(409)
  })

  test('is none any more where nobody knows whether its workflow has begun; it may be started again', async () => {
    const { campaign_id } = await make()
    await upload(`/${campaign_id}/rows`, LIST)
    workflows.isAnswerLost = true
    expect((await post(`/${campaign_id}/start`)).status).toBe(503)
    expect(await codeOf(await put(`/${campaign_id}`, BODY))).toEqual([409, 'started'])
    expect(await codeOf(await drop(`/${campaign_id}`))).toEqual([409, 'started'])
    workflows.isAnswerLost = false
    const again = await post(`/${campaign_id}/start`)
    expect(again.status).toBe(200)
    expect(campaignSchema.parse(await again.json()).state).toBe('running')
  })

  test('whose start died with the API is started by the next wish', async () => {
    const { campaign_id } = await make()
    await upload(`/${campaign_id}/rows`, LIST)
    expect(await markStarting(api.database, parseCampaignId(campaign_id), NOW)).toBe(true)
    expect((await post(`/${campaign_id}/start`)).status).toBe(200)
    expect(workflows.started).toContain(campaign_id)
    expect(await markStarting(api.database, parseCampaignId(campaign_id), NOW)).toBe(false)
  })

  test('stays a draft where its workflow could not be begun', async () => {
    const { campaign_id } = await make()
    await upload(`/${campaign_id}/rows`, LIST)
    workflows.isAway = true
    expect((await post(`/${campaign_id}/start`)).status).toBe(503)
    workflows.isAway = false
    expect((await put(`/${campaign_id}`, BODY)).status).toBe(200)
    expect((await post(`/${campaign_id}/start`)).status).toBe(200)
  })
})
