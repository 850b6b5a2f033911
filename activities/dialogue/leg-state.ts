/**
 * What is known of a leg: voice activity, recognised words and our own utterances, all on the caller's
 * clock (samples since the answer). Pure: fed with messages, asked what the caller has said since a cursor.
 */
import type { HeardWord } from '../../domain/heard-words.ts'
import {
  type GatewayMessage,
  type LineTone,
  SAMPLES_PER_MS,
  type SentenceState,
  type UtteranceState,
} from '../../domain/media-socket.ts'
import type { TalkLanguage } from '../../domain/talk-language.ts'
import { MAX_END_SILENCE_MS } from './endpointing.ts'

/** Recognised words. Cursors in samples. */
export interface Phrase {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly confidence: number | null
  /** Of a settled phrase, where the service tells: the words of `text`. */
  readonly words?: readonly HeardWord[]
  readonly language?: TalkLanguage | null
}

/** A stretch of the caller's voice; `end` null while it lasts. */
interface VoiceSegment {
  readonly start: number
  end: number | null
}

/** What the caller has said since a cursor. */
export interface CallerView {
  readonly words: string
  /** Mean of the settled phrases; null while none is settled. */
  readonly confidence: number | null
  /** Each word of the settled phrases, where the service tells. */
  readonly heard: readonly HeardWord[]
  /** What was spoken last; null while nothing tells. */
  readonly language: TalkLanguage | null
  readonly hasVoice: boolean
  readonly speaking: boolean
  /** First and last voice, samples; of words whose voice is not told of yet, theirs; the cursor where neither is. */
  readonly voiceStart: number
  readonly voiceEnd: number
  /** Where the recognised words end. */
  readonly wordsEnd: number
  /** The last phrase is not settled: more of it may come. */
  readonly isOpen: boolean
  /** Silence since the last voice, or the gap after which other voice followed. */
  readonly silence: number
  readonly digits: string
  readonly lastDigit: number
}

/** Recognition and voice activity date the same sound to within this many samples. */
const TOLERANCE = 200 * SAMPLES_PER_MS
const MAX_GAP = MAX_END_SILENCE_MS * SAMPLES_PER_MS

export class LegState {
  /** The caller's clock: one past the last sample received. */
  cursor: number
  /** End of our latest speech on the caller's clock. */
  playedUntil = 0
  ended = false
  readonly utterances = new Map<string, UtteranceState>()
  /** Wire latency of each utterance, ms. */
  readonly latencies = new Map<string, number>()
  /** Where each utterance began to sound. */
  readonly startedAt = new Map<string, number>()
  readonly #voice: VoiceSegment[] = []
  readonly #finals: Phrase[] = []
  readonly #tones: { readonly tone: LineTone; readonly cursor: number }[] = []
  readonly #digits: { readonly digit: string; readonly cursor: number }[] = []
  #hypothesis: Phrase | null = null
  /** The phrase that was under way when the last turn ended, as it read then. */
  #taken: { readonly cursor: number; readonly words: string } = { cursor: 0, words: '' }

  readonly #base: number

  /** @param cursor first sample that is known of. */
  constructor(cursor: number) {
    this.cursor = cursor
    this.#base = cursor
  }

