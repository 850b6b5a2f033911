/** The activities of a gateway: a leg is one for as long as it lives. */
import { Context } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'
import type { Logger } from 'pino'
import type { HangUpLegInput, HoldLegInput, LegReport } from '../../domain/call.ts'
import type { LegId } from '../../domain/ids.ts'
import { TASK_QUEUES } from '../../temporal/task-queues.ts'
import { Leg } from '../legs/leg.ts'
import type { LegHost } from '../legs/leg-host.ts'
import type { LegRegistry } from '../legs/leg-registry.ts'
import { NoPortError } from '../rtp/index.ts'
import { CallerNotAllowedError, TrunkBusyError, UnresolvedTargetError } from '../trunks/errors.ts'
import { announceApology, apologise } from './apology.ts'
import { LEG_FAILURE, legLost } from './leg-failures.ts'
import { LegSignals, type SendLegEvent } from './leg-signals.ts'

const HEARTBEAT_MS = 1_000
/**
 * An attempt that Temporal has given up leaves its leg to the next attempt for this long: a server that is
 * started again needs some seconds. Nobody says anything meanwhile, so that longer is no service.
 */
const ORPHAN_GRACE_MS = 30_000

/** Queues that other gateways poll, too. */
const SHARED_QUEUES: ReadonlySet<string> = new Set([TASK_QUEUES.legs, TASK_QUEUES.outboundLegs])

/** A call that waits for a free channel asks again at least this often. */
const LONGEST_RETRY_MS = 5_000

/** Told to come again when a carrier that asked to be left alone may be called. */
function trunkBusy({ message, retryAfterMs }: TrunkBusyError): ApplicationFailure {
  const nextRetryDelay = Math.min(retryAfterMs, LONGEST_RETRY_MS)
  return ApplicationFailure.create({ message, type: LEG_FAILURE.trunkBusy, nextRetryDelay })
}

export interface LegActivitiesOptions {
  readonly host: LegHost
  readonly legs: LegRegistry
  readonly logger: Logger
  readonly channels: number
  readonly sendLegEvent: SendLegEvent
  readonly mediaSocketUrl: (legId: LegId) => string
  /** Name of this host in its task queues. */
  readonly gatewayHost: string
  /** Announcement for a caller whom nobody can tell anything else; see apology.ts. */
  readonly apologyFile: string
  /** True once the gateway is about to end: then a worker's shutdown does end the legs. */
  readonly isStopping: () => boolean
  /** True from the moment at which the gateway was told to stop: calls of any gateway are another's then. */
  readonly isDraining: () => boolean
  readonly orphanGraceMs?: number
}

export interface LegActivities {
  /** Lasts as long as the leg; cancellation hangs up. A later attempt takes a live leg over. */
  holdLeg(input: HoldLegInput): Promise<LegReport>
  /** Ends a leg after what is queued was said; a leg that is over is fine too. */
  hangUpLeg(input: HangUpLegInput): Promise<void>
  /** Answers a leg that rings until it is told to (`whenTold`); one that is answered or over is fine too. */
  answerLeg(input: { readonly legId: LegId }): Promise<void>
}

