/** What a lost worker left open at the gateway. */
import type { LegSession } from './leg-session.ts'

/**
 * An answer whose worker was lost and whose turn was given up gets no more audio: it must not be waited for.
 * @param turnId whose answer is still to come, or to go on.
 */
export function closeOrphans(session: LegSession, turnId: string): void {
  const { state } = session
  for (const utterance of state.utterances.values()) {
    if (utterance.complete || utterance.utteranceId === turnId) continue
    const { utteranceId } = utterance
    for (const sentence of utterance.sentences) {
      if (sentence.state !== 'open') continue
      session.send({ type: 'sentence.start', utteranceId, sentence: sentence.index, text: sentence.text })
      session.send({ type: 'sentence.end', utteranceId, sentence: sentence.index })
      state.noteSentence(utteranceId, { ...sentence, state: 'queued' })
    }
    session.send({ type: 'utterance.end', utteranceId })
    state.noteComplete(utteranceId)
  }
}
