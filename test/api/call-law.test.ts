/** Who may be called for what, and who not at all, over HTTP. */
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { beginOnce } from '../../api/kept-outbound.ts'
import {
  callConsentListSchema,
  consentHistorySchema,
  doNotCallChangesSchema,
  doNotCallListSchema,
  importedListSchema,
} from '../../api/schemas/call-law.ts'
import { optOut, takeOffDoNotCall } from '../../db/queries/do-not-call.ts'
import { takeOutbound } from '../../db/queries/outbound-requests.ts'
import { makeOutboundId } from '../../domain/ids.ts'
import { newProgress } from '../../domain/outbound-request.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedOutbound } from './scripted-outbound.ts'
import { createTestApi, type TestApi } from './test-api.ts'

const NOW = new Date('2026-11-27T14:00:00+09:00')
const REQUEST = {
  caller_number: '07012345678',
  callee_number: '01098765432',
  purpose: '내일 오후 2시 미팅 일정 확인',
  questions: ['참석 가능 여부'],
}

let outbound: ScriptedOutbound
let api: TestApi
beforeAll(async () => {
  outbound = new ScriptedOutbound()
  api = await createTestApi(await createTestDatabase(), {
    environment: {
      COMPANY_PHONE: '15880000',
      OUTBOUND_CALLER_NUMBERS: '07012345678',
      SIP_TRUNK: '127.0.0.1:5999',
    },
    outbound,
    now: () => NOW,
  })
  outbound.writesTo(api)
})
afterAll(() => api?.close())
beforeEach(async () => {
  for (const table of ['do_not_call', 'do_not_call_changes', 'call_consents', 'outbound_requests'] as const)
    await api.database.deleteFrom(table).execute()
  outbound.isAway = false
  outbound.cancelled.length = 0
})

const get = async (path: string, cookie = api.cookies.agent) =>
  await api.ask('GET', `/api${path}`, { cookie })
const post = (path: string, json: unknown, cookie = api.cookies.agent) =>
  api.ask('POST', `/api${path}`, { cookie, json })
const upload = (path: string, text: string, cookie = api.cookies.admin) =>
  api.ask('POST', `/api${path}`, {
    cookie,
    body: text,
    headers: { 'content-type': 'application/octet-stream' },
  })
const listed = async (query = '') =>
  doNotCallListSchema.parse(await (await get(`/do-not-call${query}`)).json())
const changes = async (query = '') =>
  doNotCallChangesSchema.parse(await (await get(`/do-not-call/changes${query}`)).json()).changes
const consents = async (query = '') =>
  callConsentListSchema.parse(await (await get(`/call-consents${query}`)).json()).consents
const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
]
const actions = async () =>
  (
    await api.database.selectFrom('audit_entries').select('action').orderBy('id', 'desc').limit(3).execute()
  ).map(({ action }) => action)