export function createLegActivities(options: LegActivitiesOptions): LegActivities {
  const { legs, logger } = options
  /** The attempt that holds a leg now, and the signals of the leg, which outlive attempts. */
  const holders = new Map<LegId, { token: symbol; readonly signals: LegSignals }>()

  async function obtain(input: HoldLegInput, beforeDialling: () => void): Promise<Leg> {
    const live = legs.get(input.legId)
    if (live !== undefined) return live
    // An attempt that has sent heartbeats may have dialled: a second call to the same person would be worse.
    if (input.kind === 'answer' || Context.current().info.heartbeatDetails !== undefined)
      throw legLost(input.legId)
    // Who is rung for a talk that lives here comes by this host's own queue.
    if (options.isDraining() && SHARED_QUEUES.has(Context.current().info.taskQueue))
      throw ApplicationFailure.retryable('this gateway ends', LEG_FAILURE.noChannel)
    if (legs.size >= options.channels)
      throw ApplicationFailure.retryable('all channels are taken', LEG_FAILURE.noChannel)
    try {
      const leg = await Leg.dial(options.host, input, beforeDialling)
      legs.add(leg)
      return leg
    } catch (error) {
      if (error instanceof NoPortError)
        throw ApplicationFailure.retryable(error.message, LEG_FAILURE.noChannel)
      if (error instanceof TrunkBusyError) throw trunkBusy(error)
      if (error instanceof UnresolvedTargetError)
        throw ApplicationFailure.nonRetryable(error.message, LEG_FAILURE.noRoute)
      if (error instanceof CallerNotAllowedError)
        throw ApplicationFailure.nonRetryable(error.message, LEG_FAILURE.callerNotAllowed)
      throw error
    }
  }

  /** Events go to the workflow that holds the leg, whichever kind of call it is. */
  function bind(leg: Leg): LegSignals {
    const { legId } = leg
    const signals = new LegSignals(
      Context.current().info.workflowExecution?.workflowId ?? '',
      options.sendLegEvent,
      logger,
    )
    leg.events = {
      ringing: () => signals.push({ type: 'ringing', legId }),
      answered: () =>
        signals.push({
          type: 'answered',
          legId,
          mediaSocketUrl: options.mediaSocketUrl(legId),
          recordingKey: options.host.recordingKey(legId),
          gatewayHost: options.gatewayHost,
          at: (leg.answeredAt ?? new Date()).toISOString(),
        }),
      digit: (digit) => signals.push({ type: 'digit', legId, digit }),
      transfer: ({ transferId, number, replaces }) => {
        const consult = replaces === null ? null : legs.all().find((other) => other.isCalledBy(replaces))
        // A call that is at another gateway, or over, can't be joined with this one.
        if (consult === undefined) return leg.tellTransfer(transferId, 481)
        signals.push({
          type: 'transfer',
          legId,
          transferId,
          number,
          ...(consult === null ? {} : { consult: { legId: consult.legId, callId: consult.callId } }),
        })
      },
    }
    void leg.ended.then(() => {
      signals.push({ type: 'ended', legId })
      holders.delete(legId)
    })
    return signals
  }

  /** Resolves when this attempt must let go, with what becomes of the leg then. */
  async function released(leg: Leg, token: symbol): Promise<'hang up' | 'abandoned' | 'let go'> {
    const context = Context.current()
    await context.cancelled.catch(() => {})
    const details = context.cancellationDetails
    if (details?.cancelRequested || (details?.workerShutdown && options.isStopping())) return 'hang up'
    // The server gave this attempt up (a lost connection, a restarted server): the call goes on meanwhile.
    logger.warn(
      { legId: leg.legId, details },
      'attempt given up by the server, the leg waits for the next one',
    )
    await Promise.race([
      leg.ended,
      new Promise((resolve) => setTimeout(resolve, options.orphanGraceMs ?? ORPHAN_GRACE_MS).unref()),
    ])
    return holders.get(leg.legId)?.token === token ? 'abandoned' : 'let go'
  }

  async function holdLeg(input: HoldLegInput): Promise<LegReport> {
    const known = legs.report(input.legId)
    if (known !== undefined) return known
    const context = Context.current()
    let heartbeat: NodeJS.Timeout | undefined
    try {
      const leg = await obtain(input, () => context.heartbeat(input.legId))
      heartbeat = setInterval(() => context.heartbeat(input.legId), HEARTBEAT_MS)
      const token = Symbol(input.legId)
      const holder = holders.get(input.legId)
      if (holder === undefined) {
        const signals = bind(leg)
        holders.set(input.legId, { token, signals })
        if (input.kind === 'dial' && input.tellsDialling === true) {
          const { legId, sipCallId } = leg
          signals.push({ type: 'dialling', legId, sipCallId, at: new Date().toISOString() })
        }
      } else holder.token = token
      if (input.kind === 'answer' && input.whenTold !== true && leg.state === 'ringing') await leg.answer()
      const over = await Promise.race([leg.ended.then(() => 'ended' as const), released(leg, token)])
      if (over === 'let go') await context.cancelled
      // Somebody who called us hears why nobody answers any more; whom we called is not kept.
      if (over === 'abandoned' && input.kind === 'answer' && input.whenTold !== true)
        await apologise(leg, options.apologyFile)
      return await (over === 'ended' ? leg.ended : leg.hangUp())
    } finally {
      clearInterval(heartbeat)
    }
  }

  async function hangUpLeg(input: HangUpLegInput): Promise<void> {
    const leg = legs.get(input.legId)
    if (leg === undefined) return
    if (input.announce === 'apology') await announceApology(leg, options.apologyFile)
    await leg.hangUp(input.afterPlayoutMs, 'completed_by_us', input.refusal)
  }

  async function answerLeg({ legId }: { readonly legId: LegId }): Promise<void> {
    const leg = legs.get(legId)
    if (leg === undefined && legs.report(legId) === undefined) throw legLost(legId)
    if (leg?.state === 'ringing') await leg.answer()
  }

  return { holdLeg, hangUpLeg, answerLeg }
}
