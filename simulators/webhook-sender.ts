/** Webhooks of the outside world to our API: tried until answered with 200, also after a restart. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { DEFAULT_SLOW_MS, type FaultService } from './faults.ts'
import { RecordFile } from './record-file.ts'
import type { WorldContext } from './world-part.ts'

/** One webhook on its way. */
interface Delivery {
  readonly id: string
  readonly operation: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly attempts: number
  readonly state: 'waiting' | 'done' | 'given_up'
}

export interface WebhookInput {
  /** Name under which faults strike it. */
  readonly operation: string
  /** Path under our public address. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const ANSWER_LIMIT_MS = 10_000

export class WebhookSender {
  readonly #context: WorldContext
  readonly #service: FaultService
  readonly #deliveries: RecordFile<Delivery>
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #stopped = new AbortController()
  /** Held back by a `reorder` fault until another one has gone out. */
  #held: Delivery[] = []

  /** @param name of the sender among those of the service: each has a file and an order of its own. */
  constructor(context: WorldContext, service: FaultService, name: string = service) {
    this.#context = context
    this.#service = service
    this.#deliveries = new RecordFile(join(context.folder, `${name}-webhooks.jsonl`))
  }

  /** Goes on with what a restart interrupted. */
  start(): void {
    for (const delivery of this.#deliveries.all())
      if (delivery.state === 'waiting') void this.#attempt(delivery)
  }

  stop(): void {
    this.#stopped.abort()
    for (const timer of this.#timers) clearTimeout(timer)
  }

  /** Sends in the background; faults `slow`, `double`, `reorder` and `drop` strike here. */
  send(input: WebhookInput): void {
    const fault = this.#context.faults.take(this.#service, input.operation, [
      'slow',
      'double',
      'reorder',
      'drop',
    ])
    if (fault?.kind === 'drop') return
    const delivery = this.#record(input)
    if (fault?.kind === 'reorder') {
      this.#held.push(delivery)
      return
    }
    if (fault?.kind === 'slow') this.#later(fault.delay_ms ?? DEFAULT_SLOW_MS, delivery)
    else void this.#attempt(delivery)
    if (fault?.kind === 'double') void this.#attempt(this.#record(input))
  }

  #record(input: WebhookInput): Delivery {
    const { operation, path, headers, body } = input
    const url = `${this.#context.settings.publicUrl}${path}`
    return this.#deliveries.put({
      id: randomUUID(),
      operation,
      url,
      headers,
      body,
      attempts: 0,
      state: 'waiting',
    })
  }

  #later(delayMs: number, delivery: Delivery): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void this.#attempt(delivery)
    }, delayMs)
    this.#timers.add(timer)
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const answered = await this.#post(delivery)
    if (this.#stopped.signal.aborted) return
    const attempts = delivery.attempts + 1
    const held = this.#held
    this.#held = []
    for (const earlier of held) void this.#attempt(earlier)
    if (answered) {
      this.#deliveries.put({ ...delivery, attempts, state: 'done' })
      return
    }
    const delayMs = this.#context.pace.webhookRetryMs[attempts - 1]
    const { operation } = delivery
    if (delayMs === undefined) {
      this.#context.logger.warn({ operation, attempts }, 'webhook given up')
      this.#deliveries.put({ ...delivery, attempts, state: 'given_up' })
      return
    }
    this.#context.logger.debug({ operation, attempts }, 'webhook not answered with 200, will try again')
    this.#later(delayMs, this.#deliveries.put({ ...delivery, attempts }))
  }

  async #post(delivery: Delivery): Promise<boolean> {
    try {
      const response = await fetch(delivery.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...delivery.headers },
        body: delivery.body,
        signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]),
      })
      await response.arrayBuffer()
      return response.status === 200
    } catch {
      return false
    }
  }
}
