/** The API process. It starts while Temporal is away and serves what the database knows. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runProcess } from '../config/process.ts'
import { createDatabase } from '../db/database.ts'
import { createLazyClient } from '../temporal/connection.ts'
import { createApp } from './app.ts'
import { createSignIn, keepFirstSignIn } from './auth/sign-in.ts'
import { createCallWorkflows } from './call-workflows.ts'
import { createCampaignWorkflows } from './campaign-workflows.ts'
import { createChatWorkflows } from './chat-workflows.ts'
import type { ApiDependencies } from './dependencies.ts'
import { createLiveEvents } from './events/live-events.ts'
import { createFlowTrials } from './flow-trials.ts'
import { createIssueAlarms } from './issue-alarms.ts'
import { beginKeptOutbound } from './kept-outbound.ts'
import { watchLatencyAlarm } from './latency-watch.ts'
import { createMoneyWorkflows } from './money-workflows.ts'
import { keepOutboundRetention } from './outbound-retention.ts'
import { createOutboundWorkflows } from './outbound-workflows.ts'
import { sendResultWebhooks } from './result-webhooks.ts'
import { startServer } from './server.ts'
import { createTicketWorkflows } from './ticket-workflows.ts'
import { createViewContext } from './views/view-context.ts'
import { passKeptMessagesOn } from './webhooks/kept-messages.ts'

const WEB_FOLDER = fileURLToPath(new URL('../dist/web', import.meta.url))

await runProcess('api', async (settings, logger) => {
  const { databaseUrl, publicUrl, secret } = settings
  const database = createDatabase(databaseUrl)
  const temporal = createLazyClient(settings)
  const signIn = createSignIn({ databaseUrl, publicUrl, secret, logger })
  const view = createViewContext(settings)
  const events = createLiveEvents({ databaseUrl, database, view, logger })

  const firstSignIn = await signIn.ensureOwner(settings.owner)
  if (firstSignIn !== null) {
    mkdirSync(settings.dataDir, { recursive: true })
    const file = keepFirstSignIn(settings.dataDir, firstSignIn)
    logger.info({ file }, 'the owner can sign in; the first password is in this file')
  }

  const deps: ApiDependencies = {
    settings,
    logger,
    database,
    signIn,
    tickets: createTicketWorkflows(temporal, settings.order),
    chats: createChatWorkflows(temporal, settings),
    calls: createCallWorkflows(temporal),
    trials: createFlowTrials(temporal),
    outbound: createOutboundWorkflows(temporal),
    campaigns: createCampaignWorkflows(temporal),
    alarms: createIssueAlarms(temporal, logger),
    money: createMoneyWorkflows(temporal),
    events,
    webFolder: WEB_FOLDER,
    now: () => new Date(),
  }
  const api = createApp(deps)
  const kept = passKeptMessagesOn(deps)
  const keptOutbound = beginKeptOutbound(deps)
  const retention = keepOutboundRetention(deps)
  const webhooks = sendResultWebhooks(deps)
  const latency = watchLatencyAlarm(deps)
  const server = await startServer(api, { host: settings.host, port: settings.ports.api })
  return {
    details: { port: server.port, ...(firstSignIn === null ? {} : { firstSignIn }) },
    async stop() {
      await server.stop()
      const watches = [kept, keptOutbound, retention, webhooks, latency]
      await Promise.all(watches.map((watch) => watch.stop()))
      await events.stop()
      await Promise.all([signIn.close(), database.destroy(), temporal.connection.close()])
    },
  }
})
