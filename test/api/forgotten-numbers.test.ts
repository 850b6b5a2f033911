/** The owner of a number wants to be forgotten, and requests whose time is over. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { deleteKeptFiles } from '../../api/kept-file-deletion.ts'
import { sweepOnce } from '../../api/outbound-retention.ts'
import { erasedSchema } from '../../api/schemas/call-law.ts'
import { decryptText, encryptText, phoneHash } from '../../db/encryption.ts'
import { recordOutbound } from '../../db/queries/outbound-requests.ts'
import { makeOutboundId, type OutboundId } from '../../domain/ids.ts'
import { newProgress } from '../../domain/outbound-request.ts'
import { newTask } from '../../domain/question-answers.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { type GatewayHost, openGatewayHost } from './gateway-hosts.ts'
import { ScriptedCampaigns } from './scripted-campaigns.ts'
import { ScriptedOutbound } from './scripted-outbound.ts'
import { createTestApi, type TestApi } from './test-api.ts'

const PHONE = '01098765432'
const OTHER = '01011112222'
const SECRET_WORDS = '무릎 수술 뒤라 못 갑니다'
const NOW = new Date('2026-11-27T14:00:00+09:00')

const outbound = new ScriptedOutbound()
const campaigns = new ScriptedCampaigns()
let now = NOW
let gateway: GatewayHost
let api: TestApi
beforeAll(async () => {
  gateway = await openGatewayHost('gateway-1', 'a secret of the api tests')
  api = await createTestApi(await createTestDatabase(), {
    environment: {
      MEDIA_GATEWAYS: `${gateway.address}`,
      OUTBOUND_CALLER_NUMBERS: '07012345678',
      OUTBOUND_RETENTION_DAYS: '30',
      SIP_TRUNK: '127.0.0.1:5999',
    },
    outbound,
    campaigns,
    now: () => now,
  })
  outbound.writesTo(api)
  campaigns.writesTo(api)
})
afterAll(async () => {
  await api?.close()
  await gateway?.close()
})
beforeEach(async () => {
  for (const table of [
    'campaigns',
    'outbound_requests',
    'files_to_delete',
    'histories_to_delete',
    'do_not_call',
  ] as const)
    await api.database.deleteFrom(table).execute()
  now = NOW
  outbound.forgotten.length = 0
})

const forget = (phone: string, query = '', cookie = api.cookies.admin) =>
  api.ask('POST', `/api/forgotten-numbers${query}`, { cookie, json: { phone } })
const erased = async (response: Response) => {
  expect(response.status).toBe(200)
  return erasedSchema.parse(await response.json())
}

let asked = 0
/** A request that ended in a talk, with everything that is kept of one. */
async function talked(phone: string, completedAt = '2026-11-27T13:00:00+09:00') {
  const { database, settings } = api
  const made = await api.ask('POST', '/api/outbound/', {
    cookie: api.cookies.admin,
    json: {
      caller_number: '07012345678',
      callee_number: phone,
      purpose: '모임 참석 확인',
      questions: ['참석 가능 여부'],
    },
  })
  expect(made.status).toBe(202)
  const { outbound_id } = (await made.json()) as { outbound_id: string }
  const outboundId = makeOutboundId(outbound_id.slice(3)) as OutboundId
  asked += 1
  const callId = `call-${asked.toString(16).padStart(12, 'f')}`
  const leg = `leg-${asked.toString(16).padStart(12, 'f')}`
  const [task] = [newTask(['참석 가능 여부'])]
  const encrypt = (text: string) => encryptText(text, settings.dataKey)
  const { workflow_id } = await database
    .selectFrom('outbound_requests')
    .select('workflow_id')
    .where('outbound_id', '=', outbound_id)
    .executeTakeFirstOrThrow()
  await database
    .insertInto('call_records')
    .values({
      call_id: callId,
      workflow_id,
      direction: 'outbound',
      state: 'ended',
      from_number: encrypt('07012345678'),
      to_number: encrypt(phone),
      called_at: completedAt,
      ended_at: completedAt,
      transcript: encrypt(SECRET_WORDS),
      summary: encrypt(SECRET_WORDS),
      recording_key: `recordings/${leg}.rec`,
    })
    .execute()
  await database
    .insertInto('call_turns')
    .values({
      call_id: callId,
      turn_index: 0,
      utterance_id: `${callId}-u0`,
      speaker: 'customer',
      text: encrypt(SECRET_WORDS),
      start_ms: 0,
    })
    .execute()
  await recordOutbound(database, settings.dataKey, {
    outboundId,
    version: 50,
    progress: { ...newProgress(outboundId), state: 'completed', completedAt, attemptCount: 1 },
    task: {
      ...task,
      questions: task.questions.map((question) => ({
        ...question,
        answer: SECRET_WORDS,
        words: SECRET_WORDS,
      })),
    },
    callId: callId as never,
    sipCallId: null,
    summary: SECRET_WORDS,
    isOver: true,
    event: null,
  })
  const files = [
    `recordings/${leg}.rec`,
    `signalling/${callId}/${leg}.sealed`,
    `captures/${callId}/${leg}.sealed`,
  ]
  for (const file of files) {
    mkdirSync(dirname(join(gateway.dataDir, file)), { recursive: true })
    writeFileSync(join(gateway.dataDir, file), 'sealed')
  }
  return {
    outboundId: outbound_id,
    workflowId: workflow_id,
    files: files.map((file) => join(gateway.dataDir, file)),
  }
}

