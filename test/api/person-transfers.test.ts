/** Calls of the AI that are put through to a person: asked for over HTTP, found a telephone for, listed and counted. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PersonTransferActivities } from '../../activities/person-transfer-types.ts'
import { createPersonTransferActivities } from '../../activities/person-transfers.ts'
import { outboundAcceptedSchema, outboundRecordSchema } from '../../api/schemas/outbound.ts'
import {
  personTransferListSchema,
  personTransferStatsSchema,
  transferBriefSchema,
} from '../../api/schemas/person-transfers.ts'
import { recordGuest } from '../../db/queries/call-guests.ts'
import type { CallId, OutboundId } from '../../domain/ids.ts'
import { makeLegId } from '../../domain/ids.ts'
import { connected, dialing, newProgress } from '../../domain/outbound-request.ts'
import type { PersonTransferRecord, PersonTransferState } from '../../domain/person-transfer.ts'
import { newTask, readReport } from '../../domain/question-answers.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { type GatewayHost, openGatewayHost } from './gateway-hosts.ts'
import { ScriptedOutbound } from './scripted-outbound.ts'
import { nextCallId, seedCall } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
let host: GatewayHost
let workflows: ScriptedOutbound
let activities: PersonTransferActivities
beforeAll(async () => {
  host = await openGatewayHost('gateway-1', 'a secret of the api tests')
  workflows = new ScriptedOutbound()
  api = await createTestApi(await createTestDatabase(), {
    environment: {
      COMPANY_PHONE: '15880000',
      MEDIA_GATEWAYS: host.address,
      OUTBOUND_RATE_PER_MINUTE: '1000',
    },
    outbound: workflows,
  })
  workflows.writesTo(api)
  activities = createPersonTransferActivities({ db: api.database, settings: api.settings })
})
afterAll(async () => {
  await api.close()
  await host.close()
})
beforeEach(() => {
  host.phones.clear()
  workflows.refusal = null
  workflows.putThroughs.length = 0
})

let last = 0
const ask = (method: 'GET' | 'POST', path: string, json?: unknown) =>
  api.ask(method, path, { cookie: api.cookies.agent, ...(json === undefined ? {} : { json }) })
const request = (more: object = {}) =>
  ask('POST', '/api/outbound/', {
    caller_number: '15880000',
    callee_number: `0108${String(++last).padStart(7, '0')}`,
    purpose: '미팅 일정 확인',
    questions: ['참석 가능 여부', '장소 변경 필요 여부'],
    ...more,
  })
const accepted = async (more: object = {}): Promise<OutboundId> =>
  outboundAcceptedSchema.parse(await (await request(more)).json()).outbound_id as OutboundId

/** Somebody is on the line and has answered one question. */
async function live(): Promise<{ readonly outboundId: OutboundId; readonly callId: CallId }> {
  const outboundId = await accepted()
  const callId = await seedCall(api, { callId: nextCallId(), state: 'live' })
  const at = '2026-11-26T14:00:10+09:00'
  const task = readReport(
    newTask(['참석 가능 여부', '장소 변경 필요 여부']),
    { questions: [{ id: 'q1', status: 'answered', answer: '참석 가능', confidence: 1 }], call_back: true },
    null,
  )
  await workflows.tell(connected(dialing(newProgress(outboundId), at), at), null, { task, callId })
  return { outboundId, callId }
}
const extensionOf = async (role: 'admin' | 'agent') => {
  const answer = await api.ask('POST', '/api/softphone/credentials', { cookie: api.cookies[role] })
  return ((await answer.json()) as { extension: string }).extension
}
const personOf = async (email: string) => {
  const { id } = await api.database
    .selectFrom('auth_users')
    .select('id')
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
  return id
}
const record = (
  { outboundId, callId }: { readonly outboundId: OutboundId; readonly callId: CallId },
  state: PersonTransferState,
  more: Partial<PersonTransferRecord> = {},
): PersonTransferRecord => ({
  transferId: `${callId}-x1`,
  callId,
  outboundId,
  state,
  to: 'desk',
  mode: 'warm',
  askedBy: 'callee',
  reason: '견적을 묻고 싶음',
  attempts: 1,
  personId: null,
  personName: null,
  askedAt: '2026-11-26T14:00:20+09:00',
  answeredAt: null,
  connectedAt: null,
  endedAt: null,
  ...more,
})

