/** One call at one simulated phone, in either direction: states, voice, digits, transcript. */
import { randomBytes } from 'node:crypto'
import { type Codec, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { decodeG711, type MediaDescription, type RtpEndpoint } from '../../media-gateway/rtp/index.ts'
import type { Dialog } from '../../media-gateway/sip/index.ts'
import type { SpeechOptions } from '../azure-speech/modem/encode.ts'
import { Ear, type Heard } from './ear.ts'
import { Mouth, type Said } from './mouth.ts'
import { Transcript, type TranscriptEntry } from './transcript.ts'

export type PhoneCallState = 'dialing' | 'ringing' | 'live' | 'ended'

/** A call as the world's API shows it. */
export interface PhoneCallRecord {
  readonly id: string
  /** Who phones and who is phoned, digits only. */
  readonly from: string
  readonly to: string
  /** `out`: this phone has dialled. */
  readonly direction: 'out' | 'in'
  readonly state: PhoneCallState
  /** Last SIP status that decided something: 180, 200, 486 ...; null before the first. */
  readonly sip_code: number | null
  readonly ended_by: 'me' | 'them' | null
  readonly codec: Codec | null
  readonly started_at: string
  readonly answered_at: string | null
  readonly ended_at: string | null
  readonly transcript: readonly TranscriptEntry[]
  readonly digits_heard: string
}

/** Something that can't be done in the call's state. */
export class PhoneCallError extends Error {
  readonly retryable = false
}

export interface PhoneCallInput {
  readonly from: string
  readonly to: string
  readonly direction: 'out' | 'in'
  readonly voice: SpeechOptions
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Gives up a call that is not answered yet: CANCEL, or a refusal. */
  readonly abandon: (call: PhoneCall) => void
}

/** What 20 ms of the line brought. */
export interface LineMoment {
  /** Milliseconds since the answer. */
  readonly nowMs: number
  readonly heard: Heard | undefined
}

interface Line {
  readonly dialog: Dialog
  readonly rtp: RtpEndpoint
  readonly codec: Codec
  readonly mouth: Mouth
}

export class PhoneCall {
  readonly id = `pc-${randomBytes(6).toString('hex')}`
  readonly from: string
  readonly to: string
  readonly direction: 'out' | 'in'
  /** Resolves when the call is over, whatever became of it. */
  readonly over: Promise<void>
  readonly #input: PhoneCallInput
  readonly #transcript = new Transcript()
  readonly #changeListeners = new Set<() => void>()
  readonly #momentListeners = new Set<(moment: LineMoment) => void>()
  #markOver: () => void = () => {}
  #state: PhoneCallState = 'dialing'
  #sipCode: number | null = null
  #endedBy: 'me' | 'them' | null = null
  #startedAt: string
  #answeredAt: string | null = null
  #endedAt: string | null = null
  #digits = ''
  #line: Line | undefined

  constructor(input: PhoneCallInput) {
    this.#input = input
    this.from = input.from
    this.to = input.to
    this.direction = input.direction
    this.#startedAt = this.#timestamp()
    this.over = new Promise((resolve) => {
      this.#markOver = resolve
    })
  }

  get state(): PhoneCallState {
    return this.#state
  }

  get speaking(): boolean {
    return this.#line?.mouth.speaking ?? false
  }

  get record(): PhoneCallRecord {
    return {
      id: this.id,
      from: this.from,
      to: this.to,
      direction: this.direction,
      state: this.#state,
      sip_code: this.#sipCode,
      ended_by: this.#endedBy,
      codec: this.#line?.codec ?? null,
      started_at: this.#startedAt,
      answered_at: this.#answeredAt,
      ended_at: this.#endedAt,
      transcript: [...this.#transcript.entries],
      digits_heard: this.#digits,
    }
  }

  /** Told after each change of the record. @returns the way to be told no more. */
  onChange(listener: () => void): () => void {
    this.#changeListeners.add(listener)
    return () => this.#changeListeners.delete(listener)
  }

  /** Told every 20 ms of the live line. */
  onMoment(listener: (moment: LineMoment) => void): () => void {
    this.#momentListeners.add(listener)
    return () => this.#momentListeners.delete(listener)
  }

  /** Resolves when the call is live (true) or over before it was (false). */
  async answered(): Promise<boolean> {
    while (this.#state === 'dialing' || this.#state === 'ringing') {
      await new Promise<void>((resolve) => {
        const stop = this.onChange(() => {
          stop()
          resolve()
        })
      })
    }
    return this.#answeredAt !== null
  }

  /**
   * Says a text after what is still being said; resolves when it is out or cut.
   * @throws PhoneCallError when the call is not live.
   */
  say(text: string, how: { readonly pauseMs?: number } = {}): Promise<Said | undefined> {
    return this.#requireLine().mouth.say(text, how.pauseMs)
  }

  /** Lets a sound without words be heard (8 kHz), as `say` does. @throws PhoneCallError when the call is not live. */
  makeSound(pcm: Int16Array): Promise<Said | undefined> {
    return this.#requireLine().mouth.makeSound(pcm)
  }

  /** Falls silent at once. */
  stopSaying(): void {
    this.#line?.mouth.stop()
  }

  /** Presses keys (RFC 4733). @throws PhoneCallError, DigitError */
  async pressDigits(digits: string): Promise<void> {
    await this.#requireLine().rtp.sendDigits(digits)
  }

  /** Hangs up, or gives up dialling. Nothing happens when it is over. */
  hangUp(): void {
    if (this.#state === 'ended') return
    if (this.#line === undefined) {
      this.#endedBy = 'me'
      this.#input.abandon(this)
      return
    }
    const { dialog } = this.#line
    this.#finish('me')
    void dialog.bye()
  }

  /** Of the network only. */
  ringing(): void {
    if (this.#state !== 'dialing') return
    this.#state = 'ringing'
    this.#sipCode = 180
    this.#changed()
  }

  /** Of the network only, which closes the port once the call is over: the line is open from now on. */
  connect(dialog: Dialog, rtp: RtpEndpoint, media: MediaDescription): void {
    if (this.#endedBy === 'me') {
      // Hung up while the answer was under way.
      void dialog.bye()
      this.#sipCode = 200
      this.#finish('me')
      return
    }
    const ear = new Ear()
    const mouth = new Mouth(media.codec, this.#input.voice, {
      onStart: (text, atMs) => {
        if (text !== '') this.#transcript.startSaying(text, atMs)
        this.#changed()
      },
      onEnd: (said) => {
        this.#transcript.endSaying(said)
        this.#changed()
      },
    })
    this.#line = { dialog, rtp, codec: media.codec, mouth }
    this.#state = 'live'
    this.#sipCode = 200
    this.#answeredAt = this.#timestamp()
    rtp.start(media, {
      nextFrame: (cursor) => mouth.nextFrame(cursor),
      onFrame: (frame, cursor) => {
        const heard = ear.push(decodeG711(media.codec, frame), cursor)
        if (heard !== undefined) {
          this.#transcript.hear(heard)
          this.#changed()
        }
        const nowMs = (cursor + frame.length) / SAMPLES_PER_MS
        if (this.#transcript.settle(nowMs)) this.#changed()
        for (const listener of this.#momentListeners) listener({ nowMs, heard })
      },
      onDigit: ({ digit }) => {
        this.#digits += digit
        this.#changed()
      },
    })
    void dialog.ended.then(({ by }) => this.#finish(by === 'remote' ? 'them' : 'me'))
    this.#changed()
  }

  /** Of the network only: over before it was answered. */
  fail(sipCode: number): void {
    if (this.#state === 'ended') return
    this.#sipCode = sipCode
    this.#finish(this.#endedBy)
  }

  #finish(by: 'me' | 'them' | null): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#endedBy = by
    this.#endedAt = this.#timestamp()
    this.#line?.mouth.stop()
    this.#transcript.settle(Number.POSITIVE_INFINITY)
    this.#momentListeners.clear()
    this.#changed()
    this.#markOver()
  }

  #requireLine(): Line {
    if (this.#state !== 'live' || this.#line === undefined)
      throw new PhoneCallError(`the call is not live but ${this.#state}`)
    return this.#line
  }

  #timestamp(): string {
    return new Date(this.#input.now()).toISOString()
  }

  #changed(): void {
    for (const listener of [...this.#changeListeners]) listener()
  }
}
