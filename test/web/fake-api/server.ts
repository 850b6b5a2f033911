/** A small API for the web app alone: serves dist/web and answers as api/ does, from memory. */

import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { WebSocketServer } from 'ws'
import { relaySip } from '../../../api/softphone-relay.ts'
import type { IssueHandlingRequest, NewMessage, TicketActionRequest } from '../../../web/api/types.ts'
import { actInWorld, createInWorld } from './actions.ts'
import { boardRoute, savedFilterRoute } from './board.ts'
import { takeOverInWorld, writeInWorld } from './conversation.ts'
import { COLLEAGUES, morningOf } from './issues.ts'
import { latencyAt } from './latency.ts'
import { askOfCall, nextCapture } from './live-calls.ts'
import { makePhoto, makeRecording } from './recording.ts'
import { GATEWAYS, SIGNALLING } from './telephone.ts'
import { FakeWorld, PASSWORD } from './world.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const COOKIE = 'daeri.session=fake'

export interface FakeApi {
  readonly url: string
  readonly world: FakeWorld
  /** Drops every event socket, as a restart of the API does. */
  readonly dropSockets: () => void
  readonly close: () => Promise<void>
}

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly raw?: Buffer | string
  readonly type?: string
  readonly headers?: Record<string, string>
}

const ok = (body: unknown): Answer => ({ status: 200, body })
const problem = (status: number, code: string, detail: string, extra: object = {}): Answer => ({
  status,
  type: 'application/problem+json',
  body: { type: `/api/docs#${code}`, title: code, status, code, detail, ...extra },
})