describe('the do-not-call list', () => {
  test('is added to, searched by whole number or its end, and read page by page, masked', async () => {
    for (const phone of ['010-1111-2222', '010-3333-4444', '010-5555-4444'])
      expect((await post('/do-not-call', { phone, reason: '전화로 요청' })).status).toBe(204)
    const all = await listed()
    expect(all.total).toBe(3)
    expect(all.entries.map(({ phone }) => phone)).toEqual(['010-****-4444', '010-****-4444', '010-****-2222'])
    expect(all.entries[0]).toMatchObject({
      source: 'person',
      recorded_by: 'agent@example.com',
      outbound_id: null,
    })
    expect((await listed('?q=4444')).entries).toHaveLength(2)
    expect((await listed('?q=%2B82-10-3333-4444')).entries).toHaveLength(1)
    expect((await listed('?q=0101')).entries).toEqual([])
    expect((await listed('?source=voice')).entries).toEqual([])
    const first = await listed('?limit=2')
    const rest = await listed(`?limit=2&cursor=${first.next_cursor}`)
    expect([first.entries.length, rest.entries.length, rest.next_cursor]).toEqual([2, 1, null])
    // Listed twice it is one entry and one change.
    await post('/do-not-call', { phone: '01011112222' })
    expect((await changes('?q=2222')).map(({ reason, listed: on }) => [reason, on])).toEqual([
      ['전화로 요청', true],
    ])
  })

  test('is left again by the owner only, with a reason; who, when and why stays known', async () => {
    await post('/do-not-call', { phone: '01011112222' })
    const [entry] = (await listed()).entries
    const path = `/do-not-call/${entry?.entry_id}/remove`
    expect((await post(path, { reason: '본인이 다시 요청' })).status).toBe(403)
    expect((await post(path, { reason: ' ' }, api.cookies.admin)).status).toBe(422)
    expect((await post(path, { reason: '본인이 다시 요청' }, api.cookies.admin)).status).toBe(204)
    expect((await post(path, { reason: '본인이 다시 요청' }, api.cookies.admin)).status).toBe(404)
    expect((await listed()).entries).toEqual([])
    expect((await changes()).map((one) => [one.listed, one.reason, one.changed_by, one.phone])).toEqual([
      [false, '본인이 다시 요청', 'owner@example.com', '010-****-2222'],
      [true, null, 'agent@example.com', '010-****-2222'],
    ])
    expect(await actions()).toEqual(['do_not_call_remove', 'do_not_call', expect.anything()])
  })

  test('takes a file: each line is added, was there, or has an error, which comes back as a file', async () => {
    await post('/do-not-call', { phone: '01011112222' })
    const file = '이름,연락처\r\n김철수,010-1111-2222\r\n이영희,010-3333-4444\r\n박민수,12\r\n'
    const dry = importedListSchema.parse(
      await (await upload('/do-not-call/import?dry_run=true', file)).json(),
    )
    expect(dry).toMatchObject({ dry_run: true, valid: 2, added: 0, invalid: 1, missing_columns: [] })
    expect((await listed()).total).toBe(1)
    const done = importedListSchema.parse(await (await upload('/do-not-call/import', file)).json())
    expect(done).toMatchObject({
      dry_run: false,
      added: 1,
      already_there: 1,
      errors: [{ line: 4, problem: 'bad_phone', detail: '12' }],
    })
    expect((await listed('?source=file')).entries.map(({ phone }) => phone)).toEqual(['010-****-4444'])
    const errors = await upload('/do-not-call/import/errors?lang=en', file)
    expect(parse(Buffer.from(await errors.arrayBuffer()), { bom: true })).toEqual([
      ['이름', '연락처', 'line', 'error', 'detail'],
      ['박민수', '12', '4', 'bad_phone', '12'],
    ])
    const nameless = importedListSchema.parse(
      await (await upload('/do-not-call/import', 'a,b\r\n1,2')).json(),
    )
    expect(nameless).toMatchObject({ dry_run: true, missing_columns: ['phone'], added: 0 })
    expect(await codeOf(await upload('/do-not-call/import', ''))).toEqual([422, 'csv_empty'])
  })

  test('of ten thousand lines is taken in whole, encrypted', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `010${20_000_000 + index}`)
    const result = await upload('/do-not-call/import', ['phone', ...lines].join('\n'))
    expect(importedListSchema.parse(await result.json()).added).toBe(10_000)
    expect((await listed()).total).toBe(10_000)
    const row = await api.database.selectFrom('do_not_call').selectAll().limit(1).executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toMatch(/010200/)
  })

  test('stands in the way of a single request, and calls off those that wait', async () => {
    const asked = await post('/outbound/', REQUEST)
    expect(asked.status).toBe(202)
    const { outbound_id } = (await asked.json()) as { outbound_id: string }
    await post('/do-not-call', { phone: REQUEST.callee_number })
    expect(outbound.cancelled).toEqual([{ outboundId: outbound_id, reason: 'opt_out' }])
    expect(await codeOf(await post('/outbound/', REQUEST))).toEqual([409, 'do_not_call'])
    expect(await codeOf(await post(`/outbound/${outbound_id}/retry`, {}))).toEqual([409, 'do_not_call'])
  })

  test('holds also where the engine is away: what waits is called off once it is back', async () => {
    outbound.isAway = true
    const { outbound_id } = (await (await post('/outbound/', REQUEST)).json()) as { outbound_id: string }
    expect((await post('/do-not-call', { phone: REQUEST.callee_number })).status).toBe(204)
    outbound.isAway = false
    outbound.unknown.add(outbound_id)
    outbound.started.length = 0
    await beginOnce(api.deps)
    // It is started only to be called off in order.
    expect(outbound.started.map(({ outboundId }) => outboundId)).toEqual([outbound_id])
    expect(outbound.cancelled).toEqual([{ outboundId: outbound_id, reason: 'opt_out' }])
  })

  test('one call that can not be called off keeps nobody else waiting, and is never begun itself', async () => {
    outbound.isAway = true
    const ask = async (callee_number: string) => {
      const asked = await post('/outbound/', { ...REQUEST, callee_number })
      return ((await asked.json()) as { outbound_id: string }).outbound_id
    }
    const stuck = await ask('01098765001')
    const listed = await ask('01098765002')
    const free = await ask('01098765003')
    for (const phone of ['01098765001', '01098765002'])
      expect((await post('/do-not-call', { phone })).status).toBe(204)
    outbound.isAway = false
    outbound.stuck.add(stuck)
    outbound.started.length = 0
    expect(await beginOnce(api.deps)).toBe(1)
    expect(outbound.cancelled).toEqual([{ outboundId: listed, reason: 'opt_out' }])
    expect(outbound.started.map(({ outboundId }) => outboundId)).toEqual([free])
    outbound.stuck.clear()
    await beginOnce(api.deps)
    expect(outbound.cancelled.at(-1)).toEqual({ outboundId: stuck, reason: 'opt_out' })
  })

  test('has no gap: of a request and an entry that come at once the entry wins', async () => {
    const { database, settings } = api
    for (let index = 0; index < 20; index++) {
      const phone = `010777700${String(index).padStart(2, '0')}`
      const outboundId = makeOutboundId(`0000${String(index).padStart(4, '0')}`)
      const request = {
        callerNumber: '07012345678',
        calleeNumber: phone,
        callerDisplayName: null,
        purpose: '확인',
        questions: ['가능?'],
        maxDuration: 60,
        priority: 5 as const,
        scheduledAt: null,
        retryOnNoAnswer: false,
        maxRetries: 0,
        metadata: null,
      }
      const [taken, opted] = await Promise.all([
        takeOutbound(database, settings.dataKey, {
          request,
          progress: newProgress(outboundId),
          requestedBy: 'a',
          createdAt: '2026-11-27T14:00:00+09:00',
        }),
        optOut(database, settings.dataKey, { phone, source: 'person', outboundId: null, recordedBy: 'b' }),
      ])
      if (taken === 'taken') expect(opted.openOutboundIds).toEqual([outboundId])
      else expect(taken).toBe('do_not_call')
    }
  })
})