/** Everything in the database, with what is encrypted in the open: "table.column value". */
async function everything(): Promise<string[]> {
  const { rows: tables } = await sql<{ table_name: string }>`select table_name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(api.database)
  const found: string[] = []
  for (const { table_name } of tables) {
    const { rows } = await sql<{
      row: Record<string, unknown>
    }>`select to_jsonb(t) as row from ${sql.table(table_name)} t`.execute(api.database)
    for (const { row } of rows)
      for (const [column, value] of Object.entries(row)) {
        const text = typeof value === 'string' ? value : JSON.stringify(value)
        found.push(`${table_name}.${column} ${text}`)
        if (typeof value !== 'string') continue
        try {
          found.push(`${table_name}.${column} ${decryptText(value, api.settings.dataKey)}`)
        } catch {
          // Not encrypted.
        }
      }
  }
  return found
}

async function onCampaign(...phones: string[]): Promise<string> {
  const cookie = api.cookies.admin
  const json = {
    name: '만족도',
    kind: 'survey',
    caller_numbers: ['07012345678'],
    purpose: '{이름} 님',
    questions: ['만족?'],
  }
  const made = await api.ask('POST', '/api/campaigns', { cookie, json })
  const { campaign_id } = (await made.json()) as { campaign_id: string }
  await api.ask('POST', `/api/campaigns/${campaign_id}/rows`, {
    cookie,
    body: ['이름,전화번호', ...phones.map((phone) => `홍길동,${phone}`)].join('\n'),
    headers: { 'content-type': 'application/octet-stream' },
  })
  return campaign_id
}

test('all that is kept about a number is gone, in the database and at the gateways; others stay', async () => {
  const { files, workflowId } = await talked(PHONE)
  const kept = await talked(OTHER)
  const campaignId = await onCampaign(PHONE, OTHER)
  await api.ask('POST', '/api/do-not-call', {
    cookie: api.cookies.agent,
    json: { phone: PHONE, reason: '본인 요청' },
  })
  expect((await everything()).some((line) => line.includes(PHONE))).toBe(true)
  expect(await erased(await forget(PHONE, '?dry_run=true'))).toEqual({
    dry_run: true,
    requests: 1,
    calls: 1,
    campaign_rows: 1,
    law_lines: 4,
    files_waiting: 0,
  })
  expect(files.every((file) => existsSync(file))).toBe(true)
  expect(await erased(await forget(PHONE))).toMatchObject({
    dry_run: false,
    requests: 1,
    calls: 1,
    campaign_rows: 1,
    law_lines: 4,
    files_waiting: 0,
  })
  const left = await everything()
  const hash = phoneHash(PHONE, api.settings.dataKey)
  expect(left.filter((line) => line.includes(PHONE))).toEqual([])
  expect(left.filter((line) => line.includes('홍길동'))).toHaveLength(1)
  expect(
    [...new Set(left.filter((line) => line.includes(hash)).map((line) => line.split('.')[0]))].sort(),
  ).toEqual(['call_consents', 'do_not_call', 'do_not_call_changes'])
  // What the other one said is still there, in the request, its call and its turn.
  expect(left.filter((line) => line.includes(SECRET_WORDS)).length).toBeGreaterThan(3)
  expect(left.filter((line) => line.includes(OTHER)).length).toBeGreaterThan(1)
  expect(files.some((file) => existsSync(file))).toBe(false)
  expect(kept.files.every((file) => existsSync(file))).toBe(true)
  expect(outbound.forgotten).toEqual([workflowId])
  const audit = await api.database
    .selectFrom('audit_entries')
    .selectAll()
    .where('action', '=', 'forget_number')
    .executeTakeFirstOrThrow()
  expect(audit).toMatchObject({
    actor: 'owner@example.com',
    reason: 'requests 1, calls 1, campaign_rows 1, law_lines 4',
  })
  const rows = await api.ask('GET', `/api/campaigns/${campaignId}/rows?state=not_called`, {
    cookie: api.cookies.agent,
  })
  expect(await rows.json()).toMatchObject({ rows: [{ callee_number: '', why: 'opted_out' }] })
  const results = await api.ask('GET', `/api/campaigns/${campaignId}/results`, { cookie: api.cookies.agent })
  expect(results.status).toBe(200)
  // Never again, although nobody knows any more whose it is.
  const again = await api.ask('POST', '/api/outbound/', {
    cookie: api.cookies.admin,
    json: { caller_number: '07012345678', callee_number: PHONE, purpose: 'x', questions: ['y'] },
  })
  expect(again.status).toBe(409)
})

test('a call that waits is called off first; agents may not ask for it', async () => {
  const made = await api.ask('POST', '/api/outbound/', {
    cookie: api.cookies.admin,
    json: { caller_number: '07012345678', callee_number: OTHER, purpose: 'x', questions: ['y'] },
  })
  const { outbound_id } = (await made.json()) as { outbound_id: string }
  expect((await forget(OTHER, '', api.cookies.agent)).status).toBe(403)
  outbound.isAway = true
  expect((await forget(OTHER)).status).toBe(503)
  outbound.isAway = false
  expect((await erased(await forget(OTHER))).requests).toBe(1)
  expect(outbound.cancelled.at(-1)).toEqual({ outboundId: outbound_id, reason: 'forgotten' })
  const gone = await api.ask('GET', `/api/outbound/${outbound_id}`, { cookie: api.cookies.admin })
  expect(gone.status).toBe(404)
})

test('requests whose time is over are erased by themselves, with their files; the others stay', async () => {
  const old = await talked('01033334444', '2026-10-01T10:00:00+09:00')
  const fresh = await talked('01055556666')
  expect(await sweepOnce(api.deps)).toEqual({ requests: 1, calls: 1 })
  expect(await sweepOnce(api.deps)).toEqual({ requests: 0, calls: 0 })
  expect(old.files.some((file) => existsSync(file))).toBe(false)
  expect(fresh.files.every((file) => existsSync(file))).toBe(true)
  const ids = await api.database.selectFrom('outbound_requests').select('outbound_id').execute()
  expect(ids.map(({ outbound_id }) => outbound_id)).toEqual([fresh.outboundId])
})

test('files of a gateway that is away wait for it', async () => {
  const { files } = await talked(OTHER)
  const { gateways } = api.settings
  const away = { ...api.deps, settings: { ...api.settings, gateways: [...gateways, '127.0.0.1:1'] } }
  await erased(await forget(OTHER, '?dry_run=true'))
  // More than an absent gateway is asked for.
  await api.database.insertInto('files_to_delete').values(captures(5)).execute()
  expect(await deleteKeptFiles(away)).toEqual({ deleted: 0, waiting: 5 })
  await sweepOnce(api.deps)
  expect(await api.database.selectFrom('files_to_delete').select('name').execute()).toEqual([])
  expect(files.every((file) => existsSync(file))).toBe(true)
})

/** Names of files that nobody has. */
const captures = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ name: `captures/call-${at.toString(16).padStart(12, '0')}` }))

test('all that wait are gone through', async () => {
  const nowhere = { ...api.deps, settings: { ...api.settings, gateways: [] } }
  await api.database.insertInto('files_to_delete').values(captures(1_100)).execute()
  expect(await deleteKeptFiles(nowhere)).toEqual({ deleted: 0, waiting: 0 })
})

test('whoever asks for a number has its files deleted, however many wait from before', async () => {
  const { files } = await talked(OTHER)
  const old = captures(600).map((file) => ({ ...file, asked_at: new Date('2020-01-01T00:00:00Z') }))
  await api.database.insertInto('files_to_delete').values(old).execute()
  const { files_waiting } = await erased(await forget(OTHER))
  expect(files.some((file) => existsSync(file))).toBe(false)
  const left = await api.database.selectFrom('files_to_delete').select('name').execute()
  expect(files_waiting).toBe(left.length)
})

test('what a gateway may still write of a call is deleted when it has', async () => {
  const { files, workflowId } = await talked(OTHER, '2026-11-27T13:59:58+09:00')
  expect((await erased(await forget(OTHER))).files_waiting).toBe(files.length)
  expect(files.every((file) => existsSync(file))).toBe(true)
  expect(outbound.forgotten).toEqual([])
  now = new Date(NOW.getTime() + 60_000)
  await sweepOnce(api.deps)
  expect(files.some((file) => existsSync(file))).toBe(false)
  expect(outbound.forgotten).toEqual([workflowId])
})

test('histories wait for the workflow engine; what was erased is in the audit log before', async () => {
  const { workflowId } = await talked(OTHER)
  const audits = async () =>
    (
      await api.database
        .selectFrom('audit_entries')
        .select('reason')
        .where('action', '=', 'forget_number')
        .execute()
    ).length
  const before = await audits()
  outbound.isAway = true
  expect((await erased(await forget(OTHER))).requests).toBe(1)
  expect(await audits()).toBe(before + 1)
  await sweepOnce(api.deps)
  expect(outbound.forgotten).toEqual([])
  outbound.isAway = false
  await sweepOnce(api.deps)
  await sweepOnce(api.deps)
  expect(outbound.forgotten).toEqual([workflowId])
})

test('people of campaigns who were never called are forgotten when their time is over', async () => {
  const campaignId = await onCampaign(PHONE, OTHER)
  for (const [line, endedAt] of [
    [2, '2026-10-01T10:00:00+09:00'],
    [3, '2026-11-26T10:00:00+09:00'],
  ] as const)
    await api.database
      .updateTable('campaign_rows')
      .set({ state: 'not_called', why: 'campaign_stopped', ended_at: endedAt })
      .where('line', '=', line)
      .execute()
  await sweepOnce(api.deps)
  const left = await everything()
  expect(left.filter((line) => line.startsWith('campaign_rows.') && line.includes(PHONE))).toEqual([])
  expect(left.some((line) => line.startsWith('campaign_rows.') && line.includes(OTHER))).toBe(true)
  expect(left.filter((line) => line.startsWith('campaign_rows.') && line.includes('홍길동'))).toHaveLength(1)
  const rows = await api.ask('GET', `/api/campaigns/${campaignId}/rows?state=not_called`, {
    cookie: api.cookies.agent,
  })
  expect(((await rows.json()) as { rows: unknown[] }).rows).toHaveLength(2)
})
