/** Live events from a NOTIFY in Postgres to a browser's WebSocket. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createdApiKeySchema } from '../../api/schemas/api-keys.ts'
import { type ApiServer, startServer } from '../../api/server.ts'
import { acknowledgeIssues } from '../../db/queries/issues.ts'
import { notifyScreens } from '../../db/queries/notify.ts'
import type { CampaignId } from '../../domain/ids.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { MessageLog, ofType } from './message-log.ts'
import { announceTicket, project, seedCall, seedOutbound, seedTicket, seedTurn } from './seed.ts'
import { AGENT, createTestApi, signInAs, type TestApi } from './test-api.ts'

let api: TestApi
let server: ApiServer
let url: string
const open: MessageLog[] = []

beforeAll(async () => {
  api = await createTestApi(await createTestDatabase())
  server = await startServer(api, { host: '127.0.0.1', port: 0 })
  url = `ws://127.0.0.1:${server.port}/api/events`
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((log) => log.close()))
})
afterAll(async () => {
  await server.stop()
  await api.close()
})

async function connect(cookie = api.cookies.agent): Promise<MessageLog> {
  const log = await MessageLog.open(url, { cookie, origin: `http://127.0.0.1:${server.port}` })
  open.push(log)
  return log
}

/** A ticket whose opening has been heard: what comes from index `from` on was caused by the test. */
async function watchNewTicket() {
  const log = await connect()
  const { orderNo } = (await seedTicket(api, { stage: 'paid' })).data
  await log.find((event) => event.type === 'ticket_changed' && event.ticket.order_no === orderNo)
  return { log, orderNo, from: log.events.length }
}

/** Status with which the server refuses a socket. */
async function refusal(headers: Record<string, string>): Promise<number | undefined> {
  const socket = new WebSocket(url, { headers })
  socket.on('error', () => {})
  const [, response] = await once(socket, 'unexpected-response')
  return response.statusCode
}

test('an Issue that opens, and one that somebody has seen, is told at once', async () => {
  const log = await connect()
  const { orderNo } = (await seedTicket(api, { stage: 'issue' })).data
  const opened = await log.find(ofType('issue_changed'))
  expect(opened).toMatchObject({ order_no: orderNo, kind: 'admin_required', open: true, seen: false })
  await acknowledgeIssues(api.database, [opened.issue_id], { actor: 'owner', via: 'text' })
  const seen = await log.find((event) => event.type === 'issue_changed' && event.seen)
  expect(seen).toMatchObject({ issue_id: opened.issue_id, open: true })
})

describe('a socket', () => {
  test('is refused without a session and from a foreign page', async () => {
    expect(await refusal({})).toBe(401)
    expect(await refusal({ cookie: api.cookies.admin, origin: 'https://evil.example' })).toBe(403)
  })

  test('of any form never brings the server down', async () => {
    const handshake = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    for (const target of ['//', '/api/events', '/%zz', '/api/events?\\', 'http://[/']) {
      const socket = connectTcp(server.port, '127.0.0.1')
      socket.write(`GET ${target} HTTP/1.1\r\n${handshake}`)
      const [answer] = await once(socket, 'data')
      expect([target, String(answer).split(' ')[1]]).toEqual([target, expect.stringMatching(/^4/)])
      socket.resetAndDestroy()
    }
    expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200)
    const plain = await fetch(`http://127.0.0.1:${server.port}/api/events`, {
      headers: { cookie: api.cookies.agent },
    })
    expect(plain.status).toBe(400)
  })

  test('is first told to read everything', async () => {
    const log = await connect()
    await log.find(() => true)
    expect(log.events[0]).toEqual({ type: 'resync' })
  })

  test('hears of a ticket the moment it changes, with its newest state', async () => {
    const log = await connect()
    const ticket = await seedTicket(api, { stage: 'awaiting_payment' })
    const { orderNo } = ticket.data
    const opened = await log.find(ofType('ticket_changed'))
    expect(opened.ticket).toMatchObject({ order_no: orderNo, state: 'todo', customer_phone: '010-****-5678' })
    const from = log.events.length
    await project(
      api,
      ticket.raiseIssue({
        kind: 'complaint',
        reason: '꽃이 시들었다고 함',
        step: null,
        actor: 'owner@example.com',
        at: '2026-11-21T10:00:00+09:00',
      }),
    )
    const changed = await log.find(ofType('ticket_changed'), from)
    expect(changed.ticket).toMatchObject({
      state: 'issue',
      issue_kind: 'complaint',
      issue_reason: '꽃이 시들었다고 함',
    })
  })

  test('hears once of many changes of one ticket in a moment', async () => {
    const { log, orderNo, from } = await watchNewTicket()
    await api.database.transaction().execute(async (transaction) => {
      for (let spaces = 1; spaces <= 20; spaces++) {
        // Equal payloads of one transaction would be merged by Postgres already.
        const payload = `{"type":"ticket_changed",${' '.repeat(spaces)}"order_no":"${orderNo}"}`
        await sql`select pg_notify('daeri_events', ${payload})`.execute(transaction)
      }
    })
    const { orderNo: last } = (await seedTicket(api, { stage: 'paid' })).data
    await log.find((event) => event.type === 'ticket_changed' && event.ticket.order_no === last)
    const same = log.events
      .slice(from)
      .filter((event) => event.type === 'ticket_changed' && event.ticket.order_no === orderNo)
    expect(same).toHaveLength(1)
  })

  test('follows a call line by line, and its ticket shows that it is live', async () => {
    const { log, orderNo, from } = await watchNewTicket()
    const callId = await seedCall(api, { orderNo, state: 'live' })
    await notifyScreens(api.database, { type: 'call_changed', call_id: callId })
    const call = await log.find(ofType('call_changed'))
    expect(call.call).toMatchObject({ call_id: callId, state: 'live', order_no: orderNo })
    const ticket = await log.find(
      (event) => event.type === 'ticket_changed' && event.ticket.order_no === orderNo,
      from,
    )
    expect(ticket).toMatchObject({ ticket: { live_call_id: callId } })

    const utterance = await seedTurn(api, callId, {
      index: 2,
      speaker: 'ai',
      text: '받으시는 분 성함이 어떻게 되세요?',
    })
    const payload = JSON.stringify({ type: 'transcript_line', call_id: callId, utterance_id: utterance })
    await sql`select pg_notify('daeri_events', ${payload})`.execute(api.database)
    const line = await log.find(ofType('transcript_line'))
    expect(line).toMatchObject({
      call_id: callId,
      order_no: orderNo,
      line: { speaker: 'ai', text: '받으시는 분 성함이 어떻게 되세요?', timestamp: 4, latency_ms: 420 },
    })
  })

  test('is told to read again after the database connection broke, and hears on', async () => {
    const log = await connect()
    await log.find(ofType('resync'))
    const from = log.events.length
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'daeri events' and datname = current_database()`.execute(
      api.database,
    )
    await log.find(ofType('resync'), from)
    const { orderNo } = (await seedTicket(api, { stage: 'paid' })).data
    await log.find((event) => event.type === 'ticket_changed' && event.ticket.order_no === orderNo, from)
  })

  test('tolerates notifications of any form', async () => {
    const { orderNo } = (await seedTicket(api, { stage: 'paid' })).data
    const log = await connect()
    for (const payload of [
      '',
      'nonsense',
      '[]',
      '{"type":"other"}',
      '{"type":"ticket_changed","order_no":"x"}',
    ]) {
      await sql`select pg_notify('daeri_events', ${payload})`.execute(api.database)
    }
    await announceTicket(api, orderNo)
    await log.find((event) => event.type === 'ticket_changed' && event.ticket.order_no === orderNo)
  })

  test('ends when the server goes, with a code that says so', async () => {
    const own = await startServer(api, { host: '127.0.0.1', port: 0 })
    const log = await MessageLog.open(`ws://127.0.0.1:${own.port}/api/events`, {
      cookie: await signInAs(api.ask, AGENT),
    })
    const closed = once(log.socket, 'close')
    await own.stop()
    expect((await closed)[0]).toBe(1001)
  })
})

