/** A telephone for tests: our own SIP and RTP ends without a gateway. */
import { pino } from 'pino'
import type { Codec } from '../../domain/media-socket.ts'
import {
  answerSdpOffer,
  buildSdpOffer,
  decodeG711,
  FrameQueue,
  RtpEndpoint,
  readSdpAnswer,
  SILENCE,
  standStillWithProcess,
} from '../../media-gateway/rtp/index.ts'
import {
  type CallOutcome,
  createSipEndpoint,
  type Dialog,
  type IncomingInvite,
  type OutgoingCall,
  type SipCredentials,
  type SipEndpoint,
} from '../../media-gateway/sip/index.ts'

const HOST = '127.0.0.1'

/** Whether `sound` is in `line`, pauses aside. */
export function heardIn(codec: Codec, line: Uint8Array, sound: Uint8Array): boolean {
  const voiced = (bytes: Uint8Array) => Buffer.from(bytes.filter((code) => code !== SILENCE[codec]))
  return voiced(line).includes(voiced(sound))
}
const logger = pino({ level: 'silent' })

// The phone and who it talks to share this process: a machine that is busy must not cut holes into what they say.
standStillWithProcess()

export interface DialWish {
  readonly from?: string
  readonly to?: string
  /** Of a phone that has to prove who it is. */
  readonly credentials?: SipCredentials
}

export class TestPhone {
  readonly sip: SipEndpoint
  /** What it heard, frame by frame. */
  readonly heard: Uint8Array[] = []
  readonly digits: string[] = []
  readonly #invites: IncomingInvite[] = []
  #onInvite: ((invite: IncomingInvite) => void) | undefined
  #waiting: { frames: number; resolve: () => void }[] = []
  rtp: RtpEndpoint | undefined
  speech = new FrameQueue('PCMU')
  dialog: Dialog | undefined

  private constructor(sip: SipEndpoint) {
    this.sip = sip
  }

  static async open(): Promise<TestPhone> {
    const holder: { phone?: TestPhone } = {}
    const sip = await createSipEndpoint({
      host: HOST,
      port: 0,
      userAgent: 'TestPhone',
      logger,
      onInvite: (invite) => holder.phone?.invited(invite),
    })
    holder.phone = new TestPhone(sip)
    return holder.phone
  }

  invited(invite: IncomingInvite): void {
    if (this.#onInvite === undefined) this.#invites.push(invite)
    else this.#onInvite(invite)
  }

  /** The next call that comes in. */
  ring(): Promise<IncomingInvite> {
    const waiting = this.#invites.shift()
    if (waiting !== undefined) return Promise.resolve(waiting)
    return new Promise((resolve) => {
      this.#onInvite = (invite) => {
        this.#onInvite = undefined
        resolve(invite)
      }
    })
  }

  /** Starts a call; the outcome is followed by `connected`. */
  async dial(
    port: number,
    codecs: readonly Codec[] = ['PCMU'],
    { from = '01012345678', to = '15880000', ...rest }: DialWish = {},
  ): Promise<OutgoingCall> {
    this.rtp = await RtpEndpoint.open({ host: HOST })
    return this.sip.invite({
      target: { host: HOST, port },
      callerNumber: from,
      calleeNumber: to,
      sdp: buildSdpOffer({ host: HOST, rtpPort: this.rtp.rtpPort }, codecs),
      ...rest,
    })
  }

  /** Dials and waits for the answer; sound runs from then on. */
  async call(port: number, codecs: readonly Codec[] = ['PCMU']): Promise<CallOutcome> {
    const outcome = await (await this.dial(port, codecs)).outcome
    if (outcome.kind === 'answered') this.connected(outcome.dialog)
    return outcome
  }

  connected(dialog: Dialog): void {
    this.dialog = dialog
    this.#start(readSdpAnswer(dialog.remoteSdp ?? ''))
  }

  /** Answers a call that came in. */
  async answer(invite: IncomingInvite): Promise<void> {
    this.rtp = await RtpEndpoint.open({ host: HOST })
    const { sdp, media } = answerSdpOffer(invite.sdpOffer ?? '', { host: HOST, rtpPort: this.rtp.rtpPort })
    this.dialog = await invite.answer(sdp)
    this.#start(media)
  }

  /**
   * Whether it heard this sound, whole and in order. Silence does not count: on a busy machine pauses creep in
   * where the process stood still, but nothing may be lost, doubled or out of order.
   */
  hasHeard(sound: Uint8Array): boolean {
    return heardIn(this.speech.codec, Buffer.concat(this.heard), sound)
  }

  /** What it heard since a frame, 16-bit. */
  pcm(from: number): Int16Array {
    return decodeG711(this.speech.codec, Buffer.concat(this.heard.slice(from)))
  }

  /** Resolves when the condition holds after a frame. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await this.hear(1)
  }

  /** Resolves when `count` more frames were heard. */
  hear(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ frames: this.heard.length + count, resolve }))
  }

  async close(): Promise<void> {
    await this.rtp?.close()
    await this.sip.close({ graceMs: 200 })
  }

  #start(description: ReturnType<typeof readSdpAnswer>): void {
    this.speech = new FrameQueue(description.codec)
    this.rtp?.start(description, {
      nextFrame: () => this.speech.nextFrame(),
      onDigit: ({ digit }) => this.digits.push(digit),
      onFrame: (frame) => {
        this.heard.push(frame)
        for (const { frames, resolve } of this.#waiting) if (this.heard.length >= frames) resolve()
        this.#waiting = this.#waiting.filter(({ frames }) => this.heard.length < frames)
      },
    })
  }
}
