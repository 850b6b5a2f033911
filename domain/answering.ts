/**
 * Who has answered a call that we placed: a person, a machine, call screening, a fax, or nobody. Pure: asked again and
 * again with what was heard since the answer, it says so as soon as it is known, five seconds after the answer at the
 * latest.
 */
import type { LineTone } from './media-socket.ts'

export const ANSWERED_BY = ['person', 'machine', 'screening', 'fax', 'silence'] as const
export type AnsweredBy = (typeof ANSWERED_BY)[number]

/** What was heard since the answer; times in ms from it. */
export interface HeardSinceAnswer {
  /** How much of the line was heard. */
  readonly elapsedMs: number
  /** Stretches of voice, oldest first; one that still goes on ends at `elapsedMs`. */
  readonly voice: readonly { readonly startMs: number; readonly endMs: number }[]
  readonly isSpeaking: boolean
  /** Recognised so far, perhaps less than was spoken. */
  readonly words: string
  /** Where the recognised words end; 0 where there are none. */
  readonly wordsUntilMs: number
  readonly tones: readonly { readonly tone: LineTone; readonly atMs: number }[]
}

export const DECIDED_BY_MS = 5_000
/** A person says hello and waits. */
const HELLO_END_MS = 500
const LONGEST_HELLO_MS = 2_500
/** A hello that was understood as one needs no such silence. */
const KNOWN_HELLO_END_MS = 260
/** Words that a hello has at most; announcements have more. */
const HELLO_WORDS = 8
/** Recognition is waited for so long after the voice has ended. */
const WORDS_LATE_MS = 600
/** Voice without a break for so long is read out. */
const MONOLOGUE_MS = 3_800
/** Fewer words than these in a long utterance say nothing; of so many it is an announcement. */
const ANNOUNCEMENT_WORDS = 9

