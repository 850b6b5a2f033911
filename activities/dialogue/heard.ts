/** What of our speech did the caller hear before they broke in? Pure. */
import type { Interruption } from '../../domain/dialogue.ts'
import type { SentenceState, UtteranceState } from '../../domain/media-socket.ts'

/**
 * The words of a sentence that fit into what was played. A word counts when most of it was heard.
 * @example heardOfSentence('받으시는 분 성함이 어떻게 되세요?', 1200, 3000) // '받으시는 분'
 */
export function heardOfSentence(text: string, playedMs: number, totalMs: number): string {
  if (playedMs <= 0 || totalMs <= 0) return ''
  if (playedMs >= totalMs) return text
  const words = text.split(' ')
  const length = words.reduce((sum, word) => sum + word.length, 0)
  const heardLength = (playedMs / totalMs) * length
  let reached = 0
  const heard: string[] = []
  for (const word of words) {
    if (reached + word.length * 0.6 > heardLength) break
    heard.push(word)
    reached += word.length
  }
  return heard.join(' ')
}

function heardOf(sentence: SentenceState): string {
  switch (sentence.state) {
    case 'played':
      return sentence.text
    case 'interrupted':
      return heardOfSentence(sentence.text, sentence.playedMs, sentence.totalMs)
    case 'playing':
    case 'open':
    case 'queued':
      return ''
  }
}

/** Of an interrupted utterance: its sentences up to the cut. */
export function heardOfUtterance(utterance: UtteranceState): string {
  return utterance.sentences
    .map(heardOf)
    .filter((text) => text !== '')
    .join(' ')
}

export const wasInterrupted = (utterance: UtteranceState): boolean =>
  utterance.sentences.some((sentence) => sentence.state === 'interrupted')

/** Our latest utterance before the turn `ownUtteranceId`, when the caller cut it. */
export function cutUtterance(
  utterances: Iterable<UtteranceState>,
  ownUtteranceId: string,
): UtteranceState | null {
  const last = [...utterances].filter((utterance) => utterance.utteranceId !== ownUtteranceId).at(-1)
  return last !== undefined && wasInterrupted(last) ? last : null
}

/** What a cut kept the caller from hearing, from the start of the sentence that was cut. */
export const unheardOf = (cut: UtteranceState): readonly string[] =>
  cut.sentences.filter((sentence) => sentence.state === 'interrupted').map(({ text }) => text)

/** All cut utterances but the one of the turn under way, which its successor reports. */
export function interruptionsOf(
  utterances: Iterable<UtteranceState>,
  ownUtteranceId: string,
): Interruption[] {
  return [...utterances]
    .filter((utterance) => utterance.utteranceId !== ownUtteranceId && wasInterrupted(utterance))
    .map((utterance) => ({ utteranceId: utterance.utteranceId, heard: heardOfUtterance(utterance) }))
}
