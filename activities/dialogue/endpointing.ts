/**
 * When has the caller finished? Decided from voice activity and what the partial transcript says: a
 * finished Korean sentence is answered after a breath, a number being dictated is waited for. Pure; time
 * is an argument.
 */
import { type Completeness, completenessOf } from './completeness.ts'
import type { ExpectedAnswer } from './expected-answer.ts'

/**
 * Silence after the last voice that ends a turn, by how finished the words sound. Ms. The gateway needs 200 ms to be
 * sure that a voice has ended.
 */
export const END_SILENCE_MS: Readonly<Record<Completeness, number>> = {
  answer: 260,
  complete: 350,
  noun: 500,
  open: 700,
  incomplete: 1_500,
  dictation: 2_500,
}

/** Voice after so long a silence belongs to another turn, however the words before it sound. */
export const MAX_END_SILENCE_MS = 3_000
/** Words that voice activity promises but recognition has not given yet are waited for this long. */
export const PENDING_WORDS_MS = 1_500
/** The same while a phrase is open: recognition closes each, and until then more of it may come, however slow it is. */
const OPEN_PHRASE_MS = 5_000
/** Voice without words, where nothing waits for it to be called noise. */
const NOISE_MS = 2_500
/** Recognition dates the end of a word to within this. */
const WORD_END_TOLERANCE_MS = 400
/** Voice beyond the recognised words that is at least a syllable. */
const CUT_WORD_MS = 100

export interface EndpointingInput {
  /** The caller's voice is heard at this moment. */
  readonly speaking: boolean
  /** Time since the last voice, on the caller's own clock. */
  readonly silenceMs: number
  /** Everything recognised in this turn so far. */
  readonly words: string
  /** What our last words asked for. */
  readonly expected: ExpectedAnswer
  /** How much of the voice the recognised words don't reach yet, on the caller's clock. */
  readonly unrecognizedMs: number
  /** Recognition may still add to its last phrase. */
  readonly isOpen: boolean
  /** The voice cut our speech, which is to go on if it was nothing. */
  readonly wasCut: boolean
  /** Time since the words changed or voice ended last, on ours. */
  readonly quietMs: number
}

export type EndpointDecision =
  | 'wait'
  /** The caller has finished. */
  | 'end'
  /** There was voice but no words: a cough, a door. */
  | 'noise'

/**
 * @example decideEndOfTurn({ …, speaking: false, silenceMs: 280, words: '네 맞아요', expected: 'yes_no' }) // 'end'
 */
export function decideEndOfTurn(input: EndpointingInput): EndpointDecision {
  if (input.speaking) return 'wait'
  if (input.words === '') {
    const limitMs = input.wasCut ? PENDING_WORDS_MS : NOISE_MS
    return input.silenceMs >= limitMs && input.quietMs >= limitMs ? 'noise' : 'wait'
  }
  const pendingMs = input.isOpen ? OPEN_PHRASE_MS : PENDING_WORDS_MS
  if (input.unrecognizedMs > WORD_END_TOLERANCE_MS && input.quietMs < pendingMs) return 'wait'
  return input.silenceMs >= END_SILENCE_MS[soundsLike(input)] ? 'end' : 'wait'
}

/**
 * The caller has paused where they may have finished: worth thinking of an answer already, which is thrown away when
 * they go on.
 */
export function mayBeTheEnd(input: EndpointingInput): boolean {
  if (input.speaking || input.words === '' || input.unrecognizedMs > WORD_END_TOLERANCE_MS) return false
  return END_SILENCE_MS[soundsLike(input)] <= END_SILENCE_MS.open
}

function soundsLike({ words, unrecognizedMs, expected }: EndpointingInput): Completeness {
  const isCut = unrecognizedMs > CUT_WORD_MS
  if (isCut && endsWhenCompleted(words)) return 'complete'
  const completeness = completenessOf(words, expected)
  // A syllable is still missing: it may be the one that makes a short answer a longer one.
  return isCut && completeness === 'answer' ? 'complete' : completeness
}

/** Hypotheses lag by a syllable or two: "특2호실입니" can only become a finished sentence. */
function endsWhenCompleted(words: string): boolean {
  const last = words.split(/\s+/).at(-1) ?? ''
  return /.[습입합됩빕]니$|.(세|이에|예|어|아|해|돼|워|줘|봐)$/.test(last)
}