/** Screening asks for a name or a reason before somebody picks up; it listens to the answer. */
const SCREENING = [
  /(성함|이름).{0,12}(용건|이유)|용건을?\s*(말씀|남겨|알려)|전화(하신|를\s*거신)\s*(이유|목적)/,
  /통화\s*(스크리닝|필터링)|(어시스턴트|비서)(가|를)?\s*.{0,16}(대신|응답)/,
  /(say|state|record)\s+your\s+name|reason\s+(for|you('re| are))\s+call|who('s| is)\s+calling.{0,40}(connect|available)/i,
  /screening\s+(service|your\s+call)|see\s+if\s+(this\s+person|they)/i,
] as const
const MACHINE = [
  /음성\s*사서함|소리샘|음성\s*메시지|메시지를?\s*남[겨기]|삐\s*소리|신호음/,
  /전화를?\s*받을\s*수\s*없|연결이?\s*(되지|안)|연결할\s*수\s*없|부재\s*중|전원이?\s*꺼져/,
  /(고객|지금\s*거신)\s*(님의)?\s*(전화|번호)(기|는|가)?.{0,20}(꺼져|없는|않)/,
  /leave\s+(a|your)\s+(message|name)|after\s+the\s+(tone|beep)|voice\s?mail|not\s+available|can(no|')?t\s+(take|come\s+to)/i,
  /(is|has\s+been)\s+(switched|turned)\s+off|number\s+you\s+(have\s+)?(dialed|called)/i,
] as const
const HELLO =
  /^(네+|예+|여보세요|누구세요|누구십니까|말씀하세요|hello|hi|yes|speaking|もしもし|喂|你好)([\s,.?!].{0,24})?$/i
const FAX: ReadonlySet<LineTone> = new Set(['fax_calling', 'fax_answer'])

/** What the words alone tell; null: nothing. Screening comes first: it speaks of messages, too. */
export function announcedBy(words: string): 'screening' | 'machine' | null {
  if (SCREENING.some((pattern) => pattern.test(words))) return 'screening'
  return MACHINE.some((pattern) => pattern.test(words)) ? 'machine' : null
}

const wordCount = (words: string): number => words.split(/\s+/).filter((word) => word !== '').length

/** Null while it is not known. */
export function answeredBy(heard: HeardSinceAnswer): AnsweredBy | null {
  const { elapsedMs, voice, isSpeaking, words, wordsUntilMs, tones } = heard
  if (tones.some(({ tone }) => FAX.has(tone))) return 'fax'
  const announced = announcedBy(words)
  if (announced !== null) return announced
  if (tones.some(({ tone }) => tone === 'beep')) return 'machine'
  const isLate = elapsedMs >= DECIDED_BY_MS
  const first = voice[0]
  const last = voice.at(-1)
  if (first === undefined || last === undefined) return words === '' ? (isLate ? 'silence' : null) : 'person'
  const spokenMs = last.endMs - first.startMs
  if (wordCount(words) >= ANNOUNCEMENT_WORDS && spokenMs >= LONGEST_HELLO_MS) return 'machine'
  if (isSpeaking && last.endMs - last.startMs >= MONOLOGUE_MS) return 'machine'
  const silenceMs = isSpeaking ? 0 : elapsedMs - last.endMs
  const isHello = HELLO.test(words.trim()) && !isSpeaking
  if (isHello && silenceMs >= KNOWN_HELLO_END_MS) return 'person'
  const isPending = wordsUntilMs < last.endMs - HELLO_END_MS && silenceMs < WORDS_LATE_MS
  const isShort = spokenMs <= LONGEST_HELLO_MS && wordCount(words) <= HELLO_WORDS
  if (silenceMs >= HELLO_END_MS && isShort && !isPending) return 'person'
  // Who spoke little so far is treated as a person: to talk to a machine costs less than to hang up on somebody.
  return isLate ? (spokenMs > LONGEST_HELLO_MS && isSpeaking ? 'machine' : 'person') : null
}

export interface AnsweringPolicy {
  /** What is done with an answering machine. */
  readonly machine: 'leave_message' | 'hang_up'
}

/** What follows from who answered. */
export type AnsweredStep =
  | 'talk'
  /** Say who calls and why, then listen: somebody may pick up. */
  | 'introduce'
  | 'leave_message'
  | 'hang_up'

export function stepAfter(by: AnsweredBy, policy: AnsweringPolicy): AnsweredStep {
  switch (by) {
    case 'person':
    // Perhaps somebody waits for us to speak; who stays silent is asked, and hung up on later.
    case 'silence':
      return 'talk'
    case 'screening':
      return 'introduce'
    case 'machine':
      return policy.machine
    case 'fax':
      return 'hang_up'
  }
}

/** From the answer; a machine that has not stopped by then is given up. */
export const MESSAGE_BY_MS = 20_000
/** Some machines have no beep, or one that nobody recognises. */
const NO_BEEP_SILENCE_MS = 2_000

/**
 * Whether a message may be spoken now; `never`: the machine speaks on and on, or its box is full.
 * @param heard since the answer.
 */
export function messageMoment(heard: HeardSinceAnswer): 'now' | 'wait' | 'never' {
  const { elapsedMs, voice, isSpeaking, words, tones } = heard
  if (/(사서함|메일함).{0,8}(가득|꽉)|(mailbox|voice\s?mail).{0,12}full/i.test(words)) return 'never'
  if (tones.some(({ tone }) => FAX.has(tone))) return 'never'
  const beepAt = tones.findLast(({ tone }) => tone === 'beep')?.atMs
  const voiceUntil = voice.at(-1)?.endMs ?? 0
  if (beepAt !== undefined && beepAt >= voiceUntil - HELLO_END_MS) return 'now'
  if (!isSpeaking && voice.length > 0 && elapsedMs - voiceUntil >= NO_BEEP_SILENCE_MS) return 'now'
  return elapsedMs >= MESSAGE_BY_MS ? 'never' : 'wait'
}
