/** The API on a database of its own, with people who have signed in. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Api, createApp } from '../../api/app.ts'
import { createSignIn } from '../../api/auth/sign-in.ts'
import { type CallWorkflows, createCallWorkflows } from '../../api/call-workflows.ts'
import { type CampaignWorkflows, createCampaignWorkflows } from '../../api/campaign-workflows.ts'
import { type ChatWorkflows, createChatWorkflows } from '../../api/chat-workflows.ts'
import type { Role } from '../../api/context.ts'
import type { ApiDependencies } from '../../api/dependencies.ts'
import { createLiveEvents } from '../../api/events/live-events.ts'
import { createFlowTrials, type FlowTrials } from '../../api/flow-trials.ts'
import { createIssueAlarms, type IssueAlarms } from '../../api/issue-alarms.ts'
import { createMoneyWorkflows, type MoneyWorkflows } from '../../api/money-workflows.ts'
import { createOutboundWorkflows, type OutboundWorkflows } from '../../api/outbound-workflows.ts'
import { createTicketWorkflows, type TicketWorkflows } from '../../api/ticket-workflows.ts'
import { createViewContext } from '../../api/views/view-context.ts'
import { createLogger } from '../../config/process.ts'
import { loadSettings, type Settings } from '../../config/settings.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { createLazyClient } from '../../temporal/connection.ts'
import type { createTestDatabase } from '../support/postgres.ts'

export const OWNER = { email: 'owner@example.com', password: 'the-first-password' }
export const AGENT = { email: 'agent@example.com', password: 'another-password' }

export interface TestApi extends Api {
  readonly settings: Settings
  readonly database: Database
  readonly deps: ApiDependencies
  /** Asks as the person with this cookie, or as nobody. JSON bodies are given as values. */
  readonly ask: (method: string, path: string, options?: AskOptions) => Promise<Response>
  /** Session cookies of an owner and an agent. */
  readonly cookies: Readonly<Record<Role, string>>
  readonly close: () => Promise<void>
}

export interface AskOptions {
  readonly cookie?: string
  readonly json?: unknown
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface TestApiOptions {
  /** `undefined` takes a default of the tests away. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Instead of those behind `TEMPORAL_ADDRESS`, which by default nobody serves. */
  readonly tickets?: TicketWorkflows
  readonly alarms?: IssueAlarms
  readonly money?: MoneyWorkflows
  readonly chats?: ChatWorkflows
  readonly calls?: CallWorkflows
  readonly trials?: FlowTrials
  readonly outbound?: OutboundWorkflows
  readonly campaigns?: CampaignWorkflows
  readonly now?: () => Date
}

/** @param testDatabase is the API's own and dropped with it. */
export async function createTestApi(
  testDatabase: Awaited<ReturnType<typeof createTestDatabase>>,
  {
    environment = {},
    tickets,
    alarms,
    money,
    chats,
    calls,
    trials,
    outbound,
    campaigns,
    now = () => new Date(),
  }: TestApiOptions = {},
): Promise<TestApi> {
  const dataDir = mkdtempSync(join(tmpdir(), 'daeri-api-'))
  const settings = loadSettings({
    DATABASE_URL: testDatabase.url,
    DAERI_DATA_DIR: dataDir,
    DAERI_DATA_KEY: 'ab'.repeat(32),
    DAERI_SECRET: 'a secret of the api tests',
    OWNER_EMAIL: OWNER.email,
    OWNER_PASSWORD: OWNER.password,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    ...environment,
  })
  const { databaseUrl, publicUrl, secret } = settings
  const logger = createLogger('api', process.env.TEST_LOG ?? 'silent')
  const database = createDatabase(databaseUrl)
  const client = createLazyClient(settings)
  const signIn = createSignIn({ databaseUrl, publicUrl, secret, logger })
  const events = createLiveEvents({ databaseUrl, database, view: createViewContext(settings), logger })
  await signIn.ensureOwner(settings.owner)
  await signIn.createPerson({ ...AGENT, name: 'Agent', role: 'agent' })
  const deps: ApiDependencies = {
    settings,
    logger,
    database,
    signIn,
    events,
    alarms: alarms ?? createIssueAlarms(client, logger),
    money: money ?? createMoneyWorkflows(client),
    chats: chats ?? createChatWorkflows(client, settings),
    outbound: outbound ?? createOutboundWorkflows(client),
    campaigns: campaigns ?? createCampaignWorkflows(client),
    calls: calls ?? createCallWorkflows(client),
    trials: trials ?? createFlowTrials(client),
    tickets: tickets ?? createTicketWorkflows(client, settings.order),
    webFolder: join(dataDir, 'web'),
    now,
  }
  const api = createApp(deps)
  const ask: TestApi['ask'] = async (method, path, { cookie, json, body, headers } = {}) =>
    api.app.request(path, {
      method,
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(cookie === undefined ? {} : { cookie }),
        ...headers,
      },
      ...(json === undefined ? (body === undefined ? {} : { body }) : { body: JSON.stringify(json) }),
    })
  return {
    ...api,
    settings,
    database,
    deps,
    ask,
    cookies: { admin: await signInAs(ask, OWNER), agent: await signInAs(ask, AGENT) },
    async close() {
      await events.stop()
      await Promise.all([signIn.close(), database.destroy(), client.connection.close()])
      await testDatabase.drop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Signs in and gives the cookie to send along. */
export async function signInAs(
  ask: TestApi['ask'],
  credentials: { readonly email: string; readonly password: string },
): Promise<string> {
  const response = await ask('POST', '/api/auth/sign-in/email', { json: credentials })
  if (response.status !== 200) throw new Error(`sign-in failed: ${response.status} ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}
