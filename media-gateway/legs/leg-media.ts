/** The sound of one leg: what the caller says, what we say, and who is speaking. */

import type { RtpQuality } from '../../domain/call.ts'
import type { LegId } from '../../domain/ids.ts'
import {
  type Codec,
  FRAME_SAMPLES,
  type GatewayMessage,
  SAMPLES_PER_MS,
  type WorkerMessage,
} from '../../domain/media-socket.ts'
import type { TalkLanguage } from '../../domain/talk-language.ts'
import { type MediaDescription, mediaNow, type PacketTap, type RtpEndpoint, SILENCE } from '../rtp/index.ts'
import { Attendance } from './attendance.ts'
import type { LegRecorder } from './call-recorder.ts'
import { CallerEar } from './caller-ear.ts'
import { CallerLog, type LoggedMessage, type LogItem } from './caller-log.ts'
import { LegOutput } from './leg-output.ts'
import { type LevelMessage, LevelMeter } from './level-meter.ts'
import type { PersonJudge } from './person/person-judge.ts'
import { type PlayoutMessage, PlayoutQueue } from './playout-queue.ts'
import type { VoiceDetector } from './voice-detector.ts'
import { type WaitingSounds, WaitingWords } from './waiting-words.ts'

export interface LegMediaOptions {
  readonly legId: LegId
  readonly endpoint: RtpEndpoint
  readonly description: MediaDescription
  readonly voiceDetector: VoiceDetector
  /** Is asked about who breaks in; undefined: nobody is. */
  readonly personJudge?: PersonJudge | undefined
  readonly recorder: LegRecorder
  /** What is said to who waits for a worker; undefined: a little music is played. */
  readonly waitingSounds?: WaitingSounds | undefined
  /** No packet for this long: `onNoMedia`, once. */
  readonly noMedia: { readonly atStartMs: number; readonly laterMs: number }
  readonly onNoMedia: () => void
  readonly onDigit: (digit: string) => void
}

/** What a listener gets: items of the log as they happen, and the end. */
export interface LegListener {
  item(item: LogItem): void
  ended(cursor: number): void
}

/** The caller's log so far, and where it began. */
export interface Attachment {
  readonly message: Extract<GatewayMessage, { readonly type: 'attached' }>
  readonly replay: readonly LogItem[]
  /** Stops listening. */
  readonly detach: () => void
}

const SPEAKING: ReadonlySet<WorkerMessage['type']> = new Set([
  'sentence.start',
  'sentence.end',
  'utterance.end',
])
/** Between two digits of ours. */
const DIGIT_GAP_MS = 60

/** Starts with the answer: cursor 0 is the moment of construction. */
export class LegMedia {
  /** Beside our speech: conversations, hold, mute. */
  readonly output: LegOutput
  readonly #options: LegMediaOptions
  readonly #log = new CallerLog()
  readonly #playout: PlayoutQueue
  readonly #ear: CallerEar
  readonly #attendance = new Attendance()
  readonly #waiting: WaitingWords
  readonly #listeners = new Set<LegListener>()
  readonly #meters = new Set<LevelMeter>()
  readonly #latencies: { utteranceId: string; ms: number }[] = []
  readonly #startedAtMs = mediaNow()
  #theySend: boolean
  #takesDigits: boolean
  #quietSinceMs = mediaNow()
  #noMediaTold = false
  #lastUtterance = ''
  /** The caller's voice that the last `latency` answered. */
  #answeredVoice = 0
  /** When our speech, and their voice, was last on the line. */
  #oursMs: number | undefined
  #theirsMs: number | undefined
  #seenVoice: number | undefined
  #ended = false
  /** The listeners have been told of the end. */
  #isOver = false
  /** A person talks instead of us. */
  #isSilenced = false

