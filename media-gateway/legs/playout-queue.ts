/**
 * What we say on a leg: utterances of sentences, each with marks when it begins and ends on the wire.
 * Pure: bytes and messages in, frames and marks out; time is the cursor.
 */
import {
  FRAME_MS,
  FRAME_SAMPLES,
  type GatewayMessage,
  SAMPLES_PER_MS,
  SENTENCE_PAUSE_MS,
  type SentenceState,
  type UtteranceState,
  type WorkerMessage,
} from '../../domain/media-socket.ts'

/** Speech waiting to be played at once; more is refused. */
export const MAX_QUEUED_MS = 180_000
/** Utterances stay known this long after their end. */
const REMEMBER_SAMPLES = 120_000 * SAMPLES_PER_MS
const MAX_TEXT = 2_000
const PAUSE_FRAMES = SENTENCE_PAUSE_MS / FRAME_MS
const MAX_SENTENCES = 500

export type PlayoutMessage = Extract<
  GatewayMessage,
  { readonly type: 'mark' } | { readonly type: 'utterance.done' } | { readonly type: 'bargein' }
>

/** A worker's message that can't be followed; the queue is unchanged. */
export class PlayoutError extends Error {
  readonly retryable = false
  readonly code: 'bad_message' | 'queue_full'
  constructor(code: 'bad_message' | 'queue_full', message: string) {
    super(message)
    this.name = 'PlayoutError'
    this.code = code
  }
}

interface Sentence {
  readonly index: number
  readonly text: string
  /** No barge-in before it was said. */
  readonly mustBeHeard: boolean
  /** All its audio is here. */
  ended: boolean
  chunks: Uint8Array[]
  /** Bytes of `chunks[0]` already taken. */
  offset: number
  total: number
  played: number
  outcome: 'played' | 'interrupted' | undefined
  started: boolean
}

interface Utterance {
  readonly id: string
  sentences: Sentence[]
  complete: boolean
  interrupted: boolean
  /** Cursor at which it was over. */
  doneAt: number | undefined
}

export class PlayoutQueue {
  readonly #silenceCode: number
  readonly #emit: (message: PlayoutMessage) => void
  readonly #utterances = new Map<string, Utterance>()
  /** Where binary audio goes; `ignored`: a sentence we already have. */
  #receiving: { utterance: Utterance; sentence: Sentence; ignored: boolean } | undefined
  #queuedBytes = 0
  #cursor = 0
  /** Frames of silence that are left of the breath after a sentence. */
  #pauseFrames = 0
  #paused = false
  #idleWaiters: (() => void)[] = []

  /** @param silenceCode of the leg's codec, to fill up a frame. */
  constructor(silenceCode: number, emit: (message: PlayoutMessage) => void) {
    this.#silenceCode = silenceCode
    this.#emit = emit
  }

  /** Something is on the air (also in the pause between two sentences) that the caller's voice may stop. */
  get interruptible(): boolean {
    const utterance = this.#current()
    if (utterance === undefined || this.#paused) return false
    let started = false
    for (const sentence of utterance.sentences) {
      if (sentence.mustBeHeard && sentence.outcome === undefined) return false
      started ||= sentence.started
    }
    return started
  }

  /** Nothing is playing, waiting or announced. */
  get idle(): boolean {
    return this.#current() === undefined
  }

  /** Resolves when everything queued was played or dropped. */
  untilIdle(): Promise<void> {
    return this.idle ? Promise.resolve() : new Promise((resolve) => this.#idleWaiters.push(resolve))
  }

  /** Utterances under way and those of the last two minutes, oldest first. */
  states(): readonly UtteranceState[] {
    return [...this.#utterances.values()].map(({ id, complete, sentences }) => ({
      utteranceId: id,
      complete,
      sentences: sentences.map(sentenceState),
    }))
  }

  startSentence(start: Omit<Extract<WorkerMessage, { readonly type: 'sentence.start' }>, 'type'>): void {
    const { utteranceId, sentence: index, text, mustBeHeard = false } = start
    if (utteranceId === '' || utteranceId.length > 200) throw badMessage('utteranceId is empty or too long')
    if (!Number.isInteger(index) || index < 0 || index >= MAX_SENTENCES)
      throw badMessage(`sentence must be an integer from 0 to ${MAX_SENTENCES - 1}`)
    if (text.length > MAX_TEXT) throw badMessage(`text is longer than ${MAX_TEXT} characters`)
    this.releaseSpeaker()
    const utterance = this.#utterance(utteranceId)
    // A later sentence ends those before it; an earlier one (sent again) leaves a later one open.
    for (const earlier of utterance.sentences)
      if (earlier.index < index) this.#endSentence(utterance, earlier)
    const known = utterance.sentences.find((sentence) => sentence.index === index)
    const ignored = utterance.complete || known?.ended === true
    if (known !== undefined) {
      // Left open by a worker that was lost: what follows is appended to what is here.
      this.#receiving = { utterance, sentence: known, ignored }
      return
    }
    const sentence = newSentence(index, text, mustBeHeard)
    this.#receiving = { utterance, sentence, ignored }
    if (utterance.interrupted) {
      sentence.ended = true
      sentence.outcome = 'interrupted'
      this.#mark(utterance, sentence, 'interrupted')
    }
    if (ignored && !utterance.interrupted) return // after `utterance.end` nothing is added
    utterance.sentences = [...utterance.sentences, sentence].sort((a, b) => a.index - b.index)
  }

