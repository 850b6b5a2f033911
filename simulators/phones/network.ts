/** The simulated telephone network: phones that call the company and phones that can be called. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Codec } from '../../domain/media-socket.ts'
import {
  answerSdpOffer,
  buildSdpOffer,
  FrameClock,
  type MediaDescription,
  RtpEndpoint,
  readSdpAnswer,
} from '../../media-gateway/rtp/index.ts'
import {
  createSipEndpoint,
  type IncomingInvite,
  type OutgoingCall,
  type SipAddress,
  SipCallError,
  type SipEndpoint,
  type SipLogger,
} from '../../media-gateway/sip/index.ts'
import type { SpeechOptions } from '../azure-speech/modem/encode.ts'
import { DEFAULT_SLOW_MS, type FaultRegistry } from '../faults.ts'
import { BadLine, type LineTrouble } from './bad-line.ts'
import { PhoneCall } from './phone-call.ts'

/** What a phone does when it is called. */
export interface PhoneHabits {
  readonly behaviour: 'answer' | 'busy' | 'refuse' | 'no_answer' | 'dead'
  readonly ringMs: number
  readonly voice: SpeechOptions
}

export interface TelephoneNetworkOptions {
  readonly host: string
  /** UDP port for SIP; 0 takes a free one. */
  readonly port: number
  /** Where the company's gateway listens. */
  readonly company: SipAddress
  readonly logger: SipLogger
  readonly faults: Pick<FaultRegistry, 'take'>
  readonly now: () => number
  /** 0 to 1, again and again: which packets a bad line spoils. Default Math.random. */
  readonly random?: () => number
  /** Undefined: nobody owns the number; it rings until a hand answers it. */
  readonly habitsOf: (number: string) => PhoneHabits | undefined
  /** A call has come into being. */
  readonly onCall: (call: PhoneCall) => void
}

export interface PlaceCallInput {
  readonly from: string
  readonly to: string
  readonly voice?: SpeechOptions
  /** The laws offered, in this order; default mu-law, A-law. */
  readonly codecs?: readonly Codec[]
}

/** A process that was kept waiting for so long still says every word: people do not skip syllables. */
const SPEAKS_ON_AFTER_MS = 3_000

/** SIP status of each refusal. */
const BUSY_HERE = 486
const DECLINE = 603
/** A number that nobody has. */
const NOT_FOUND = 404
const NOT_ACCEPTABLE_HERE = 488
const REQUEST_TERMINATED = 487
/** Jitter of a `slow` line that names none. */
const DEFAULT_JITTER_MS = 60
/** Calls that are remembered after they have ended. */
const MAX_REMEMBERED = 500

/** The media of one call of one phone. */
interface PhoneMedia {
  readonly rtp: RtpEndpoint
  /** For the SDP. */
  readonly address: { readonly host: string; readonly rtpPort: number }
  /** What was agreed on, as the phone has to use it. */
  readonly over: (agreed: MediaDescription) => MediaDescription
  readonly close: () => void
}

export class TelephoneNetwork {
  readonly #options: TelephoneNetworkOptions
  readonly #clock = new FrameClock({ maxCatchUpMs: SPEAKS_ON_AFTER_MS })
  readonly #sip: SipEndpoint
  readonly #calls = new Map<string, PhoneCall>()
  readonly #dialling = new Map<PhoneCall, OutgoingCall>()
  readonly #ringing = new Map<PhoneCall, IncomingInvite>()

  private constructor(options: TelephoneNetworkOptions, sip: SipEndpoint) {
    this.#options = options
    this.#sip = sip
  }

  /** @throws SipTransportError when the port is taken. */
  static async start(options: TelephoneNetworkOptions): Promise<TelephoneNetwork> {
    let network: TelephoneNetwork | undefined
    const sip = await createSipEndpoint({
      host: options.host,
      port: options.port,
      userAgent: 'Stand-in telephone network',
      logger: options.logger,
      onInvite: (invite) => network?.receive(invite),
    })
    network = new TelephoneNetwork(options, sip)
    return network
  }

  get port(): number {
    return this.#sip.port
  }

  get sip(): SipEndpoint {
    return this.#sip
  }