  apply(message: GatewayMessage): void {
    switch (message.type) {
      case 'attached':
        for (const utterance of message.utterances) this.utterances.set(utterance.utteranceId, utterance)
        return
      case 'speech.start':
        this.#startVoice(message.cursor)
        return
      case 'speech.end':
        this.#endVoice(message.cursor)
        return
      case 'mark':
        this.#mark(message)
        return
      case 'utterance.done':
        this.playedUntil = Math.max(this.playedUntil, message.cursor)
        return
      case 'bargein':
        this.playedUntil = Math.max(this.playedUntil, message.cursor)
        return // the marks that follow say what was cut
      case 'digit':
        this.#digits.push({ digit: message.digit, cursor: message.cursor })
        return
      case 'latency':
        this.latencies.set(message.utteranceId, message.ms)
        return
      case 'ended':
        this.ended = true
        if (this.#voice.at(-1)?.end === null) this.#endVoice(message.cursor)
        return
      case 'tone':
        this.#tones.push({ tone: message.tone, cursor: message.cursor })
        return
      case 'error':
        return
    }
  }

  hypothesis(phrase: Phrase): void {
    this.#hypothesis = phrase
  }

  final(phrase: Phrase): void {
    this.#hypothesis = null
    this.#finals.push(phrase)
  }

  /** What the writer has sent; the gateway's marks change it from here on. */
  noteSentence(utteranceId: string, sentence: SentenceState): void {
    const known = this.utterances.get(utteranceId)
    const previous = known?.sentences.find((candidate) => candidate.index === sentence.index)
    // A mark may have come before the last of the audio was sent.
    const state = previous === undefined || previous.state === 'open' ? sentence.state : previous.state
    const merged = { ...sentence, state, playedMs: Math.max(sentence.playedMs, previous?.playedMs ?? 0) }
    const others = known?.sentences.filter((candidate) => candidate.index !== sentence.index) ?? []
    const sentences = [...others, merged].sort((a, b) => a.index - b.index)
    this.utterances.set(utteranceId, { utteranceId, complete: known?.complete === true, sentences })
  }

  noteComplete(utteranceId: string): void {
    const known = this.utterances.get(utteranceId)
    if (known !== undefined) this.utterances.set(utteranceId, { ...known, complete: true })
  }

  /** Something of ours is sounding or waiting to. */
  get isPlaying(): boolean {
    for (const utterance of this.utterances.values()) {
      if (utterance.sentences.some(isUnplayed)) return true
    }
    return false
  }

  /** The words up to a cursor are part of a turn: what recognition still adds to them is not said again. */
  take(cursor: number): void {
    const words = this.#hypothesis?.text ?? this.#finals.at(-1)?.text ?? ''
    this.#taken = { cursor, words }
  }

  /**
   * What the caller has said since `since`, up to the first gap that is too long for one turn.
   * @param until leaves out what began later.
   */
  viewSince(since: number, until = Number.POSITIVE_INFINITY): CallerView {
    const segments = this.#voice.filter(
      (segment) => (segment.end ?? Number.POSITIVE_INFINITY) > since && segment.start < until,
    )
    const turn = firstTurn(segments)
    const first = turn.segments[0]
    const last = turn.segments.at(-1)
    const speaking = last !== undefined && last.end === null
    const phrases = this.#phrasesBetween(since, Math.min(turn.nextStart ?? Number.POSITIVE_INFINITY, until))
    const newest = phrases.at(-1)
    const wordsEnd = newest?.end ?? since
    const toldUntil = last === undefined ? since : (last.end ?? this.cursor)
    // Recognition may be ahead of the voice that it heard: then nobody has been silent since the last one.
    const areAhead = newest !== undefined && (last === undefined || newest.start > toldUntil + TOLERANCE)
    const voiceEnd = areAhead ? Math.max(toldUntil, wordsEnd) : toldUntil
    const settled = phrases.filter((phrase) => phrase.confidence !== null)
    const digits = this.#digits.filter((digit) => digit.cursor > since)
    return {
      words: phrases
        .map((phrase) => phrase.text)
        .join(' ')
        .trim(),
      confidence:
        settled.length === 0
          ? null
          : settled.reduce((sum, phrase) => sum + (phrase.confidence ?? 0), 0) / settled.length,
      heard: phrases.flatMap(({ words = [] }) => words),
      language: phrases.findLast((phrase) => phrase.language)?.language ?? null,
      hasVoice: last !== undefined,
      speaking,
      voiceStart: Math.max(since, first?.start ?? phrases[0]?.start ?? since),
      voiceEnd,
      wordsEnd,
      isOpen: newest?.confidence === null,
      silence: speaking ? 0 : (turn.nextStart ?? this.cursor) - voiceEnd,
      digits: digits.map((digit) => digit.digit).join(''),
      lastDigit: digits.at(-1)?.cursor ?? since,
    }
  }

  /** All voice, words and tones since `since`, whatever gaps are between them. A voice that goes on ends now. */
  everythingSince(since: number) {
    const voice = this.#voice.filter(({ end }) => (end ?? Number.POSITIVE_INFINITY) > since)
    const phrases = this.#phrasesBetween(since, Number.POSITIVE_INFINITY)
    return {
      segments: voice.map(({ start, end }) => ({ start: Math.max(start, since), end: end ?? this.cursor })),
      isSpeaking: voice.at(-1)?.end === null,
      words: phrases
        .map(({ text }) => text)
        .join(' ')
        .trim(),
      wordsEnd: phrases.at(-1)?.end ?? since,
      tones: this.#tones.filter(({ cursor }) => cursor > since),
    }
  }