  constructor(options: LegMediaOptions) {
    this.#options = options
    this.#theySend = options.description.theySend
    this.#takesDigits = options.description.telephoneEventType !== undefined
    this.output = new LegOutput(this.codec)
    this.#waiting = new WaitingWords(this.codec, options.waitingSounds)
    this.#playout = new PlayoutQueue(SILENCE[this.codec], (message) => this.#report(message))
    this.#ear = new CallerEar({
      codec: this.codec,
      voiceDetector: options.voiceDetector,
      personJudge: options.personJudge,
      onVoice: (event) => this.#report(event),
      onTone: ({ tone, hz }) => this.#report({ type: 'tone', tone, hz, cursor: this.#log.edge }),
      onDigit: ({ digit, durationMs }) => this.#dialled(digit, durationMs, this.#log.edge),
    })
    this.#ear.readsKeys = !this.#takesDigits
    options.endpoint.start(options.description, {
      nextFrame: (cursor) => this.#nextFrame(cursor),
      onFrame: (frame, cursor) => this.#heard(frame, cursor),
      onDigit: ({ digit, durationMs, cursor }) => this.#dialled(digit, durationMs, cursor),
      afterBeat: () => {
        this.#checkMedia()
        this.#checkAttendance()
      },
    })
  }

  get legId(): LegId {
    return this.#options.legId
  }

  get codec(): Codec {
    return this.#options.description.codec
  }

  /** Cursor of the live edge: how much of the caller there is. */
  get edge(): number {
    return this.#log.edge
  }

  get quality(): RtpQuality {
    return this.#options.endpoint.quality
  }

  get latencies(): readonly { readonly utteranceId: string; readonly ms: number }[] {
    return this.#latencies
  }

  get recorder(): LegRecorder {
    return this.#options.recorder
  }

  /** Copies of all packets go to `tap` from now on; undefined: no longer. */
  watch(tap: PacketTap | undefined): void {
    this.#options.endpoint.watch(tap)
  }

  /** The other side moved, or holds us. */
  update(description: MediaDescription): void {
    this.#options.endpoint.update(description)
    this.#theySend = description.theySend
    this.#takesDigits = description.telephoneEventType !== undefined
    this.#ear.readsKeys = !this.#takesDigits
    this.output.away = !description.theySend && !description.weSend
    this.#quietSinceMs = mediaNow()
  }

  /** Dials on the line: by telephone-event where the other side takes them, else by tones. */
  sendDigit(digit: string, durationMs: number): void {
    if (!this.#takesDigits) this.output.playDigit(digit, durationMs)
    else void this.#options.endpoint.sendDigits(digit, { durationMs, gapMs: DIGIT_GAP_MS }).catch(() => {})
  }

  /** Who comes when it is over is told so at once. @param cursor undefined: from now on. */
  attach(cursor: number | undefined, listener: LegListener): Attachment {
    const liveCursor = this.#log.edge
    const from = Math.min(liveCursor, Math.max(cursor ?? liveCursor, this.#log.oldest))
    const replay = this.#log.since(from)
    const firstFrame = replay.find((item) => item.kind === 'audio')
    if (this.#isOver) queueMicrotask(() => listener.ended(this.#log.edge))
    else this.#listeners.add(listener)
    return {
      message: {
        type: 'attached',
        legId: this.legId,
        codec: this.codec,
        cursor: firstFrame?.cursor ?? liveCursor,
        liveCursor,
        utterances: this.#playout.states(),
      },
      replay,
      detach: () => this.#listeners.delete(listener),
    }
  }

  /**
   * Measures how loud both sides are.
   * @returns stops it.
   */
  meter(everyMs: number, onLevel: (level: LevelMessage) => void): () => void {
    const meter = new LevelMeter(this.codec, everyMs, onLevel)
    this.#meters.add(meter)
    return () => this.#meters.delete(meter)
  }

  /** @throws PlayoutError when the message can't be followed. */
  command(message: Exclude<WorkerMessage, { readonly type: 'levels' | 'turn.start' | 'turn.end' }>): void {
    if (this.#isSilenced && SPEAKING.has(message.type)) return
    switch (message.type) {
      case 'sentence.start':
        this.#playout.startSentence(message)
        break
      case 'sentence.end':
        this.#playout.endSentence(message.utteranceId, message.sentence)
        break
      case 'utterance.end':
        this.#playout.endUtterance(message.utteranceId)
        break
      case 'recording.pause':
        this.recorder.pause()
        break
      case 'recording.resume':
        this.recorder.resume()
        break
      case 'listen':
        this.#ear.listen(message)
        break
      case 'clear':
        this.#playout.clear(message.utteranceId)
        break
      case 'pause':
        this.#playout.pause()
        break
      case 'resume':
        this.#playout.resume()
    }
  }

  /** Somebody takes a turn: as long as nobody does, the caller is asked to wait. @param by its socket. */
  attended(by: object, language: TalkLanguage): void {
    this.#attendance.take(by)
    this.#waiting.prepare(language)
  }

  /** The turn is over, or who took it is gone. */
  unattended(by: object): void {
    this.#attendance.leave(by, mediaNow())
  }

  /** We say nothing any more: what is said, waits or comes is dropped. */
  silenceUs(): void {
    this.#isSilenced = true
    this.#waiting.stop()
    this.#playout.clear()
  }

  /** The speaking worker is gone or replaced. */
  releaseSpeaker(): void {
    this.#playout.releaseSpeaker()
    this.#playout.resume()
  }

  /** Audio of the sentence opened last. @throws PlayoutError */
  append(audio: Uint8Array): void {
    if (!this.#isSilenced) this.#playout.append(audio)
  }

  /** Nothing of our speech is playing or waiting. */
  get isSilent(): boolean {
    return this.#playout.idle
  }

  /** Resolves when all speech was sent. */
  playedOut(): Promise<void> {
    return this.#playout.untilIdle()
  }

  /** Stops the sound and finishes the recording. */
  async end(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    this.#playout.clear()
    this.output.end()
    await this.#options.endpoint.close()
    this.#ear.close()
    this.#isOver = true
    for (const listener of this.#listeners) listener.ended(this.#log.edge)
    this.#listeners.clear()
    this.#meters.clear()
    await this.#options.recorder.close()
    this.#log.forget()
  }

  #heard(received: Uint8Array, cursor: number): void {
    const item = this.#log.audio(received)
    // From here on the log's own copy: the datagram may go.
    const { frame } = item
    this.#tell(item)
    this.output.heard(frame, cursor)
    for (const meter of this.#meters) meter.theirs(frame, cursor)
    this.#options.recorder.caller(frame)
    if (this.#ear.hear(frame, cursor, this.#playout.interruptible))
      this.#playout.bargeIn(cursor + FRAME_SAMPLES)
  }

  #dialled(digit: string, durationMs: number, cursor: number): void {
    this.#report({ type: 'digit', digit, durationMs, cursor })
    this.output.heardDigit(digit, durationMs)
    this.#options.onDigit(digit)
  }

  #nextFrame(cursor: number): Uint8Array | undefined {
    const waiting = this.#waiting.nextFrame()
    // What is begun is said to its end; an answer that has come meanwhile follows it.
    const next = this.#waiting.isBusy || waiting !== undefined ? undefined : this.#playout.nextFrame(cursor)
    if (next !== undefined) this.#oursMs = mediaNow()
    const frame = this.output.nextFrame(waiting ?? next?.frame)
    for (const meter of this.#meters) meter.ours(frame)
    this.#options.recorder.ours(frame, cursor)
    this.#ear.said(frame)
    if (next !== undefined && next.utteranceId !== this.#lastUtterance) {
      this.#lastUtterance = next.utteranceId
      this.#measureLatency(next.utteranceId, cursor)
    }
    return frame
  }

  /** The first packet of an answer: how long has the caller waited since their last voice? */
  #measureLatency(utteranceId: string, firstPacketCursor: number): void {
    const lastVoiceCursor = this.#ear.lastVoiceCursor
    if (lastVoiceCursor === undefined || lastVoiceCursor === this.#answeredVoice) return
    this.#answeredVoice = lastVoiceCursor
    const ms = Math.round((firstPacketCursor - lastVoiceCursor) / SAMPLES_PER_MS)
    this.#latencies.push({ utteranceId, ms })
    this.#report({ type: 'latency', utteranceId, lastVoiceCursor, firstPacketCursor, ms })
  }

  #checkMedia(): void {
    const { endpoint, noMedia, onNoMedia } = this.#options
    if (this.#noMediaTold || !this.#theySend) return
    const last = endpoint.lastPacketAtMs
    const sinceMs = mediaNow() - Math.max(last ?? this.#startedAtMs, this.#quietSinceMs)
    if (sinceMs < (last === undefined ? noMedia.atStartMs : noMedia.laterMs)) return
    this.#noMediaTold = true
    onNoMedia()
  }

  #checkAttendance(): void {
    const nowMs = mediaNow()
    const voice = this.#ear.lastVoiceCursor
    if (voice !== this.#seenVoice) this.#theirsMs = nowMs
    this.#seenVoice = voice
    if (this.#waiting.isPlaying) this.#attendance.said(nowMs)
    if (this.#ear.isSpeaking) this.#waiting.stop()
    const isAlone = !this.#isSilenced && !this.output.held && this.output.conversation === undefined
    if (!isAlone || this.#ear.isSpeaking || this.#waiting.isBusy) return
    if (this.#attendance.isDue(nowMs, { oursMs: this.#oursMs, theirsMs: this.#theirsMs }))
      this.#waiting.begin()
  }

  #report(message: LoggedMessage | PlayoutMessage): void {
    this.#tell(this.#log.message(message))
  }

  #tell(item: LogItem): void {
    for (const listener of this.#listeners) listener.item(item)
  }
}