  /** The speaker is gone or replaced: a sentence it left open stays open until it is sent again. */
  releaseSpeaker(): void {
    this.#receiving = undefined
  }

  append(audio: Uint8Array): void {
    const target = this.#receiving
    if (target === undefined) throw badMessage('audio outside of a sentence')
    if (target.ignored || target.sentence.outcome !== undefined) return
    const { sentence } = target
    if (this.#queuedBytes + audio.length > MAX_QUEUED_MS * SAMPLES_PER_MS)
      throw new PlayoutError('queue_full', `more than ${MAX_QUEUED_MS} ms of speech is waiting`)
    if (audio.length === 0) return
    sentence.chunks.push(audio)
    sentence.total += audio.length
    this.#queuedBytes += audio.length
  }

  endSentence(utteranceId: string, index: number): void {
    const target = this.#receiving
    if (target === undefined || target.utterance.id !== utteranceId || target.sentence.index !== index)
      throw badMessage('sentence.end of a sentence that is not open')
    this.#receiving = undefined
    if (target.ignored) return
    this.#endSentence(target.utterance, target.sentence)
    this.#settle()
  }

  endUtterance(utteranceId: string): void {
    const utterance = this.#utterances.get(utteranceId)
    if (utterance === undefined) throw badMessage('utterance.end of an unknown utterance')
    if (this.#receiving?.utterance === utterance) this.releaseSpeaker()
    this.#complete(utterance)
    this.#settle()
  }

  /** Nothing is played until `resume` or until everything is dropped; the place in the sentence is kept. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
  }

  /** Drops what has not been played, of one utterance or of all. */
  clear(utteranceId?: string): void {
    if (utteranceId === undefined) this.#paused = false
    for (const utterance of this.#utterances.values())
      if (utteranceId === undefined || utterance.id === utteranceId) this.#interrupt(utterance)
    this.#settle()
  }

  /** The caller broke in: says what was cut, and drops everything. Nothing happens while we are silent. */
  bargeIn(cursor: number): void {
    const utterance = this.#current()
    const sentence = utterance?.sentences.findLast((candidate) => candidate.started)
    if (utterance === undefined || sentence === undefined) return
    this.#cursor = cursor
    const playedMs = toMs(sentence.played)
    this.#emit({ type: 'bargein', utteranceId: utterance.id, sentence: sentence.index, playedMs, cursor })
    this.clear()
  }

  /** The next 160 bytes, or undefined where we have nothing to say. */
  nextFrame(cursor: number): { readonly frame: Uint8Array; readonly utteranceId: string } | undefined {
    this.#cursor = cursor
    if (this.#paused) return undefined
    let frame: Uint8Array | undefined
    let utteranceId = ''
    let filled = 0
    const breathing = this.#pauseFrames > 0
    if (breathing) this.#pauseFrames--
    while (filled < FRAME_SAMPLES) {
      const next = this.#nextAudio()
      if (next === undefined) break
      const { utterance, sentence } = next
      if (!sentence.started) {
        if (breathing || this.#pauseFrames > 0) break
        sentence.started = true
        this.#mark(utterance, sentence, 'started')
      }
      frame ??= new Uint8Array(FRAME_SAMPLES).fill(this.#silenceCode)
      utteranceId ||= utterance.id
      filled += this.#take(sentence, frame, filled)
      this.#finishIfPlayed(utterance, sentence)
    }
    this.#settle()
    return frame === undefined ? undefined : { frame, utteranceId }
  }

  #utterance(id: string): Utterance {
    const known = this.#utterances.get(id)
    if (known !== undefined) return known
    // One speaks at a time: a new utterance means that nothing more comes of those before, whose speaker may be dead.
    for (const earlier of this.#utterances.values()) this.#complete(earlier)
    this.#settle()
    this.#forgetOld()
    const utterance: Utterance = {
      id,
      sentences: [],
      complete: false,
      interrupted: false,
      doneAt: undefined,
    }
    this.#utterances.set(id, utterance)
    return utterance
  }

  #complete(utterance: Utterance): void {
    if (utterance.doneAt !== undefined) return
    for (const sentence of utterance.sentences) this.#endSentence(utterance, sentence)
    utterance.complete = true
  }

  #endSentence(utterance: Utterance, sentence: Sentence): void {
    sentence.ended = true
    this.#finishIfPlayed(utterance, sentence)
  }

  #current(): Utterance | undefined {
    for (const utterance of this.#utterances.values()) if (utterance.doneAt === undefined) return utterance
    return undefined
  }

  /** The first sentence with audio; behind a sentence still open nothing else may be said. */
  #nextAudio(): { utterance: Utterance; sentence: Sentence } | undefined {
    for (const utterance of this.#utterances.values()) {
      if (utterance.doneAt !== undefined) continue
      for (const sentence of utterance.sentences) {
        if (sentence.outcome !== undefined) continue
        if (sentence.chunks.length > 0) return { utterance, sentence }
        if (!sentence.ended) return undefined
        this.#finishIfPlayed(utterance, sentence) // a sentence without audio
      }
      if (!utterance.complete) return undefined
    }
    return undefined
  }

  #take(sentence: Sentence, frame: Uint8Array, filled: number): number {
    const chunk = sentence.chunks[0] ?? new Uint8Array()
    const part = chunk.subarray(sentence.offset, sentence.offset + FRAME_SAMPLES - filled)
    frame.set(part, filled)
    sentence.offset += part.length
    sentence.played += part.length
    this.#queuedBytes -= part.length
    if (sentence.offset >= chunk.length) {
      sentence.chunks.shift()
      sentence.offset = 0
    }
    return part.length
  }

  #finishIfPlayed(utterance: Utterance, sentence: Sentence): void {
    if (sentence.outcome !== undefined || !sentence.ended || sentence.chunks.length > 0) return
    sentence.outcome = 'played'
    if (sentence.started) this.#pauseFrames = PAUSE_FRAMES
    this.#mark(utterance, sentence, 'finished')
  }

  #interrupt(utterance: Utterance): void {
    if (utterance.doneAt !== undefined) return
    utterance.interrupted = true
    utterance.complete = true
    this.#pauseFrames = 0
    for (const sentence of utterance.sentences) {
      if (sentence.outcome !== undefined) continue
      this.#queuedBytes -= sentence.total - sentence.played
      sentence.chunks = []
      sentence.ended = true
      sentence.outcome = 'interrupted'
      this.#mark(utterance, sentence, 'interrupted')
    }
  }

