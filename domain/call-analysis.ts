/** What a call came to, as read from its words after it is over. */

import { TALK_LANGUAGES, type TalkLanguage } from './talk-language.ts'

export const SENTIMENTS = ['positive', 'neutral', 'negative'] as const
export type Sentiment = (typeof SENTIMENTS)[number]

export const CALL_OUTCOMES = [
  'order_placed',
  /** Something of an order was told, but it was not placed. */
  'order_unfinished',
  'order_changed',
  'order_cancelled',
  /** A question was answered: price, "has it arrived?". */
  'question_answered',
  'complaint',
  'person_wanted',
  'wrong_number',
  /** Nobody spoke, or of nothing that concerns us. */
  'nothing',
] as const
export type CallOutcome = (typeof CALL_OUTCOMES)[number]

export const CALL_LANGUAGES = TALK_LANGUAGES
export type CallLanguage = TalkLanguage

export interface CallAnalysis {
  /** One or two sentences in Korean. */
  readonly summary: string
  readonly outcome: CallOutcome
  /** Of the whole call. */
  readonly sentiment: Sentiment
  /** Of each thing that the customer said, in order. */
  readonly sentiments: readonly Sentiment[]
  /** Spoken by the customer. */
  readonly language: CallLanguage
  /** What a person of ours still has to do, in Korean; usually nothing. */
  readonly followUps: readonly string[]
}

/** What is known of a call without reading its words; it counts more than what is read from them. */
export interface CallFactsKnown {
  readonly orderPlaced: boolean
  /** A colleague was promised. */
  readonly personWanted: boolean
}

/** The database, not the model, knows whether an order was placed. */
export function withFacts(analysis: CallAnalysis, facts: CallFactsKnown): CallAnalysis {
  if (facts.personWanted)
    return analysis.outcome === 'complaint' ? analysis : { ...analysis, outcome: 'person_wanted' }
  if (facts.orderPlaced) return { ...analysis, outcome: 'order_placed' }
  return analysis.outcome === 'order_placed' ? { ...analysis, outcome: 'order_unfinished' } : analysis
}
