/**
 * A telephone exchange for calls without sound. For the system it is one more gateway and dialogue worker; the workflows,
 * tools, database and texts are the system's own.
 */
import { randomBytes } from 'node:crypto'
import { Context } from '@temporalio/activity'
import { Worker } from '@temporalio/worker'
import type { createDialogueModel } from '../../activities/claude/dialogue-model.ts'
import type { DialogueModel } from '../../activities/claude/model.ts'
import { type AnalyzeCallInput, analyzeCall } from '../../activities/dialogue/analyze-call.ts'
import { createChatTurnActivities } from '../../activities/dialogue/chat-activities.ts'
import { openAttachmentStore } from '../../activities/file-store.ts'
import { createLogger } from '../../config/process.ts'
import type { Settings } from '../../config/settings.ts'
import type { HangUpLegInput, HoldLegInput, LegReport } from '../../domain/call.ts'
import type { TakeTurnInput, TakeTurnResult } from '../../domain/dialogue.ts'
import { inboundCallWorkflowId, type LegId, makeCallId, makeLegId } from '../../domain/ids.ts'
import { CallClient } from '../../media-gateway/temporal/call-client.ts'
import { WorldClient } from '../../scripts/scenario/world-client.ts'
import type { CallerMind } from '../../simulators/people/caller-mind.ts'
import { connectClient, connectWorkerConnection, dataConverter } from '../../temporal/connection.ts'
import { logTemporalTo } from '../../temporal/runtime-logger.ts'
import { gatewayLegsQueue, gatewayQueue, TASK_QUEUES } from '../../temporal/task-queues.ts'
import { TextLine } from './text-line.ts'
import { takeTextTurn } from './text-turn.ts'

const HEARTBEAT_MS = 1_000
/** Name of this "gateway" in its queues. */
const HOST = 'text'

export interface TextExchangeInput {
  readonly settings: Settings
  /** Who is at the phone with this number. */
  readonly mindOf: (number: string, persona: unknown) => CallerMind
  readonly makeModel: typeof createDialogueModel
}

export class TextExchange {
  readonly #input: TextExchangeInput
  readonly #lines = new Map<LegId, TextLine>()
  readonly #personas = new Map<string, unknown>()
  readonly #calls: CallClient
  readonly #stops: (() => Promise<void>)[] = []

  private constructor(input: TextExchangeInput, calls: CallClient) {
    this.#input = input
    this.#calls = calls
  }

  /** The system must have no dialogue worker of its own: turns would be taken by either. One in a process. */
  static async open(input: TextExchangeInput): Promise<TextExchange> {
    const { settings } = input
    const logger = createLogger('evals', 'fatal')
    logTemporalTo(logger)
    const exchange = new TextExchange(input, new CallClient(await connectClient(settings)))
    const connection = await connectWorkerConnection(settings)
    const model = input.makeModel(settings, logger)
    const activities = {
      ...createChatTurnActivities({ model, files: openAttachmentStore(settings) }),
      takeTurn: (turn: TakeTurnInput) => exchange.#takeTurn(model, turn),
      analyzeCall: (call: AnalyzeCallInput) => analyzeCall(model, call, Context.current().cancellationSignal),
      holdLeg: (leg: HoldLegInput) => exchange.#holdLeg(leg),
      hangUpLeg: async ({ legId }: HangUpLegInput) => exchange.#lines.get(legId)?.hangUp('them'),
    }
    const workers = await Promise.all(
      [TASK_QUEUES.dialogue, gatewayLegsQueue(HOST), gatewayQueue(HOST)].map((taskQueue) =>
        Worker.create({
          connection,
          namespace: settings.temporal.namespace,
          taskQueue,
          activities,
          dataConverter: dataConverter(settings),
          shutdownForceTime: HEARTBEAT_MS,
        }),
      ),
    )
    const running = Promise.all(workers.map((worker) => worker.run()))
    running.catch(() => {})
    exchange.#stops.push(async () => {
      for (const worker of workers) worker.shutdown()
      await running.catch(() => {})
      await connection.close()
    })
    return exchange
  }

  /** The world of a scenario: people phone here, and do everything else in the system's outside world. */
  world(base: string): WorldClient {
    return new TextWorld(base, this)
  }

  seat(number: string, persona: unknown): void {
    this.#personas.set(number, persona)
  }

  /** @returns the call's id. */
  async startCall(from: string): Promise<string> {
    const hex = randomBytes(6).toString('hex')
    const [callId, legId] = [makeCallId(hex), makeLegId(hex)]
    const to = this.#input.settings.company.phone
    const mind = this.#input.mindOf(from, this.#personas.get(from))
    this.#lines.set(legId, new TextLine({ id: legId, legId, from, to, mind }))
    await this.#calls.startInboundCall({
      callId,
      legId,
      gatewayHost: HOST,
      fromNumber: from,
      toNumber: to,
      sipCallId: `text-${hex}`,
      receivedAt: new Date().toISOString(),
    })
    return legId
  }

  /** Undefined: no call of this exchange. */
  line(id: string): TextLine | undefined {
    return [...this.#lines.values()].find((line) => line.id === id)
  }

  async close(): Promise<void> {
    for (const line of this.#lines.values()) line.hangUp('me')
    for (const stop of this.#stops) await stop()
    await this.#calls.close()
  }

  async #takeTurn(model: DialogueModel, turn: TakeTurnInput): Promise<TakeTurnResult> {
    const line = this.#lines.get(turn.legId)
    if (line === undefined) throw new Error(`there is no line ${turn.legId}`)
    const context = Context.current()
    const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS)
    try {
      return await takeTextTurn(model, turn, line, context.cancellationSignal)
    } finally {
      clearInterval(timer)
    }
  }

  async #holdLeg({ legId, callId }: HoldLegInput): Promise<LegReport> {
    const line = this.#lines.get(legId)
    if (line === undefined) throw new Error(`there is no line ${legId}`)
    const context = Context.current()
    const timer = setInterval(() => context.heartbeat(legId), HEARTBEAT_MS)
    context.heartbeat(legId)
    try {
      await this.#calls.signalLegEvent(inboundCallWorkflowId(callId), {
        type: 'answered',
        legId,
        mediaSocketUrl: '',
        at: new Date().toISOString(),
      })
      await Promise.race([line.over, context.cancelled])
      return line.report()
    } finally {
      clearInterval(timer)
    }
  }
}

class TextWorld extends WorldClient {
  readonly #exchange: TextExchange

  constructor(base: string, exchange: TextExchange) {
    super(base)
    this.#exchange = exchange
  }

  override async putPerson(number: string, persona: unknown): Promise<void> {
    this.#exchange.seat(number, persona)
    await super.putPerson(number, persona)
  }

  override startCall(from: string): Promise<string> {
    return this.#exchange.startCall(from)
  }

  override async call(id: string) {
    return this.#exchange.line(id)?.record() ?? (await super.call(id))
  }
}