  /** Reports utterances that are over, and that nothing is left. */
  #settle(): void {
    for (const utterance of this.#utterances.values()) {
      if (utterance.doneAt !== undefined || !utterance.complete) continue
      if (utterance.sentences.some((sentence) => sentence.outcome === undefined)) break
      utterance.doneAt = this.#cursor
      const { id: utteranceId, interrupted } = utterance
      this.#emit({ type: 'utterance.done', utteranceId, interrupted, cursor: this.#cursor })
    }
    if (!this.idle || this.#idleWaiters.length === 0) return
    const waiters = this.#idleWaiters
    this.#idleWaiters = []
    for (const resolve of waiters) resolve()
  }

  #mark(utterance: Utterance, sentence: Sentence, event: 'started' | 'finished' | 'interrupted'): void {
    this.#emit({
      type: 'mark',
      utteranceId: utterance.id,
      sentence: sentence.index,
      event,
      playedMs: toMs(sentence.played),
      cursor: this.#cursor,
    })
  }

  #forgetOld(): void {
    for (const [id, { doneAt }] of this.#utterances)
      if (doneAt !== undefined && this.#cursor - doneAt > REMEMBER_SAMPLES) this.#utterances.delete(id)
  }
}

function newSentence(index: number, text: string, mustBeHeard: boolean): Sentence {
  return {
    index,
    text,
    mustBeHeard,
    ended: false,
    chunks: [],
    offset: 0,
    total: 0,
    played: 0,
    outcome: undefined,
    started: false,
  }
}

function sentenceState(sentence: Sentence): SentenceState {
  const { index, text } = sentence
  const state =
    sentence.outcome ?? (!sentence.ended ? 'open' : sentence.started ? ('playing' as const) : 'queued')
  return { index, text, state, totalMs: toMs(sentence.total), playedMs: toMs(sentence.played) }
}

/** Not rounded: a worker that goes on with a sentence computes its place from it. */
const toMs = (bytes: number) => bytes / SAMPLES_PER_MS
const badMessage = (message: string) => new PlayoutError('bad_message', message)