/** @param webRoot folder of the built app. */
export async function startFakeApi(webRoot: string, port = 0): Promise<FakeApi> {
  const world = new FakeWorld()
  const server = createServer((request, response) => {
    answer(request, world, webRoot).then(
      (result) => send(response, result),
      (error: unknown) => send(response, problem(500, 'internal_error', String(error))),
    )
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== '/api/events') return
    sockets.handleUpgrade(request, socket, head, (browser) => sockets.emit('connection', browser, request))
  })
  const softphones = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== '/api/softphone/socket') return
    softphones.handleUpgrade(request, socket, head, (browser) =>
      relaySip(browser, Promise.resolve([world.sipGateway]), async () => true),
    )
  })
  sockets.on('connection', (socket) => {
    socket.send(JSON.stringify({ type: 'resync' }))
    socket.on(
      'close',
      world.subscribe((event) => socket.send(JSON.stringify(event))),
    )
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const dropSockets = () => {
    for (const socket of sockets.clients) socket.terminate()
    for (const socket of softphones.clients) socket.terminate()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    dropSockets,
    close: async () => {
      dropSockets()
      sockets.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answer(request: IncomingMessage, world: FakeWorld, webRoot: string): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://fake')
  if (!url.pathname.startsWith('/api/')) return file(webRoot, url.pathname)
  const body = await readJson(request)
  const method = request.method ?? 'GET'
  world.requests.push({ method, path: url.pathname, body })
  if (url.pathname.startsWith('/api/auth/')) return auth(url.pathname, body, world)
  if (!request.headers.cookie?.includes(COOKIE)) return problem(401, 'unauthenticated', 'Sign-in is needed')
  return route(method, url, body, world)
}

function route(method: string, url: URL, body: unknown, world: FakeWorld): Answer | Promise<Answer> {
  const [, , area, id, rest] = url.pathname.split('/')
  if (area === 'me') return ok(world.me)
  if (area === 'system') return ok(world.system())
  if (area === 'gateways') return ok(GATEWAYS)
  if (area === 'attachments') return { status: 200, raw: makePhoto(), type: 'image/svg+xml' }
  if (area === 'photos') return { status: 200, raw: makePhoto(), type: 'image/svg+xml' }
  if (area === 'calls') return callRoute(method, url, body, world)
  if (area === 'payments' || area === 'settlement') return world.money.answer(method, url, body)
  if (area === 'statistics') {
    const by = url.searchParams.get('by') === 'day' ? 'day' : 'hour'
    return ok(latencyAt(Date.now(), by, world.callersWait))
  }
  if (area === 'threads') return world.threads.answer(world, method, url, body)
  if (area === 'flows' || area === 'flow-trials') return world.flows.answer(method, url.pathname, body)
  if (area === 'api-keys') return world.apiKeys.answer(method, Number(id), body)
  if (area === 'webhook-deliveries') return world.apiKeys.answerOfWebhook(method, Number(id))
  if (area === 'outbound-templates') return world.outbound.answerOfTemplates(method, Number(id), body)
  if (area === 'transfers') return world.transfers.answer(url)
  if (area === 'outbound') return world.outbound.answer(world, method, url, body)
  if (area === 'campaigns') return world.campaigns.answer(world, method, url, body)
  if (area === 'do-not-call') return world.callLaw.answerOfList(method, url, body)
  if (area === 'forgotten-numbers') return world.callLaw.answerOfForgetting(url, body)
  if (area === 'call-consents') return world.callLaw.answerOfConsents(method, url, body)
  if (area === 'vendors') return world.vendors.answer(method, Number(id), body)
  if (area === 'board') return savedFilterRoute(world, method, rest, body)
  if (area === 'softphone')
    return ok(url.pathname.endsWith('/colleagues') ? { colleagues: world.colleagues } : world.softphone)
  if (area === 'people') return ok({ people: COLLEAGUES })
  if (area === 'accounts') return world.accounts.answer(method, id, rest, body)
  if (area === 'morning')
    return ok(morningOf([...world.tickets.values()], url.searchParams.get('date') ?? '2026-11-21'))
  if (area === 'issues') return issueRoute(method, id, rest, url, body, world)
  if (area !== 'tickets') return problem(404, 'not_found', 'There is no such thing')
  const board = boardRoute(world, { method, url, body, id, rest })
  if (board !== null) return board
  if (id === undefined) return createInWorld(world, body)
  const ticket = world.readTicket(id)
  if (ticket === undefined) return problem(404, 'not_found', `There is no order ${id}.`)
  if (rest === 'issues') return ok({ issues: world.issues.ofOrder(ticket) })
  if (rest === 'actions') return actInWorld(world, ticket, body as TicketActionRequest)
  if (rest === 'messages') return writeInWorld(world, ticket, body as NewMessage)
  if (rest === 'threads') return takeOverInWorld(world, ticket, body as { taken: boolean })
  if (rest === 'link') return ok({ done: true })
  if (rest === 'reveal') return ok({ customer_phone: '01012345678', contact_phone: '01098765432' })
  return ok(ticket)
}

function issueRoute(
  method: string,
  id: string | undefined,
  rest: string | undefined,
  url: URL,
  body: unknown,
  { issues, tickets, me }: FakeWorld,
): Answer {
  const all = [...tickets.values()]
  if (id === undefined) return ok(issues.list(all, url.searchParams))
  if (id === 'counts') return ok(issues.counts(all))
  if (rest === 'acknowledge') issues.acknowledge(id, me.email)
  else if (rest === 'comments') issues.comment(id, me.email, (body as { text: string }).text)
  else if (method === 'PATCH') issues.handle(id, body as IssueHandlingRequest)
  const found = all.flatMap((ticket) => issues.ofOrder(ticket)).find((issue) => issue.id === id)
  return found === undefined ? problem(404, 'not_found', 'There is no such Issue.') : ok(found)
}

function callRoute(method: string, url: URL, body: unknown, world: FakeWorld): Answer {
  const [, , , id, rest] = url.pathname.split('/')
  if (id === undefined) return ok(world.callList())
  const call = world.calls.get(id)
  if (call === undefined) return problem(404, 'not_found', 'There is no such call.')
  if (rest === 'signalling') return ok(SIGNALLING)
  if (rest === 'capture') {
    const capture = nextCapture(world.captures.get(id), url.pathname.split('/')[5], body)
    world.captures.set(id, capture)
    return ok(capture)
  }
  if (method === 'POST') {
    const asked = askOfCall(call, url.pathname.split('/').slice(4).join('/'), world.me)
    if (typeof asked === 'string') return problem(409, asked, 'Not possible now.')
    world.calls.set(call.call_id, asked)
    return ok({ ok: true })
  }
  if (rest === 'recording') return { status: 200, raw: makeRecording(call), type: 'audio/wav' }
  return ok(call)
}

function auth(path: string, body: unknown, world: FakeWorld): Answer {
  const { password, currentPassword } = (body ?? {}) as { password?: string; currentPassword?: string }
  switch (path) {
    case '/api/auth/sign-in/email':
      if (password !== PASSWORD)
        return {
          status: 401,
          body: { code: 'INVALID_EMAIL_OR_PASSWORD', message: 'Invalid email or password' },
        }
      return { ...ok({ user: world.me }), headers: { 'set-cookie': `${COOKIE}; Path=/; HttpOnly` } }
    case '/api/auth/sign-out':
      return { ...ok({ success: true }), headers: { 'set-cookie': 'daeri.session=; Path=/; Max-Age=0' } }
    case '/api/auth/change-password':
      if (currentPassword !== PASSWORD)
        return { status: 400, body: { code: 'INVALID_PASSWORD', message: 'Invalid password' } }
      world.me = { ...world.me, must_change_password: false }
      return ok({ user: world.me })
    default:
      return problem(404, 'not_found', 'There is no such thing')
  }
}

async function file(root: string, path: string): Promise<Answer> {
  const name = extname(path) === '' ? 'index.html' : normalize(path).replace(/^[/\\]+/, '')
  try {
    const raw = await readFile(join(root, name))
    return { status: 200, raw, type: TYPES[extname(name)] ?? 'application/octet-stream' }
  } catch {
    return problem(404, 'not_found', 'There is no such file')
  }
}

function send(
  response: ServerResponse,
  { status, body, raw, type = 'application/json', headers }: Answer,
): void {
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(raw ?? JSON.stringify(body))
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  if (text === '') return null
  // A file is taken as it is.
  return request.headers['content-type'] === 'application/octet-stream' ? text : JSON.parse(text)
}
