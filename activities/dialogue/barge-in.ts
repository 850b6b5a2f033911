/** The caller cut our speech: did they want the word, or only show that they listen? Pure. */
import type { UtteranceState } from '../../domain/media-socket.ts'
import { isBackchannel } from './completeness.ts'
import { type ExpectedAnswer, expectedAnswer } from './expected-answer.ts'
import { heardOfUtterance } from './heard.ts'

/** Of a question so much must have been heard that a yes can answer it. */
const QUESTION_HEARD = 0.6

/**
 * "네", "음" over our speech: we go on with what was cut. Over the end of a question that a yes answers they are that yes.
 * @param cut the utterance that the words cut.
 */
export function onlyListens(words: string, cut: UtteranceState): boolean {
  return isBackchannel(words) && !isAnsweredByYes(cut)
}

function isAnsweredByYes(cut: UtteranceState): boolean {
  const text = cut.sentences.map((sentence) => sentence.text).join(' ')
  const expected = expectedAnswer(text)
  if (expected !== 'yes_no' && expected !== 'check') return false
  const question = cut.sentences.at(-1)
  if (question === undefined || cut.sentences.slice(0, -1).some(({ state }) => state !== 'played'))
    return false
  return heardOfUtterance(cut).length >= text.length - question.text.length * (1 - QUESTION_HEARD)
}

/** Whether a bare "네" can be an answer; after a question for a name it shows that somebody listens. */
export const takesYes = (expected: ExpectedAnswer): boolean =>
  expected === 'yes_no' || expected === 'check' || expected === 'open'