  #startVoice(cursor: number): void {
    const last = this.#voice.at(-1)
    if (last !== undefined && (last.end === null || last.start >= cursor)) return // repeated after a reconnection
    this.#voice.push({ start: cursor, end: null })
  }

  #endVoice(cursor: number): void {
    const last = this.#voice.at(-1)
    if (last !== undefined && last.end === null) last.end = Math.max(cursor, last.start)
    // It began before we listened.
    else if (cursor > (last?.end ?? this.#base))
      this.#voice.push({ start: last?.end ?? this.#base, end: cursor })
  }

  #phrasesBetween(since: number, until: number): Phrase[] {
    const all = this.#hypothesis === null ? this.#finals : [...this.#finals, this.#hypothesis]
    const phrases: Phrase[] = []
    for (const phrase of all) {
      if (phrase.end <= since + TOLERANCE && phrase.start < since) continue
      if (phrase.start >= until - TOLERANCE) continue
      const text = phrase.start < since - TOLERANCE ? this.#untaken(phrase, since) : phrase.text
      if (text !== '') phrases.push({ ...phrase, text, ...lastWords(phrase.words, text) })
    }
    return phrases
  }

  /** One phrase of the service reaches over the end of a turn: only what came after it counts. */
  #untaken(phrase: Phrase, since: number): string {
    if (this.#taken.cursor === since) {
      const rest = withoutPrefix(phrase.text, this.#taken.words)
      if (rest !== null) return rest
    }
    const words = phrase.text.split(' ')
    const share = (since - phrase.start) / Math.max(1, phrase.end - phrase.start)
    return words.slice(Math.round(share * words.length)).join(' ')
  }

  #mark(mark: Extract<GatewayMessage, { type: 'mark' }>): void {
    if (mark.event === 'started' && !this.startedAt.has(mark.utteranceId)) {
      this.startedAt.set(mark.utteranceId, mark.cursor)
    }
    if (mark.event !== 'started') this.playedUntil = Math.max(this.playedUntil, mark.cursor)
    this.#change(mark.utteranceId, (sentence) => {
      if (sentence.index !== mark.sentence) return sentence
      const state = stateAfter(sentence.state, mark.event)
      return { ...sentence, state, playedMs: Math.max(sentence.playedMs, mark.playedMs) }
    })
  }

  #change(utteranceId: string, change: (sentence: SentenceState) => SentenceState): void {
    const known = this.utterances.get(utteranceId)
    if (known === undefined) return
    this.utterances.set(utteranceId, { ...known, sentences: known.sentences.map(change) })
  }
}

/** Old marks come again with the audio around them: they never turn a state back. */
function stateAfter(
  state: SentenceState['state'],
  event: 'started' | 'finished' | 'interrupted',
): SentenceState['state'] {
  if (state === 'played' || state === 'interrupted') return state
  if (event === 'started') return state === 'queued' ? 'playing' : state
  return event === 'finished' ? 'played' : 'interrupted'
}

const isUnplayed = (sentence: SentenceState): boolean =>
  sentence.state === 'open' || sentence.state === 'queued' || sentence.state === 'playing'

/** The segments before the first gap that ends a turn, and where voice goes on after it. */
function firstTurn(segments: readonly VoiceSegment[]): {
  segments: readonly VoiceSegment[]
  nextStart: number | null
} {
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1]
    if (next !== undefined && segment.end !== null && next.start - segment.end >= MAX_GAP) {
      return { segments: segments.slice(0, index + 1), nextStart: next.start }
    }
  }
  return { segments, nextStart: null }
}

/** Those of the rest of a phrase. */
function lastWords(words: Phrase['words'], rest: string): Pick<Phrase, 'words'> {
  return words === undefined ? {} : { words: words.slice(-rest.split(/\s+/).length) }
}

/** What follows `prefix` in `text`, spaces and punctuation aside; null when it does not begin so. */
function withoutPrefix(text: string, prefix: string): string | null {
  const wanted = [...prefix.replace(/[\s\p{P}]/gu, '')]
  let matched = 0
  let end = 0
  for (const char of text) {
    if (matched === wanted.length) break
    end += char.length
    if (/[\s\p{P}]/u.test(char)) continue
    if (char !== wanted[matched]) return null
    matched++
  }
  return matched === wanted.length ? text.slice(end).replace(/^[\s\p{P}]+/u, '') : null
}
