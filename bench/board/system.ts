/** The API over HTTP on the filled database, with somebody signed in. It asks the database through one connection. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createApp } from '../../api/app.ts'
import { createSignIn } from '../../api/auth/sign-in.ts'
import { createCallWorkflows } from '../../api/call-workflows.ts'
import { createCampaignWorkflows } from '../../api/campaign-workflows.ts'
import { createChatWorkflows } from '../../api/chat-workflows.ts'
import { createLiveEvents } from '../../api/events/live-events.ts'
import { createFlowTrials } from '../../api/flow-trials.ts'
import { createIssueAlarms } from '../../api/issue-alarms.ts'
import { createMoneyWorkflows } from '../../api/money-workflows.ts'
import { createOutboundWorkflows } from '../../api/outbound-workflows.ts'
import { startServer } from '../../api/server.ts'
import { createTicketWorkflows } from '../../api/ticket-workflows.ts'
import { createViewContext } from '../../api/views/view-context.ts'
import { createLogger } from '../../config/process.ts'
import { loadSettings, type Settings } from '../../config/settings.ts'
import { type Database, databaseOf } from '../../db/database.ts'
import { createLazyClient } from '../../temporal/connection.ts'

const OWNER = { email: 'owner@example.com', password: 'a password of the benchmark' }

export interface BenchSystem {
  readonly settings: Settings
  /** The API's own, with a single connection. */
  readonly database: Database
  /** The connection behind `database`. */
  readonly pool: pg.Pool
  /** Asks the API as the person who has signed in. @returns the body. */
  readonly get: (path: string) => Promise<unknown>
  readonly stop: () => Promise<void>
}

/** Settings of a benchmark: nobody is reached, keys are its own. */
export const benchSettings = (databaseUrl: string, dataDir: string): Settings =>
  loadSettings({
    DATABASE_URL: databaseUrl,
    DAERI_DATA_DIR: dataDir,
    DAERI_DATA_KEY: 'ab'.repeat(32),
    DAERI_SECRET: 'a secret of the benchmark',
    OWNER_EMAIL: OWNER.email,
    OWNER_PASSWORD: OWNER.password,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  })

export async function startSystem(databaseUrl: string): Promise<BenchSystem> {
  const dataDir = mkdtempSync(join(tmpdir(), 'daeri-bench-'))
  const settings = benchSettings(databaseUrl, dataDir)
  const logger = createLogger('api', 'silent')
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  // A server that is stopped between two questions takes idle connections with it.
  pool.on('error', () => {})
  const database = databaseOf(pool)
  const temporal = createLazyClient(settings)
  const view = createViewContext(settings)
  const signIn = createSignIn({ databaseUrl, publicUrl: settings.publicUrl, secret: settings.secret, logger })
  const events = createLiveEvents({ databaseUrl, database, view, logger })
  await signIn.ensureOwner(settings.owner)
  const app = createApp({
    settings,
    logger,
    database,
    signIn,
    events,
    tickets: createTicketWorkflows(temporal, settings.order),
    chats: createChatWorkflows(temporal, settings),
    calls: createCallWorkflows(temporal),
    trials: createFlowTrials(temporal),
    alarms: createIssueAlarms(temporal, logger),
    money: createMoneyWorkflows(temporal),
    outbound: createOutboundWorkflows(temporal),
    campaigns: createCampaignWorkflows(temporal),
    webFolder: join(dataDir, 'web'),
    now: () => new Date(),
  })
  const server = await startServer(app, { host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${server.port}`
  const answer = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(OWNER),
  })
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  return {
    settings,
    database,
    pool,
    async get(path) {
      const response = await fetch(url + path, { headers: { cookie } })
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return response.json()
    },
    async stop() {
      await server.stop()
      await events.stop()
      await Promise.all([signIn.close(), database.destroy(), temporal.connection.close()])
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
