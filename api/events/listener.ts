/** One connection that LISTENs for what changed in the database, and comes back after every break. */
import { z } from '@hono/zod-openapi'
import { Client } from 'pg'
import type { Logger } from 'pino'
import { EVENTS_CHANNEL } from '../../db/queries/notify.ts'
import type { OutboundEvent } from '../../domain/outbound-events.ts'
import { parseJson } from '../parse-json.ts'

/** Payload of NOTIFY daeri_events: nothing personal, the rows are read by who listens. */
const notificationSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ticket_changed'), order_no: z.string() }),
  z.object({ type: z.literal('issue_changed'), issue_id: z.string(), order_no: z.string() }),
  z.object({ type: z.literal('money_changed') }),
  z.object({ type: z.literal('vendors_changed') }),
  z.object({ type: z.literal('latency_changed') }),
  z.object({ type: z.literal('flows_changed') }),
  z.object({ type: z.literal('sessions_changed') }),
  z.object({ type: z.literal('thread_changed'), thread_id: z.string() }),
  z.object({ type: z.literal('call_changed'), call_id: z.string() }),
  z.object({
    type: z.literal('outbound_changed'),
    outbound_id: z.string(),
    event: z.custom<OutboundEvent>((event) => typeof event === 'object').nullable(),
  }),
  z.object({ type: z.literal('campaign_changed'), campaign_id: z.string() }),
  z.object({ type: z.literal('transcript_line'), call_id: z.string(), utterance_id: z.string() }),
])
export type Notification = z.infer<typeof notificationSchema>

export interface ListenerInput {
  readonly databaseUrl: string
  readonly logger: Logger
  readonly onNotification: (notification: Notification) => void
  /** Listening begins, for the first time or after a break in which notifications were lost. */
  readonly onListening: () => void
  /** The connection is lost: what changes is not heard until `onListening`. */
  readonly onLost: () => void
}

const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 5_000
/** A connection whose other end vanished without a word is noticed by asking it something. */
const PROBE_MS = 15_000
const PROBE_LIMIT_MS = 5_000

/** Listens until `stop`. */
export class DatabaseListener {
  readonly #input: ListenerInput
  #client: Client | null = null
  #retryMs = FIRST_RETRY_MS
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(input: ListenerInput) {
    this.#input = input
    void this.#connect()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#client?.end().catch(() => {})
  }

  async #connect(): Promise<void> {
    const { databaseUrl, logger, onListening, onLost } = this.#input
    const client = new Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: PROBE_LIMIT_MS,
      query_timeout: PROBE_LIMIT_MS,
      keepAlive: true,
      application_name: 'daeri events',
    })
    this.#client = client
    let lost = false
    const lose = (error: unknown) => {
      if (lost) return
      lost = true
      clearTimeout(this.#timer)
      client.removeAllListeners('notification')
      void client.end().catch(() => {})
      onLost()
      if (this.#stopped) return
      logger.warn({ err: error, retryMs: this.#retryMs }, 'event connection lost')
      this.#timer = setTimeout(() => void this.#connect(), this.#retryMs)
      this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS)
    }
    client.on('error', lose)
    client.on('end', () => lose(new Error('connection ended')))
    client.on('notification', ({ payload }) => this.#receive(payload))
    const probe = () => {
      client.query('select 1').then(() => {
        if (!lost && !this.#stopped) this.#timer = setTimeout(probe, PROBE_MS)
      }, lose)
    }
    try {
      await client.connect()
      await client.query(`listen ${EVENTS_CHANNEL}`)
      this.#retryMs = FIRST_RETRY_MS
      onListening()
      probe()
    } catch (error) {
      lose(error)
    }
  }

  #receive(payload: string | undefined): void {
    const parsed = notificationSchema.safeParse(parseJson(payload ?? ''))
    if (parsed.success) this.#input.onNotification(parsed.data)
    else this.#input.logger.warn('notification of an unknown form')
  }
}
