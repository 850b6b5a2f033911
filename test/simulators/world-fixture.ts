/** A whole world on a free port for one test, with a listener that takes its webhooks. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { loadSettings } from '../../config/settings.ts'
import { FaultRegistry } from '../../simulators/faults.ts'
import { type RunningWorld, startWorld } from '../../simulators/world.ts'
import type { WorldPace } from '../../simulators/world-part.ts'

export interface ReceivedWebhook {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: unknown
}

/** Takes webhooks; answers with `statuses` in turn, then always 200, and with `replies`. */
export interface WebhookListener {
  readonly url: string
  readonly received: readonly ReceivedWebhook[]
  readonly statuses: number[]
  /** JSON to answer with, in turn; then `ok`. */
  readonly replies: ((webhook: ReceivedWebhook) => unknown)[]
  /** Resolves with all webhooks once so many have come. */
  readonly waitFor: (count: number) => Promise<readonly ReceivedWebhook[]>
  readonly stop: () => Promise<void>
}

export async function listenForWebhooks(): Promise<WebhookListener> {
  const received: ReceivedWebhook[] = []
  const statuses: number[] = []
  const replies: ((webhook: ReceivedWebhook) => unknown)[] = []
  const waiting = new Set<{ count: number; resolve: () => void }>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const webhook = { path: request.url ?? '', headers: request.headers, text, body: JSON.parse(text) }
    received.push(webhook)
    const reply = replies.shift()
    const status = statuses.shift() ?? 200
    for (const waiter of waiting) if (received.length >= waiter.count) waiter.resolve()
    const answer = reply === undefined ? 'ok' : JSON.stringify(await reply(webhook))
    response.writeHead(status).end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    statuses,
    replies,
    waitFor: async (count) => {
      if (received.length < count) {
        await new Promise<void>((resolve) => waiting.add({ count, resolve }))
      }
      return received
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export interface TestWorld extends RunningWorld {
  readonly webhooks: WebhookListener
  readonly dataDir: string
  /** The clock of the world, ms since 1970; tests move it. */
  readonly clock: { now: number }
  /** Stops the world and starts it anew on the same folder, at another pace if wanted. */
  readonly restart: (pace?: Partial<WorldPace>) => Promise<TestWorld>
  readonly json: (path: string, init?: RequestInit) => Promise<{ status: number; body: unknown }>
}

/** Fast, except that the ERP stands still unless a pace is given. */
const TEST_PACE: WorldPace = {
  erpStepMs: 3_600_000,
  smsDeliveryMs: 1,
  webhookRetryMs: [5, 5, 5, 5],
  kakaoSkillMs: 5_000,
}

export async function startTestWorld(pace: Partial<WorldPace> = {}): Promise<TestWorld> {
  const webhooks = await listenForWebhooks()
  const dataDir = mkdtempSync(join(tmpdir(), 'world-'))
  return start(webhooks, dataDir, pace, { now: Date.parse('2026-11-21T04:10:00Z') })
}

async function start(
  webhooks: WebhookListener,
  dataDir: string,
  pace: Partial<WorldPace>,
  clock: { now: number },
): Promise<TestWorld> {
  const settings = loadSettings({ DAERI_DATA_DIR: dataDir, DAERI_PUBLIC_URL: webhooks.url })
  const world = await startWorld({
    settings,
    logger: pino({ level: 'silent' }),
    port: 0,
    pace: { ...TEST_PACE, ...pace },
    faults: new FaultRegistry(),
    now: () => clock.now,
  })
  return {
    ...world,
    webhooks,
    dataDir,
    clock,
    json: async (path, init) => {
      const response = await fetch(world.origin + path, init)
      return { status: response.status, body: await response.json() }
    },
    restart: async (newPace = pace) => {
      await world.stop()
      return start(webhooks, dataDir, newPace, clock)
    },
    stop: async () => {
      await world.stop()
      await webhooks.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Init of a JSON POST (or another method). */
export function sends(
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  method = 'POST',
): RequestInit {
  return { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
}
