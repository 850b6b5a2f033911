/** What a requested call brought. Pure. */
import type { OutboundProgress } from './outbound-request.ts'
import type { QuestionState } from './question-answers.ts'

export type AnswerStatus = 'answered' | 'unclear' | 'refused' | 'not_asked'

/** Names as they go over the wire. */
export interface OutboundAnswer {
  readonly question_id: string
  readonly question_text: string
  readonly status: AnswerStatus
  /** What they said, word for word. */
  readonly answer_text: string | null
  readonly answer_summary: string | null
  /** 0 to 1. */
  readonly confidence: number
}

/** From the answer to the end, whole seconds; 0 where nobody answered or it goes on. */
export function secondsTalked({
  answeredAt,
  completedAt,
}: Pick<OutboundProgress, 'answeredAt' | 'completedAt'>): number {
  if (answeredAt === null || completedAt === null) return 0
  return Math.max(0, Math.round((Date.parse(completedAt) - Date.parse(answeredAt)) / 1000))
}

/** A question that was never settled nor even answered unclearly was not asked. */
export function answerTo(question: QuestionState): OutboundAnswer {
  const { id, text, status, answer, words, confidence } = question
  return {
    question_id: id,
    question_text: text,
    status: status === 'pending' ? 'not_asked' : status,
    answer_text: words,
    answer_summary: answer,
    confidence,
  }
}

/** Times that one side spoke; sentences of one utterance are one. */
export const turnsOf = <Speaker>(
  transcript: readonly { readonly speaker: Speaker }[],
  speaker: Speaker,
): number => transcript.filter((line) => line.speaker === speaker).length