describe('consents', () => {
  const given = (more: object = {}) => ({
    phone: '01011112222',
    purpose: 'advertising',
    given: true,
    at: '2026-11-01T10:00:00+09:00',
    source: '가입 신청서',
    ...more,
  })
  const record = (...list: object[]) => post('/call-consents', { consents: list }, api.cookies.admin)

  test('are listed as they count now, and by their history', async () => {
    await record(given(), given({ at: '2026-11-20T10:00:00+09:00', given: false, source: '전화' }))
    await record(given({ phone: '01033334444', at: '2024-11-01T10:00:00+09:00' }))
    await record(given({ phone: '01055556666', purpose: 'night_advertising' }))
    expect((await consents()).map(({ phone, state, purpose }) => [phone, state, purpose])).toEqual([
      ['010-****-6666', 'given', 'night_advertising'],
      ['010-****-4444', 'expired', 'advertising'],
      ['010-****-2222', 'withdrawn', 'advertising'],
    ])
    expect((await consents('?state=given')).map(({ expires_at }) => expires_at)).toEqual([
      '2028-10-31T10:00:00+09:00',
    ])
    expect(await consents('?state=expired')).toHaveLength(1)
    expect(await consents('?purpose=night_advertising&q=6666')).toHaveLength(1)
    const [withdrawn] = await consents('?q=01011112222')
    const history = await get(`/call-consents/${withdrawn?.consent_id}/history`)
    expect(
      consentHistorySchema.parse(await history.json()).consents.map(({ state, source }) => [state, source]),
    ).toEqual([
      ['withdrawn', '전화'],
      ['given', '가입 신청서'],
    ])
  })

  test('are withdrawn by the owner; nothing earlier changes', async () => {
    await record(given())
    const [consent] = await consents()
    const path = `/call-consents/${consent?.consent_id}/withdraw`
    expect((await post(path, { reason: '전화로 철회' })).status).toBe(403)
    expect((await post(path, { reason: '전화로 철회' }, api.cookies.admin)).status).toBe(204)
    const [now] = await consents()
    expect(now).toMatchObject({ state: 'withdrawn', source: '전화로 철회', recorded_by: 'owner@example.com' })
    const again = `/call-consents/${now?.consent_id}/withdraw`
    expect(await codeOf(await post(again, { reason: 'x' }, api.cookies.admin))).toEqual([409, 'withdrawn'])
    const count = await api.database.selectFrom('call_consents').select('id').execute()
    expect(count).toHaveLength(2)
  })

  test('come by file, and twice the same file changes nothing', async () => {
    const file = [
      '전화번호,목적,동의,일시,경로',
      '01011112222,광고,Y,2026-11-01 10:00,가입 신청서',
      '01033334444,야간 광고,Y,2026-11-01,가입 신청서',
      '01055556666,광고,Y,2027-01-01,가입 신청서',
    ].join('\r\n')
    expect((await upload('/call-consents/import', file, api.cookies.agent)).status).toBe(403)
    const first = importedListSchema.parse(await (await upload('/call-consents/import', file)).json())
    expect(first).toMatchObject({ added: 2, invalid: 1, errors: [{ line: 4, problem: 'future_time' }] })
    const second = importedListSchema.parse(await (await upload('/call-consents/import', file)).json())
    expect(second).toMatchObject({ added: 0, already_there: 2 })
    const nameless = await upload('/call-consents/import', '전화번호\r\n01011112222')
    expect(importedListSchema.parse(await nameless.json()).missing_columns).toEqual([
      'purpose',
      'at',
      'source',
    ])
  })

  test('are not given in the future', async () => {
    expect((await record(given({ at: '2026-11-27T15:00:00+09:00' }))).status).toBe(422)
  })

  test('end with an opt-out, and stay so when the number is taken off the list again', async () => {
    const { database } = api
    await record(given())
    await post('/do-not-call', { phone: '01011112222' })
    const [entry] = (await listed()).entries
    await takeOffDoNotCall(database, {
      id: entry?.entry_id ?? 0,
      reason: '본인 요청',
      by: 'owner@example.com',
    })
    expect((await consents('?q=2222')).map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn'])
  })
})
