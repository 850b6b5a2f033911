/** From an INVITE to the workflow that answers it. */
import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import type { InboundCallInput } from '../../domain/call.ts'
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
      await this.#serve(leg, invite)
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
      const ids = { legId: makeLegId(hex), callId: makeCallId(hex.slice(12)) }
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
      // A phone of ours could write any number there, and would be taken for that customer.
      fromNumber: invite.user === null ? nationalNumber(invite.fromNumber) : '',
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