describe('putting a live call through', () => {
  test('is asked of its workflow and written down; the record says who wants to be called back', async () => {
    const { outboundId } = await live()
    const response = await ask('POST', `/api/outbound/${outboundId}/transfer`, {
      to: '010-5555-6666',
      mode: 'blind',
      reason: '직접 설명',
    })
    expect(response.status).toBe(202)
    expect(workflows.putThroughs).toEqual([
      {
        workflowId: outboundId,
        wish: { to: '010-5555-6666', mode: 'blind', askedBy: 'agent@example.com', reason: '직접 설명' },
      },
    ])
    const audited = await api.database
      .selectFrom('audit_entries')
      .select(['actor', 'action', 'reason'])
      .execute()
    expect(audited).toContainEqual({
      actor: 'agent@example.com',
      action: 'outbound_transfer',
      reason: outboundId,
    })
    const shown = outboundRecordSchema.parse(await (await ask('GET', `/api/outbound/${outboundId}`)).json())
    expect(shown.call_back_wanted).toBe(true)
  })

  test.each([
    ['a number that may not be dialled', { to: '060-700-1234' }],
    ['a foreign number', { to: '+1 212 555 0100' }],
    ['no number', { to: 'somebody' }],
    ['another way', { mode: 'gently' }],
  ])('%s is refused with the path of its field', async (_what, wish) => {
    const { outboundId } = await live()
    const response = await ask('POST', `/api/outbound/${outboundId}/transfer`, wish)
    expect(response.status).toBe(422)
    const { errors } = (await response.json()) as { errors: { path: string }[] }
    expect(errors.map(({ path }) => path)).toEqual([`body.${Object.keys(wish)[0]}`])
    expect(workflows.putThroughs).toEqual([])
  })

  test('is refused before the answer, where the workflow refuses, and of no call', async () => {
    const waiting = await accepted()
    const early = await ask('POST', `/api/outbound/${waiting}/transfer`, {})
    expect([early.status, ((await early.json()) as { code: string }).code]).toEqual([409, 'not_live'])
    const { outboundId } = await live()
    workflows.refusal = 'somebody_talks'
    const busy = await ask('POST', `/api/outbound/${outboundId}/transfer`, {})
    expect([busy.status, ((await busy.json()) as { code: string }).code]).toEqual([409, 'somebody_talks'])
    expect((await ask('POST', '/api/outbound/ob-ffffffff/transfer', {})).status).toBe(404)
  })

  test('a request may say who it is; what it says is kept sealed and begun with', async () => {
    const outboundId = await accepted({ transfer_to: '02-555-1234', transfer_mode: 'blind' })
    expect(workflows.started.at(-1)?.policy.transfer).toEqual({
      to: '02-555-1234',
      mode: 'blind',
      ringTimeoutSeconds: 20,
    })
    const { transfer_to } = await api.database
      .selectFrom('outbound_requests')
      .select('transfer_to')
      .where('outbound_id', '=', outboundId)
      .executeTakeFirstOrThrow()
    expect(transfer_to).not.toContain('555')
    await accepted({ transfer_to: 'none' })
    expect(workflows.started.at(-1)?.policy).not.toHaveProperty('transfer')
    await accepted()
    expect(workflows.started.at(-1)?.policy.transfer).toMatchObject({ to: 'desk', mode: 'warm' })
    const refused = await request({ transfer_to: '060-700-1234' })
    expect(refused.status).toBe(422)
    expect(((await refused.json()) as { errors: object[] }).errors).toEqual([
      { path: 'body.transfer_to', message: 'may not be dialled' },
    ])
  })
})