describe('a program', () => {
  const makeKey = async (...scopes: string[]) => {
    const json = { name: `events ${scopes.join(' ')}`, scopes }
    const made = await api.ask('POST', '/api/api-keys', { cookie: api.cookies.admin, json })
    return createdApiKeySchema.parse(await made.json())
  }
  const listen = async (secret: string) => {
    const log = await MessageLog.open(url, { authorization: `Bearer ${secret}` })
    open.push(log)
    await log.find(ofType('resync'))
    return log
  }

  test('hears by its key what the scopes of it are about, and nothing else', async () => {
    const [calls, campaigns] = [
      await makeKey('outbound:read'),
      await makeKey('campaigns:read', 'campaigns:write'),
    ]
    const [onCalls, onCampaigns] = [await listen(calls.secret), await listen(campaigns.secret)]
    await seedTicket(api, { stage: 'paid' })
    const outboundId = await seedOutbound(api, { state: 'no_answer' })
    await notifyScreens(api.database, { type: 'campaign_changed', campaign_id: 'cp-0123abcd' as CampaignId })
    const told = await onCalls.find(ofType('outbound_changed'))
    expect(told.call).toMatchObject({ outbound_id: outboundId, is_over: true })
    expect(JSON.stringify(told)).toContain('010-****-')
    await onCampaigns.find(ofType('campaign_changed'))
    // What came before these on the same connection would be here by now.
    expect(onCalls.events.every(({ type }) => type === 'resync' || type.startsWith('outbound_'))).toBe(true)
    expect(onCampaigns.events.every(({ type }) => type === 'resync' || type === 'campaign_changed')).toBe(
      true,
    )
  })

  test('is refused with a key that is none, and put out when its key is revoked', async () => {
    expect(await refusal({ authorization: `Bearer dk_${'x'.repeat(43)}` })).toBe(401)
    const { key, secret } = await makeKey('consents:read')
    const log = await listen(secret)
    const closed = once(log.socket, 'close')
    await api.ask('DELETE', `/api/api-keys/${key.id}`, { cookie: api.cookies.admin })
    expect((await closed)[0]).toBe(4401)
    expect(await refusal({ authorization: `Bearer ${secret}` })).toBe(401)
  })

  test('of the documentation follows a call to its end', async () => {
    const [, script = ''] =
      /```js\n(\/\/ node follow\.mjs[\s\S]*?)```/.exec(readFileSync('docs/outbound.md', 'utf8')) ?? []
    const { secret } = await makeKey('outbound:read', 'outbound:write')
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', script.replace('127.0.0.1:4000', `127.0.0.1:${server.port}`)],
      { env: { ...process.env, DAERI_API_KEY: secret }, stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let said = ''
    const heard = new Promise<void>((resolve) => {
      child.stdout.on('data', (data) => {
        said += String(data)
        if (said.includes('resync')) resolve()
      })
    })
    await heard
    const exited = once(child, 'exit')
    const outboundId = await seedOutbound(api, { state: 'completed' })
    expect((await exited)[0]).toBe(0)
    expect(said).toContain(`outbound_changed ${outboundId}`)
  })
})
