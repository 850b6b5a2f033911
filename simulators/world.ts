/** The outside world on one HTTP server: all parts mounted, their state kept in one folder. */
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import type { Logger } from 'pino'
import { createBank } from './bank/index.ts'
import { createClaude } from './claude/index.ts'
import { createFaultRoutes } from './fault-routes.ts'
import { type FaultRegistry, worldFaults } from './faults.ts'
import { createKakao } from './kakao/index.ts'
import { LiveEvents } from './live-events.ts'
import { createLiveSocket } from './live-socket.ts'
import { createPayments } from './payments/index.ts'
import { PeopleDirectory } from './people/directory.ts'
import { createPeople } from './people/index.ts'
import { createPictures } from './pictures/index.ts'
import { PictureStore } from './pictures/store.ts'
import { createSms } from './sms/index.ts'
import { createVendorErp } from './vendor-erp/index.ts'
import { createWorldPage } from './world-page/index.ts'
import type { CreateWorldPart, WorldContext, WorldPace, WorldPart, WorldSettings } from './world-part.ts'

/** Five tries in all, as Solapi makes them; the waits are the world's own, shorter than in reality. */
const DEFAULT_PACE: WorldPace = {
  erpStepMs: 6_000,
  smsDeliveryMs: 300,
  webhookRetryMs: [1_000, 4_000, 16_000, 64_000],
  kakaoSkillMs: 5_000,
}

const PARTS: readonly CreateWorldPart[] = [
  createClaude,
  createVendorErp,
  createPictures,
  createFaultRoutes,
  createLiveSocket,
  createWorldPage,
]

export interface WorldOptions {
  readonly settings: WorldSettings
  readonly logger: Logger
  readonly pace?: Partial<WorldPace>
  /** Overrides `settings.ports.world`; 0 takes a free port. */
  readonly port?: number
  /** Parts beside the text services, e.g. telephones. */
  readonly parts?: readonly CreateWorldPart[]
  /** Default: the registry of this process. Two worlds in one process need one each. */
  readonly faults?: FaultRegistry
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

export interface RunningWorld {
  readonly port: number
  readonly origin: string
  readonly context: WorldContext
  readonly stop: () => Promise<void>
}

/**
 * Starts the world; its state is read from `<dataDir>/world/`.
 * @example const world = await startWorld({ settings, logger, port: 0 })
 */
export async function startWorld(options: WorldOptions): Promise<RunningWorld> {
  const { settings, logger } = options
  const folder = join(settings.dataDir, 'world')
  mkdirSync(folder, { recursive: true })
  let origin = `http://${settings.host}:${options.port ?? settings.ports.world}`
  const live = new LiveEvents()
  const context: WorldContext = {
    settings,
    logger,
    folder,
    pace: { ...DEFAULT_PACE, ...options.pace },
    faults: options.faults ?? worldFaults,
    live,
    people: new PeopleDirectory(folder, live),
    pictures: new PictureStore(folder),
    origin: () => origin,
    now: options.now ?? Date.now,
  }
  const app = new Hono()
  const sms = createSms(context)
  const kakao = createKakao(context)
  const payments = createPayments(context)
  const { deposit } = payments
  const writers = createPeople({ context, sendText: sms.sendText, sendChat: kakao.sendChat, deposit })
  const bank = createBank({ context, depositToVirtualAccount: deposit })
  const parts: WorldPart[] = [sms, kakao, writers, payments, bank]
  for (const create of [...(options.parts ?? []), ...PARTS]) parts.push(await create(context))
  for (const part of parts) if (part.routes !== undefined) app.route('/', part.routes)
  app.onError((error, c) => {
    logger.error({ err: error, path: c.req.path }, 'request failed')
    return c.json({ error: { code: 'INTERNAL', message: error.message } }, 500)
  })

  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  server.on('upgrade', (request, socket, head) => {
    if (!parts.some((part) => part.upgrade?.(request, socket, head))) socket.destroy()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? settings.ports.world, settings.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  origin = `http://${settings.host}:${port}`
  for (const part of parts) await part.start?.()

  return {
    port,
    origin,
    context,
    stop: async () => {
      for (const part of [...parts].reverse()) await part.stop?.()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
