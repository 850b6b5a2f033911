/** Tickets with their real workflow, activities, tables and the stand-ins of the outside world. */
import { randomBytes } from 'node:crypto'
import { type Client, Connection } from '@temporalio/client'
import { pino } from 'pino'
import { createFolderStore } from '../../activities/file-store.ts'
import { createServiceActivities } from '../../activities/service.ts'
import { createMessageActivities } from '../../activities/sms.ts'
import { SolapiClient } from '../../activities/solapi-client.ts'
import { createTicketActivities } from '../../activities/tickets.ts'
import { loadSettings } from '../../config/settings.ts'
import { createDatabase } from '../../db/database.ts'
import { makeCallId, type OrderNo, ticketWorkflowId } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { OrderField } from '../../domain/order.ts'
import type { OrderSource } from '../../domain/order-source.ts'
import type { TicketData } from '../../domain/ticket.ts'
import { freePort } from '../../scripts/setup/free-port.ts'
import { FaultRegistry } from '../../simulators/faults.ts'
import { startWorld } from '../../simulators/world.ts'
import { connectClient } from '../../temporal/connection.ts'
import { startBusinessWorker } from '../../temporal/workers/business.ts'
import { confirmPayment, messageReported, openPayment, snapshot } from '../../workflows/ticket-messages.ts'
import { getTemporalAddress } from '../support/temporal.ts'

const POLL_MS = 100
const LIMIT_MS = 30_000

/** @param createTestDatabase of test/support: a test file that names it gets a Postgres. */
export async function startServiceSystem(
  createTestDatabase: () => Promise<{ readonly url: string; readonly drop: () => Promise<void> }>,
) {
  const { url, drop } = await createTestDatabase()
  const settings = loadSettings({
    DATABASE_URL: url,
    TEMPORAL_ADDRESS: getTemporalAddress(),
    TEMPORAL_NAMESPACE: await createNamespace(),
    DAERI_DATA_KEY: '66'.repeat(32),
    WORLD_PORT: String(await freePort()),
    EDIT_WINDOW_SECONDS: '600',
    STEP_RETRY_SECONDS: '0.2',
    STEP_MAX_ATTEMPTS: '2',
    LOG_LEVEL: 'silent',
  })
  const logger = pino({ level: 'silent' })
  const world = await startWorld({
    settings,
    logger,
    faults: new FaultRegistry(),
    pace: { erpStepMs: 3_600_000, smsDeliveryMs: 1, webhookRetryMs: [] },
  })
  const db = createDatabase(url)
  const worker = await startBusinessWorker(settings, logger)
  const client = await connectClient(settings)
  const policy = settings.order
  // The clock of an attempt is the activity's: outside of one it is told.
  const now = () => Date.now()
  const messages = createMessageActivities({
    db,
    settings,
    photos: createFolderStore(settings.dataDir),
    solapi: new SolapiClient(settings.solapi),
  })
  return {
    db,
    client,
    settings,
    tickets: createTicketActivities({ client, policy, now }),
    service: createServiceActivities({ client, db, dataKeys: settings.dataKey, messages, policy, now }),
    ticket: (orderNo: OrderNo): Promise<TicketData> => handleOf(client, orderNo).query(snapshot),
    texts: async (number: string): Promise<string[]> => {
      const inbox = await fetch(`${world.origin}/world/api/sms?number=${number}`)
      const { messages: all } = (await inbox.json()) as { messages: { text: string }[] }
      return all.map(({ text }) => text)
    },
    stop: async () => {
      await client.connection.close()
      await worker.stop()
      await world.stop()
      await db.destroy()
      await drop()
    },
  }
}
export type ServiceSystem = Awaited<ReturnType<typeof startServiceSystem>>

const handleOf = (client: Client, orderNo: OrderNo) => client.workflow.getHandle(ticketWorkflowId(orderNo))

async function createNamespace(): Promise<string> {
  const namespace = `service-${randomBytes(4).toString('hex')}`
  const connection = await Connection.connect({ address: getTemporalAddress() })
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 } as never,
    })
    // The server's parts learn of a namespace one after the other.
    for (;;) {
      const known = await connection.workflowService.listWorkflowExecutions({ namespace }).then(
        () => true,
        () => false,
      )
      if (known) return namespace
    }
  } finally {
    await connection.close()
  }
}

export const aCall = (): OrderSource => ({ kind: 'call', callId: makeCallId(randomBytes(6).toString('hex')) })
export const aText = (): OrderSource => ({
  kind: 'chat',
  threadId: 'chat-sms-0123456789ab',
  channel: 'sms',
  messageId: randomBytes(6).toString('hex'),
})
export const aNumber = (): string => `010${String(20_000_000 + Math.floor(Math.random() * 7e7))}`

export const FIELDS = {
  orderer: '한빛상사 대표 김민수',
  recipient: '고 박영자',
  destination: '서울대학교병원 장례식장',
  room: '특2호실',
  message: '삼가 고인의 명복을 빕니다',
}

/** An order is told: everything unless fields are given. @param placed the customer agreed to it. */
export async function tell(
  { tickets }: ServiceSystem,
  source: OrderSource,
  customerPhone: string,
  options: { readonly fields?: Partial<Record<OrderField, string>>; readonly placed?: boolean } = {},
): Promise<OrderNo> {
  const { orderNo } = await tickets.openTicket({ source, customerPhone })
  const tomorrow = koreanIso(Math.floor(Date.now() / 1000) * 1000 + 20 * 3_600_000)
  const told = options.fields ?? { ...FIELDS, deliver_by: tomorrow, phone: customerPhone }
  const fields = Object.fromEntries(
    Object.entries(told).map(([field, value]) => [field, { value, words: `${value}요`, confidence: 0.9 }]),
  )
  await tickets.setOrderFields({ orderNo, source, fields, key: `${orderNo}-told` })
  if (options.placed === true) await tickets.confirmOrder({ orderNo, source, key: `${orderNo}-agreed` })
  return orderNo
}

/** The customer pays by card on the gateway's page. */
export async function pay({ client }: ServiceSystem, orderNo: OrderNo): Promise<void> {
  const handle = handleOf(client, orderNo)
  const { checkoutUrl } = await handle.executeUpdate(openPayment)
  const decision = await fetch(checkoutUrl ?? '', {
    method: 'POST',
    body: new URLSearchParams({ action: 'pay' }),
    redirect: 'manual',
  })
  const paymentKey = new URL(decision.headers.get('location') ?? '').searchParams.get('paymentKey') ?? ''
  await handle.executeUpdate(confirmPayment, { args: [{ paymentKey, amount: 80_000 }] })
}

/** Until the ticket is like this. No webhook leads here, so the carrier's reports are told by hand. */
export async function until(
  { ticket, client }: ServiceSystem,
  orderNo: OrderNo,
  fits: (data: TicketData) => boolean,
): Promise<TicketData> {
  const deadline = Date.now() + LIMIT_MS
  for (;;) {
    const data = await ticket(orderNo)
    if (fits(data)) return data
    for (const { key: messageKey, report } of data.messages) {
      const reported = { messageKey, status: 'delivered' as const, at: koreanIso(Date.now()) }
      if (report === null && data.outcome === null)
        await handleOf(client, orderNo).signal(messageReported, reported)
    }
    if (Date.now() > deadline) throw new Error(`never so; it is ${JSON.stringify(data).slice(0, 800)}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
