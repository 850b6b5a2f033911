/** Listening: from a cursor until the caller's turn ends, nobody speaks, or the call is over. */
import type { CallerSpeech } from '../../domain/dialogue.ts'
import { SAMPLES_PER_MS, type UtteranceState } from '../../domain/media-socket.ts'
import { onlyListens, takesYes } from './barge-in.ts'
import { isBackchannel } from './completeness.ts'
import { decideEndOfTurn, type EndpointingInput, mayBeTheEnd, PENDING_WORDS_MS } from './endpointing.ts'
import type { ExpectedAnswer } from './expected-answer.ts'
import type { LegSession } from './leg-session.ts'
import type { CallerView } from './leg-state.ts'

export type ListenResult =
  | { readonly kind: 'words'; readonly caller: CallerSpeech; readonly heardUntil: number }
  /** Nobody spoke for `noReplyMs`. */
  | { readonly kind: 'silence'; readonly heardUntil: number }
  /** Our speech was cut by something that was no words, or by a word that only shows that somebody listens. */
  | { readonly kind: 'false_bargein'; readonly heardUntil: number }
  /** The caller hung up, perhaps in the middle of a sentence. */
  | { readonly kind: 'ended'; readonly caller: CallerSpeech | null; readonly heardUntil: number }

/** What listening needs of a leg. */
export type HeardLeg = Pick<LegSession, 'state' | 'changed' | 'throwIfFailed' | 'lastChangeAt'>

export interface ListenInput {
  readonly session: HeardLeg
  /** Samples. */
  readonly since: number
  /** Our last utterance, once the caller has cut it: before this turn or while it listens. */
  readonly cut: () => UtteranceState | null
  /** This turn was answered by a worker that was lost: only the words are wanted again. */
  readonly again: boolean
  /** What our last words ask for; nothing where they were cut. */
  readonly expected: ExpectedAnswer
  /** Silence after which the caller is asked whether they are still there. */
  readonly noReplyMs: number
  /** Told at each change: the words with which the caller may have finished; null when they go on. */
  readonly onMayBeTheEnd: (words: string | null) => void
  /** Told at each change: what the caller is saying so far; '' before the first word. */
  readonly onWords?: (words: string) => void
  readonly signal: AbortSignal
}

/** After the last key that was pressed; '#' ends at once. */
const DIGITS_END_MS = 2_000
/** A monologue is answered at some point. */
const MAX_TURN_MS = 90_000
/** How long before the end of our speech a "네" may lie and still be an answer to what a yes answers. */
const ANSWER_OVERLAP_MS = 1_500
const POLL_MS = 100

/** @throws MediaSocketError or SpeechError when the leg can't be heard any more; the signal's reason. */
export async function listen(input: ListenInput): Promise<ListenResult> {
  const { session, signal } = input
  let since = input.since
  for (;;) {
    signal.throwIfAborted()
    if (session.state.ended) return await afterTheEnd(session, since)
    session.throwIfFailed()
    const view = session.state.viewSince(since)
    input.onWords?.(view.words)
    const step = assess(session, view, since, input)
    // Always forward: what would be skipped again and again would keep the whole worker from everything else.
    if (step.kind === 'skip') since = Math.max(step.until, since + 1)
    else if (step.kind !== 'wait') return step
    else await session.changed(POLL_MS, signal)
  }
}

type Assessment =
  | Exclude<ListenResult, { kind: 'ended' }>
  | { readonly kind: 'wait' }
  /** What was heard up to here is no turn. */
  | { readonly kind: 'skip'; readonly until: number }

function assess(session: HeardLeg, view: CallerView, since: number, input: ListenInput): Assessment {
  const { state } = session
  if (view.digits !== '') {
    const quietMs = (state.cursor - view.lastDigit) / SAMPLES_PER_MS
    if (view.digits.endsWith('#') || quietMs >= DIGITS_END_MS) return heard(view, state.cursor)
    return { kind: 'wait' }
  }
  // While we speak and were not cut, what the caller says is a "yes, I'm listening".
  if (state.isPlaying && !input.again) return { kind: 'wait' }
  if (!view.hasVoice && view.words === '') {
    const quietFrom = input.again ? since : Math.max(since, state.playedUntil)
    const silent = (state.cursor - quietFrom) / SAMPLES_PER_MS >= input.noReplyMs
    return silent ? { kind: 'silence', heardUntil: state.cursor } : { kind: 'wait' }
  }
  return assessVoice(session, view, input)
}