describe('whom it rings', () => {
  test('at the desk: who has a telephone on and talks with nobody, who talked longest ago first', async () => {
    const [agent, admin] = [await extensionOf('agent'), await extensionOf('admin')]
    expect(await activities.findTransferTarget({ to: 'desk', tried: [] })).toEqual({ kind: 'nobody' })
    host.phones.add(agent)
    host.phones.add(admin)
    const callId = await seedCall(api, { callId: nextCallId(), state: 'live' })
    const guest = {
      callId,
      legId: makeLegId('0123456789ab'),
      personId: await personOf('agent@example.com'),
      personName: 'Agent',
      mode: 'talk',
      askedAt: '2026-11-26T14:00:20+09:00',
      joinedAt: '2026-11-26T14:00:25+09:00',
    } as const
    await recordGuest(api.database, { ...guest, leftAt: null })
    expect(await activities.findTransferTarget({ to: 'desk', tried: [] })).toMatchObject({ extension: admin })
    expect(await activities.findTransferTarget({ to: 'desk', tried: [admin] })).toEqual({ kind: 'nobody' })
    await recordGuest(api.database, { ...guest, leftAt: '2026-11-26T14:01:00+09:00' })
    const first = await activities.findTransferTarget({ to: 'desk', tried: [] })
    expect(first).toMatchObject({ kind: 'phone', extension: admin, gatewayHost: 'gateway-1' })
    expect(await activities.findTransferTarget({ to: 'desk', tried: [admin] })).toMatchObject({
      extension: agent,
      personId: guest.personId,
    })
  })

  test('at the desk: the one whose telephone is on, however many never talk and are away', async () => {
    const agent = await extensionOf('agent')
    const away = Array.from({ length: 60 }, (_, index) => `away-${index}`)
    await api.database
      .insertInto('auth_users')
      .values(away.map((id) => ({ id, name: id, email: `${id}@example.com`, email_verified: true })))
      .execute()
    await api.database
      .insertInto('agent_phones')
      .values(away.map((user_id) => ({ user_id })))
      .execute()
    const callId = await seedCall(api, { callId: nextCallId(), state: 'ended' })
    await recordGuest(api.database, {
      callId,
      legId: makeLegId('ba9876543210'),
      personId: await personOf('agent@example.com'),
      personName: 'Agent',
      mode: 'talk',
      askedAt: '2026-11-26T14:10:20+09:00',
      joinedAt: '2026-11-26T14:10:25+09:00',
      leftAt: '2026-11-26T14:11:00+09:00',
    })
    host.phones.add(agent)
    expect(await activities.findTransferTarget({ to: 'desk', tried: [] })).toMatchObject({ extension: agent })
    expect(await activities.findTransferTarget({ to: 'desk', tried: [agent] })).toEqual({ kind: 'nobody' })
    await api.database.deleteFrom('auth_users').where('id', 'in', away).execute()
  })

  test('a number as our people may dial it', async () => {
    const outside = (to: string) => activities.findTransferTarget({ to, tried: [] })
    expect(await outside('02-555-1234')).toEqual({ kind: 'outside', number: '025551234' })
    expect(await outside('060-700-1234')).toEqual({ kind: 'nobody' })
  })
})

describe('what became of them', () => {
  test('is listed, counted, and stands on the screen of whose telephone rings', async () => {
    const call = await live()
    const personId = await personOf('agent@example.com')
    const mine = async () => transferBriefSchema.parse(await (await ask('GET', '/api/transfers/mine')).json())
    expect((await mine()).transfer).toBeNull()
    await activities.recordTransfer(record(call, 'ringing', { personId, personName: 'Agent' }))
    const ringing = await mine()
    expect(ringing).toMatchObject({
      transfer: { outbound_id: call.outboundId, state: 'ringing', reason: '견적을 묻고 싶음', to: 'desk' },
      answers: [
        { question_text: '참석 가능 여부', status: 'answered', answer: '참석 가능' },
        { question_text: '장소 변경 필요 여부', status: 'pending', answer: null },
      ],
    })
    const there = {
      personId,
      personName: 'Agent',
      answeredAt: '2026-11-26T14:00:25+09:00',
      connectedAt: '2026-11-26T14:00:32+09:00',
    }
    await activities.recordTransfer(record(call, 'connected', there))
    expect((await mine()).transfer?.state).toBe('connected')
    await activities.recordTransfer(
      record(call, 'connected', { ...there, endedAt: '2026-11-26T14:03:00+09:00' }),
    )
    expect((await mine()).transfer).toBeNull()
    const other = await live()
    const lost = { endedAt: '2026-11-26T14:01:00+09:00', to: '0255551234', personName: '02-****-1234' }
    await activities.recordTransfer(record(other, 'no_answer', { ...lost, attempts: 2 }))
    const listed = async (query: string) =>
      personTransferListSchema.parse(await (await ask('GET', `/api/transfers?${query}`)).json())
    expect((await listed(`outbound_id=${other.outboundId}`)).transfers).toMatchObject([
      { state: 'no_answer', attempts: 2, to: expect.stringMatching(/\*{2,}.*1234$/) },
    ])
    const page = await listed('limit=1')
    expect(page.transfers).toHaveLength(1)
    const rest = await listed(`limit=1&cursor=${page.next_cursor}`)
    expect(rest.transfers).toHaveLength(1)
    expect(rest.next_cursor).toBeNull()
    expect((await listed('state=connected')).transfers).toHaveLength(1)
    expect((await ask('GET', '/api/transfers?cursor=nonsense')).status).toBe(422)
    const stats = personTransferStatsSchema.parse(await (await ask('GET', '/api/transfers/stats')).json())
    expect(stats).toEqual({
      total: 2,
      connected: 1,
      no_answer: 1,
      given_up: 0,
      in_progress: 0,
      success_rate: 0.5,
      mean_wait_seconds: 12,
    })
  })
})
