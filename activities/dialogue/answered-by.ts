/** The first seconds of a call that we placed: who has answered, and when a message may be left. */
import { type AnsweredBy, answeredBy, type HeardSinceAnswer, messageMoment } from '../../domain/answering.ts'
import type { CallerSpeech } from '../../domain/dialogue.ts'
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import type { LegSession } from './leg-session.ts'
import { callerSpeech } from './listen.ts'

const POLL_MS = 100

export interface HeardAnswer {
  readonly by: AnsweredBy
  /** What was said by then. */
  readonly caller: CallerSpeech | null
  /** Samples. */
  readonly heardUntil: number
}

type AnsweredLeg = Pick<LegSession, 'state' | 'changed' | 'throwIfFailed'>

/**
 * On the other side's own clock: the answer is `since`, usually 0.
 * @throws MediaSocketError when the leg can't be heard; the signal's reason.
 */
export async function hearWhoAnswers(
  session: AnsweredLeg,
  since: number,
  signal: AbortSignal,
): Promise<HeardAnswer> {
  for (;;) {
    signal.throwIfAborted()
    const { state } = session
    const by = answeredBy(heardSince(session, since)) ?? (state.ended ? 'silence' : null)
    if (by !== null) {
      const view = state.viewSince(since)
      const caller = view.words === '' ? null : callerSpeech(view)
      return { by, caller, heardUntil: Math.round(state.cursor) }
    }
    session.throwIfFailed()
    await session.changed(POLL_MS, signal)
  }
}

/** Silence after which whoever screens a call has read out their question, and after how long we speak all the same. */
const SCREENED_END_MS = 900
const LONGEST_SCREENING_MS = 15_000

/**
 * Known by its first words, a screening service still asks its question: what it says is no answer to ours.
 * @param since samples: the answer.
 * @returns up to where it was heard, samples.
 */
export async function hearScreeningOut(
  session: AnsweredLeg,
  since: number,
  signal: AbortSignal,
): Promise<number> {
  for (;;) {
    signal.throwIfAborted()
    const { state } = session
    const { elapsedMs, voice, isSpeaking, tones } = heardSince(session, since)
    const quietSinceMs = Math.max(voice.at(-1)?.endMs ?? 0, tones.at(-1)?.atMs ?? 0)
    const isOver = !isSpeaking && elapsedMs - quietSinceMs >= SCREENED_END_MS
    if (state.ended || isOver || elapsedMs >= LONGEST_SCREENING_MS) return Math.round(state.cursor)
    session.throwIfFailed()
    await session.changed(POLL_MS, signal)
  }
}

/**
 * Waits for the moment at which a machine records.
 * @returns false when there is none: it speaks on and on, its box is full, or it has hung up.
 */
export async function awaitMessageMoment(
  session: AnsweredLeg,
  since: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted()
    if (session.state.ended) return false
    const moment = messageMoment(heardSince(session, since))
    if (moment !== 'wait') return moment === 'now'
    session.throwIfFailed()
    await session.changed(POLL_MS, signal)
  }
}

function heardSince({ state }: AnsweredLeg, since: number): HeardSinceAnswer {
  const ms = (cursor: number) => Math.max(0, (cursor - since) / SAMPLES_PER_MS)
  const { segments, isSpeaking, words, wordsEnd, tones } = state.everythingSince(since)
  return {
    elapsedMs: ms(state.cursor),
    voice: segments.map(({ start, end }) => ({ startMs: ms(start), endMs: ms(end) })),
    isSpeaking,
    words,
    wordsUntilMs: words === '' ? 0 : ms(wordsEnd),
    tones: tones.map(({ tone, cursor }) => ({ tone, atMs: ms(cursor) })),
  }
}
