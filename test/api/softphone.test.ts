/** A browser becomes a telephone: credentials, and SIP through the API to a registrar that knows nobody but by the secret. */
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import type { SoftphoneCredentialsView } from '../../api/schemas/softphone.ts'
import { startServer } from '../../api/server.ts'
import { digestResponse, parseDigest } from '../../media-gateway/sip/auth/digest.ts'
import { createSipEndpoint, type SipEndpoint } from '../../media-gateway/sip/index.ts'
import { sipPhones } from '../../media-gateway/sip-setup.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
let sip: SipEndpoint
let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  const secret = 'a secret of the api tests'
  const registrar = {
    phones: [],
    realm: 'daeri',
    phoneDigests: ['SHA-256'] as const,
    ports: { tcp: undefined, tls: undefined, ws: 0, wss: undefined },
  }
  const quiet = () => {}
  sip = await createSipEndpoint({
    host: '127.0.0.1',
    port: 0,
    userAgent: 'Test',
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    transports: { ws: { port: 0 } },
    ...sipPhones({ sip: registrar, secret }),
    onInvite: (invite) => invite.reject(480),
  })
  api = await createTestApi(await createTestDatabase(), {
    environment: { SOFTPHONE_GATEWAY: `ws://127.0.0.1:${sip.ports.WS}` },
  })
  server = await startServer(api, { host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await server.stop()
  await api.close()
  await sip.close()
})

const credentials = async (role: 'admin' | 'agent') => {
  const response = await api.ask('POST', '/api/softphone/credentials', { cookie: api.cookies[role] })
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
  return (await response.json()) as SoftphoneCredentialsView
}
const open = (cookie: string | undefined, headers: Record<string, string> = {}) =>
  new WebSocket(`ws://127.0.0.1:${server.port}/api/softphone/socket`, 'sip', {
    headers: { ...(cookie === undefined ? {} : { cookie }), ...headers },
  })
const refusal = async (socket: WebSocket) => {
  socket.on('error', () => {})
  const [request, response] = await once(socket, 'unexpected-response')
  request.destroy()
  return response.statusCode
}

test('each person has a number of their own for good, and a password that is not theirs', async () => {
  const [first, again, other] = [
    await credentials('admin'),
    await credentials('admin'),
    await credentials('agent'),
  ]
  expect(first.extension).toMatch(/^\d{4,}$/)
  expect(again.extension).toBe(first.extension)
  expect(other.extension).not.toBe(first.extension)
  expect(first).toMatchObject({ path: '/api/softphone/socket', domain: '127.0.0.1' })
  const hours = (Date.parse(first.expires_at) - Date.now()) / 3_600_000
  expect(hours).toBeGreaterThan(3)
  expect(hours).toBeLessThanOrEqual(4)
  expect(first.username).not.toContain('owner')
})

test('nobody without a session, and no page of others, gets credentials or the socket', async () => {
  expect((await api.ask('POST', '/api/softphone/credentials')).status).toBe(401)
  expect(await refusal(open(undefined))).toBe(401)
  expect(await refusal(open(api.cookies.agent, { origin: 'https://elsewhere.example.com' }))).toBe(403)
})

describe('SIP through the API', () => {
  const register = (username: string, cseq: number, authorization = '') =>
    [
      'REGISTER sip:127.0.0.1 SIP/2.0',
      `Via: SIP/2.0/WS x.invalid;branch=z9hG4bK${cseq}${Math.random()}`,
      `From: <sip:${username}@127.0.0.1>;tag=a`,
      `To: <sip:${username}@127.0.0.1>`,
      'Call-ID: one',
      `CSeq: ${cseq} REGISTER`,
      `Contact: <sip:phone@x.invalid;transport=ws>;expires=300`,
      'Max-Forwards: 70',
      authorization,
      'Content-Length: 0',
      '',
      '',
    ]
      .filter((line, index, all) => line !== '' || index >= all.length - 2)
      .join('\r\n')
  const answerOf = async (socket: WebSocket, message: string) => {
    socket.send(message)
    return String((await once(socket, 'message'))[0])
  }

  async function attempt(socket: WebSocket, username: string, password: string) {
    const challenge = await answerOf(socket, register(username, 1))
    expect(challenge).toContain('SIP/2.0 401')
    const header = /WWW-Authenticate: (.*)\r\n/i.exec(challenge)?.[1] ?? ''
    const asked = parseDigest(header)
    expect(asked?.get('algorithm')).toBe('MD5') // what sip.js can, first and alone
    const nonce = asked?.get('nonce') ?? ''
    const qop = { cnonce: 'abc', nc: '00000001' }
    const realm = 'daeri'
    const uri = 'sip:127.0.0.1'
    const response = digestResponse({
      algorithm: 'MD5',
      username,
      realm,
      password,
      nonce,
      qop,
      method: 'REGISTER',
      uri,
    })
    const authorization = `Authorization: Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="abc"`
    return answerOf(socket, register(username, 2, authorization))
  }

  test('registers the browser under its number until it goes', async () => {
    const { username, password, extension } = await credentials('agent')
    const socket = open(api.cookies.agent, { origin: `http://127.0.0.1:${server.port}` })
    await once(socket, 'open')
    expect(socket.protocol).toBe('sip')
    expect(await attempt(socket, username, password)).toContain('SIP/2.0 200')
    expect(sip.phonesOf(extension)).toHaveLength(1)
    const gone = once(socket, 'close')
    socket.close()
    await gone
    while (sip.phonesOf(extension).length > 0) await new Promise((resolve) => setTimeout(resolve, 10))
  })

  test('knows no password but the one it was given', async () => {
    const { username } = await credentials('agent')
    const socket = open(api.cookies.agent)
    await once(socket, 'open')
    expect(await attempt(socket, username, 'guessed')).toContain('SIP/2.0 403')
    socket.close()
  })

  test('ends when the gateway is away', async () => {
    const away = await createTestApi(await createTestDatabase(), {
      environment: { SOFTPHONE_GATEWAY: 'ws://127.0.0.1:1' },
    })
    const other = await startServer(away, { host: '127.0.0.1', port: 0 })
    const socket = new WebSocket(`ws://127.0.0.1:${other.port}/api/softphone/socket`, 'sip', {
      headers: { cookie: away.cookies.agent },
    })
    const [code] = await once(socket, 'close')
    expect(code).toBe(1013)
    await other.stop()
    await away.close()
  })
})
