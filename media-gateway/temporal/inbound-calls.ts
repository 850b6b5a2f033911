/** From an INVITE to the workflow that answers it: of a customer's call, or of one that a telephone of ours makes. */
import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import type { AgentCallInput, InboundCallInput } from '../../domain/call.ts'
import { makeCallId, makeLegId } from '../../domain/ids.ts'
import { Leg } from '../legs/leg.ts'
import type { LegHost, MediaPeer } from '../legs/leg-host.ts'
import type { LegRegistry } from '../legs/leg-registry.ts'
import { NoPortError } from '../rtp/index.ts'
import { type IncomingInvite, SipCallError, type SipHop } from '../sip/index.ts'
import { nationalNumber } from '../trunks/number-pattern.ts'
import type { InboundAdmission } from '../trunks/trunks.ts'
import { apologise } from './apology.ts'
import type { MissedCalls } from './missed-calls.ts'

/** A call that was taken but that no workflow answers is apologised for after this long. */
const UNANSWERED_MS = 15_000

/** A telephone of ours that dials rings by itself no longer: the other side rings for half a minute at most. */
const OWN_RINGING_MS = 90_000

/** What a carrier is asked to wait while a gateway is replaced. */
const DRAIN_RETRY_AFTER_SECONDS = 30

export interface InboundCallsOptions {
  readonly gatewayHost: string
  readonly channels: number
  readonly host: LegHost
  readonly legs: LegRegistry
  readonly logger: Logger
  readonly missedCalls: MissedCalls
  /** Whose calls are let in. */
  readonly admit: (invite: IncomingInvite) => InboundAdmission
  /** Our address as the one at that address sees it. */
  readonly hostFor: (peer: SipHop) => string
  /** A call that becomes no leg. */
  readonly onRefused?: (sipCode: number) => void
  /** Rejects within a few seconds where Temporal can't be reached. */
  readonly startWorkflow: (input: InboundCallInput) => Promise<void>
  /** So does this, for calls that telephones of ours make. */
  readonly startAgentCall: (input: AgentCallInput) => Promise<void>
  /** Number of a telephone of ours; null: it has none. */
  readonly numberOf: (username: string) => Promise<string | null>
  readonly apologyFile: string
  readonly unansweredMs?: number
}

export class InboundCalls {
  readonly #options: InboundCallsOptions
  #draining = false
  /** Calls whose ports are being opened: not legs yet, but channels already. */
  #opening = 0

  constructor(options: InboundCallsOptions) {
    this.#options = options
  }

  /** From now on every new call is refused with 503, so that the carrier tries another gateway. */
  drain(): void {
    this.#draining = true
  }

