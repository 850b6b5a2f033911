/** The hello of somebody whom we called. */
import type { CallerSpeech } from '../../domain/dialogue.ts'
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import type { LegSession } from './leg-session.ts'
import { callerSpeech } from './listen.ts'

/** Nobody has said a word by then: we begin. */
const NO_HELLO_MS = 2_500
/** Silence that ends a hello: it is short, and the next word is ours. */
const HELLO_END_MS = 500
/** A recorded announcement or a chat in the background is not waited for. */
const LONGEST_HELLO_MS = 6_000
const POLL_MS = 100

/**
 * Waits for the hello and its end, on the callee's own clock.
 * @param since samples; usually 0, the answer.
 */
export async function hearHello(
  session: LegSession,
  since: number,
  signal: AbortSignal,
): Promise<{ readonly caller: CallerSpeech | null; readonly heardUntil: number }> {
  for (;;) {
    signal.throwIfAborted()
    const { state } = session
    const view = state.viewSince(since)
    const elapsedMs = (state.cursor - since) / SAMPLES_PER_MS
    const silenceMs = view.silence / SAMPLES_PER_MS
    const saidHello = view.hasVoice && !view.speaking && silenceMs >= HELLO_END_MS
    const nobodySpeaks = !view.hasVoice && elapsedMs >= NO_HELLO_MS
    if (state.ended || saidHello || nobodySpeaks || elapsedMs >= LONGEST_HELLO_MS) {
      const caller = view.words === '' ? null : callerSpeech(view)
      return { caller, heardUntil: Math.round(state.cursor) }
    }
    session.throwIfFailed()
    await session.changed(POLL_MS, signal)
  }
}