function assessVoice(session: HeardLeg, view: CallerView, input: ListenInput): Assessment {
  const { state } = session
  const { onMayBeTheEnd } = input
  const cut = input.cut()
  const expected = cut === null ? input.expected : 'open'
  const voice: EndpointingInput = {
    speaking: view.speaking,
    silenceMs: view.silence / SAMPLES_PER_MS,
    words: view.words,
    expected,
    unrecognizedMs: Math.max(0, view.voiceEnd - view.wordsEnd) / SAMPLES_PER_MS,
    isOpen: view.isOpen,
    wasCut: cut !== null,
    quietMs: performance.now() - session.lastChangeAt,
  }
  switch (decideEndOfTurn(voice)) {
    case 'wait': {
      onMayBeTheEnd(mayBeTheEnd(voice) ? view.words : null)
      const tooLong = view.words !== '' && state.cursor - view.voiceStart > MAX_TURN_MS * SAMPLES_PER_MS
      return tooLong ? heard(view, state.cursor) : { kind: 'wait' }
    }
    case 'noise':
      return cut !== null
        ? { kind: 'false_bargein', heardUntil: view.voiceEnd }
        : { kind: 'skip', until: view.voiceEnd }
    case 'end': {
      if (cut !== null && onlyListens(view.words, cut))
        return { kind: 'false_bargein', heardUntil: view.voiceEnd }
      const overlapMs = takesYes(expected) ? ANSWER_OVERLAP_MS : 0
      const overlapsAnswer = view.voiceEnd < state.playedUntil - overlapMs * SAMPLES_PER_MS
      if (overlapsAnswer && cut === null && isBackchannel(view.words))
        return { kind: 'skip', until: view.voiceEnd }
      return heard(view, Math.max(view.voiceEnd, view.wordsEnd))
    }
  }
}

function heard(view: CallerView, heardUntil: number): Extract<ListenResult, { kind: 'words' }> {
  return { kind: 'words', caller: callerSpeech(view), heardUntil: Math.round(heardUntil) }
}

/** Keys that were pressed are part of what the caller said. */
export function callerSpeech(view: CallerView): CallerSpeech {
  const digits = view.digits.replace(/[#*]/g, '')
  return {
    words: [view.words, digits].filter((part) => part !== '').join(' '),
    confidence: view.confidence ?? 0.8,
    ...(view.heard.length === 0 ? {} : { heard: view.heard }),
    ...(view.language === null ? {} : { language: view.language }),
    startMs: Math.round(view.voiceStart / SAMPLES_PER_MS),
    endMs: Math.round(Math.max(view.voiceEnd, view.voiceStart) / SAMPLES_PER_MS),
  }
}

/** Words that were spoken before the caller hung up still arrive from recognition for a moment. */
async function afterTheEnd(session: HeardLeg, since: number): Promise<ListenResult> {
  let leftMs = PENDING_WORDS_MS
  let view = session.state.viewSince(since)
  while (leftMs > 0 && view.hasVoice && view.wordsEnd < view.voiceEnd - 200 * SAMPLES_PER_MS) {
    const waitsSince = performance.now()
    await session.changed(POLL_MS)
    // Where this process stood still meanwhile, nobody was given that time.
    leftMs -= Math.min(performance.now() - waitsSince, 2 * POLL_MS)
    view = session.state.viewSince(since)
  }
  const caller = view.words === '' && view.digits === '' ? null : callerSpeech(view)
  return { kind: 'ended', caller, heardUntil: Math.round(Math.max(view.voiceEnd, view.wordsEnd)) }
}