  /** Never rejects. */
  async receive(invite: IncomingInvite): Promise<void> {
    const { logger, legs, channels, admit } = this.#options
    if (this.#draining) {
      this.#refuse(invite, 503, DRAIN_RETRY_AFTER_SECONDS)
      return
    }
    const admission = admit(invite)
    if (admission.kind === 'refused') {
      const { code, retryAfterSeconds } = admission
      logger.warn({ code, source: invite.source.host }, 'call refused: not of a carrier, or more than agreed')
      this.#refuse(invite, code, retryAfterSeconds)
    } else if (legs.size + this.#opening >= channels) {
      logger.warn({ channels }, 'call refused: all channels are taken')
      admission.release()
      this.#refuse(invite, 486)
    } else {
      const leg = await this.#open(invite, {
        srtp: admission.srtp,
        publicHost: this.#options.hostFor(invite.source),
      })
      if (leg === undefined) {
        admission.release()
        return
      }
      void leg.ended.then(admission.release)
      if (invite.user === null) await this.#serve(leg, invite)
      else await this.#dialFor(leg, invite, invite.user)
    }
  }

  #refuse(invite: IncomingInvite, code: number, retryAfterSeconds?: number): void {
    invite.reject(code, undefined, retryAfterSeconds)
    this.#options.onRefused?.(code)
  }

  async #open(invite: IncomingInvite, peer: MediaPeer): Promise<Leg | undefined> {
    const { host, legs, logger } = this.#options
    this.#opening++
    try {
      const hex = randomBytes(12).toString('hex')
      const isOurs = invite.user !== null
      // Of a telephone of ours the other side's leg is: left they, right our person.
      const ids = { legId: makeLegId(hex), callId: makeCallId(hex.slice(12)), isRecorded: !isOurs, isOurs }
      const openMedia: LegHost['openMedia'] = (offer) => host.openMedia(offer, peer)
      const leg = await Leg.incoming({ ...host, openMedia }, ids, invite)
      legs.add(leg)
      return leg
    } catch (error) {
      logger.warn({ err: error, sipCallId: invite.callId }, 'call refused')
      this.#refuse(invite, refusalOf(error))
      return undefined
    } finally {
      this.#opening--
    }
  }

  async #serve(leg: Leg, invite: IncomingInvite): Promise<void> {
    const { logger, gatewayHost } = this.#options
    const { callId, legId } = leg
    if (leg.state !== 'ringing') return // the caller was faster
    const input: InboundCallInput = {
      callId,
      legId,
      gatewayHost,
      fromNumber: nationalNumber(invite.fromNumber),
      toNumber: nationalNumber(invite.toNumber),
      ...(invite.divertedFrom === null ? {} : { divertedFrom: nationalNumber(invite.divertedFrom) }),
      sipCallId: invite.callId,
      receivedAt: new Date().toISOString(),
    }
    try {
      await this.#options.startWorkflow(input)
      logger.info({ callId, legId, sipCallId: invite.callId }, 'call handed to its workflow')
    } catch (error) {
      logger.error({ err: error, callId }, 'no workflow for a call: apologising')
      await this.#miss(leg, input)
      return
    }
    const timer = setTimeout(() => {
      if (leg.state !== 'ringing') return
      logger.error({ callId }, 'no answer from the workflow: apologising')
      void this.#miss(leg, input)
    }, this.#options.unansweredMs ?? UNANSWERED_MS)
    void leg.ended.then(() => clearTimeout(timer))
  }

  /** Somebody of ours phones out: their telephone rings until the workflow has reached the other side. */
  async #dialFor(leg: Leg, invite: IncomingInvite, username: string): Promise<void> {
    const { logger, gatewayHost, numberOf, startAgentCall } = this.#options
    const { callId, legId } = leg
    try {
      // What stands in From could be any number; the one that belongs to the password is theirs.
      const extension = await numberOf(username)
      if (extension === null) return leg.reject(403)
      const { toNumber: dialled, callId: sipCallId } = invite
      const receivedAt = new Date().toISOString()
      await startAgentCall({ callId, legId, gatewayHost, extension, dialled, sipCallId, receivedAt })
      logger.info({ callId, legId, sipCallId }, 'call of a phone of ours handed to its workflow')
    } catch (error) {
      logger.error({ err: error, callId }, 'no workflow for a call of a phone of ours')
      return leg.reject(503)
    }
    const timer = setTimeout(() => leg.reject(480), OWN_RINGING_MS)
    void leg.ended.then(() => clearTimeout(timer))
  }

  async #miss(leg: Leg, { callId, fromNumber, toNumber, receivedAt }: InboundCallInput): Promise<void> {
    const { missedCalls, logger, apologyFile } = this.#options
    try {
      await missedCalls.add({ callId, fromNumber, toNumber, receivedAt })
    } catch (error) {
      logger.error({ err: error, callId }, 'missed call could not be noted')
    }
    try {
      await apologise(leg, apologyFile)
    } catch (error) {
      logger.warn({ err: error, callId }, 'apology failed')
      leg.reject(480)
    }
  }
}

function refusalOf(error: unknown): number {
  if (error instanceof NoPortError) return 503
  return error instanceof SipCallError && error.reason === 'not_acceptable' ? 488 : 500
}