  /** Newest last. */
  get calls(): readonly PhoneCall[] {
    return [...this.#calls.values()]
  }

  call(id: string): PhoneCall | undefined {
    return this.#calls.get(id)
  }

  /** Dials; the call is there at once, whatever becomes of it. @throws NoPortError */
  async placeCall(input: PlaceCallInput): Promise<PhoneCall> {
    const media = await this.#openMedia()
    const call = this.#create(input.from, input.to, 'out', input.voice ?? {})
    void call.over.then(media.close)
    const outgoing = this.#sip.invite({
      target: this.#options.company,
      callerNumber: input.from,
      calleeNumber: input.to,
      sdp: buildSdpOffer(media.address, input.codecs),
      onRinging: () => call.ringing(),
    })
    this.#dialling.set(call, outgoing)
    void outgoing.outcome.then((outcome) => {
      this.#dialling.delete(call)
      if (outcome.kind === 'failed') {
        call.fail(outcome.code)
        return
      }
      try {
        const agreed = readSdpAnswer(outcome.dialog.remoteSdp ?? '')
        call.connect(outcome.dialog, media.rtp, media.over(agreed))
      } catch (error) {
        this.#options.logger.warn({ err: error }, 'the answer to a simulated call can not be used')
        void outcome.dialog.bye()
        call.fail(NOT_ACCEPTABLE_HERE)
      }
    })
    return call
  }

  /** A hand (or a habit) picks up the ringing phone. @returns false when it does not ring. */
  async answer(call: PhoneCall): Promise<boolean> {
    const invite = this.#ringing.get(call)
    if (invite === undefined) return false
    this.#ringing.delete(call)
    const media = await this.#openMedia()
    void call.over.then(media.close)
    try {
      const { sdpOffer } = invite
      if (sdpOffer === null)
        throw new SipCallError('not_acceptable', 'a call without an offer', NOT_ACCEPTABLE_HERE)
      const answer = answerSdpOffer(sdpOffer, media.address)
      const dialog = await invite.answer(answer.sdp)
      call.connect(dialog, media.rtp, media.over(answer.media))
      return true
    } catch (error) {
      const gone = error instanceof SipCallError && error.reason !== 'not_acceptable'
      const code = gone ? REQUEST_TERMINATED : NOT_ACCEPTABLE_HERE
      this.#options.logger.info({ err: error }, 'a simulated phone could not answer')
      invite.reject(code)
      call.fail(code)
      return false
    }
  }

  /** Hangs up everything and closes the port. */
  async stop(): Promise<void> {
    for (const call of this.#calls.values()) call.hangUp()
    await this.#sip.close({ graceMs: 500 })
  }

  /** A call for one of our phones. */
  async receive(invite: IncomingInvite): Promise<void> {
    const fault = this.#options.faults.take('telephone', 'receive_call', ['refuse', 'slow', 'drop'])
    // Dropped: the phone is out of reach; the network answers nothing more than 100.
    if (fault?.kind === 'drop') return
    if (fault?.kind === 'slow') await sleep(fault.delay_ms ?? DEFAULT_SLOW_MS)
    const habits = this.#options.habitsOf(invite.toNumber)
    const call = this.#create(invite.fromNumber, invite.toNumber, 'in', habits?.voice ?? {})
    this.#ringing.set(call, invite)
    invite.onCancel(() => {
      this.#ringing.delete(call)
      call.fail(REQUEST_TERMINATED)
    })
    if (fault?.kind === 'refuse') return this.#reject(call, fault.status ?? 503)
    if (habits?.behaviour === 'busy') return this.#reject(call, BUSY_HERE)
    if (habits?.behaviour === 'dead') return this.#reject(call, NOT_FOUND)
    invite.ringing()
    call.ringing()
    if (habits === undefined || habits.behaviour === 'no_answer') return
    await sleep(habits.ringMs)
    if (habits.behaviour === 'refuse') this.#reject(call, DECLINE)
    else await this.answer(call)
  }

  /** Opens a phone's RTP port, behind a bad line where a fault asks for one. @throws NoPortError */
  async #openMedia(): Promise<PhoneMedia> {
    const { faults, host } = this.#options
    const rtp = await RtpEndpoint.open({ host, clock: this.#clock })
    const fault = faults.take('telephone', 'audio', ['drop', 'double', 'reorder', 'slow', 'noise'])
    if (fault === undefined || fault.kind === 'refuse')
      return {
        rtp,
        address: { host, rtpPort: rtp.rtpPort },
        over: (media) => media,
        close: () => void rtp.close(),
      }
    const trouble: LineTrouble =
      fault.kind === 'slow'
        ? { kind: 'slow', delayMs: fault.delay_ms ?? DEFAULT_JITTER_MS }
        : { kind: fault.kind }
    const line = await BadLine.open({
      host,
      trouble,
      phone: { host, port: rtp.rtpPort },
      random: this.#options.random ?? Math.random,
    })
    return {
      rtp,
      address: { host, rtpPort: line.address.port },
      over: (media) => {
        line.leadTo(media.remote)
        return { ...media, remote: line.address }
      },
      close: () => {
        line.close()
        void rtp.close()
      },
    }
  }

  #reject(call: PhoneCall, code: number): void {
    const invite = this.#ringing.get(call)
    if (invite === undefined) return
    this.#ringing.delete(call)
    invite.reject(code)
    call.fail(code)
  }

  #create(from: string, to: string, direction: 'out' | 'in', voice: SpeechOptions): PhoneCall {
    const call = new PhoneCall({
      from,
      to,
      direction,
      voice,
      now: this.#options.now,
      abandon: () => {
        this.#dialling.get(call)?.cancel()
        this.#reject(call, DECLINE)
      },
    })
    this.#calls.set(call.id, call)
    this.#forgetOldCalls()
    this.#options.onCall(call)
    return call
  }

  #forgetOldCalls(): void {
    if (this.#calls.size <= MAX_REMEMBERED) return
    const old = this.calls.find(({ state }) => state === 'ended')
    if (old !== undefined) this.#calls.delete(old.id)
  }
}
