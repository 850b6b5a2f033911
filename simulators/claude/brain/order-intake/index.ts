/** Flow `order_intake`: takes a wreath order, and helps with placed ones (order-service). */

import { z } from 'zod'
import { missingFields, ORDER_FIELDS, type OrderField, type OrderFields } from '../../../../domain/order.ts'
import type { MessagesRequest } from '../../protocol.ts'
import type { Answer } from '../answer.ts'
import {
  type CallState,
  type Conversation,
  type ConversationTurn,
  parseJson,
  readConversation,
  type ToolOutcome,
} from '../conversation.ts'
import { answerService } from '../order-service/decide.ts'
import { answerServiceOutcomes } from '../order-service/outcomes.ts'
import {
  answerPictures,
  answerWords,
  endCall,
  nextQuestion,
  pick,
  reask,
  type Situation,
  say,
} from './decide.ts'
import { inWriting } from './in-writing.ts'
import { answerOffer } from './person-offer.ts'
import { ENGLISH } from './phrases-en.ts'
import { KOREAN } from './phrases-ko.ts'
import { type OpenQuestion, openQuestion } from './questions.ts'
import { answerReadBack, dueReadBack } from './read-back.ts'
import { understand } from './understand.ts'

const READ_BACK = /확인해 드리겠습니다|Let me read that back/
const WARNING = /통화를 종료|I will hang up/
const STILL_THERE = /여보세요|Hello\?|still there/
/** What results say that are no JSON: the system is slow, or refused. */
const UNDER_WAY = /not done yet/
const NOT_DONE = /not done: /
/** Times we ask into the silence before we hang up. */
const MAX_SILENCES = 2

/** @throws nothing: a request without `<state>` gets an answer that says so. */
export function orderIntake(request: MessagesRequest): Answer {
  const conversation = readConversation(request)
  const latest = conversation?.turns.at(-1)
  if (conversation === undefined || latest?.role !== 'caller')
    return say('(no <state> in the newest message)')
  const situation = readSituation(conversation, latest.words)
  if (latest.pictures.length > 0) {
    return answerPictures(latest.words ?? '', latest.pictures, situation)
  }
  if (latest.words !== null) {
    const { asked, spoken, order, state } = situation
    const heard = understand(latest.words, {
      asked,
      spoken,
      order,
      now: state.now,
      callerNumber: state.callerNumber,
    })
    return (
      answerOffer(latest.words, situation) ??
      answerReadBack(heard, latest.words, conversation, situation) ??
      answerService(latest.words, heard, conversation, situation) ??
      answerWords(latest.words, heard, situation)
    )
  }
  if (latest.silent) return answerSilence(conversation, situation)
  const readBack = dueReadBack(latest.outcomes)
  if (readBack !== undefined) return say(readBack.say)
  return (
    answerServiceOutcomes(latest.outcomes, conversation, situation) ??
    answerOutcomes(latest.outcomes, situation)
  )
}

function readSituation({ state, turns }: Conversation, words: string | null): Situation {
  const assistant = turns.filter((turn) => turn.role === 'assistant')
  const outcomes = turns.flatMap((turn) => (turn.role === 'caller' ? turn.outcomes : []))
  const spoken = assistant.at(-1)?.text ?? ''
  const newest = turns.at(-1)
  const order = withAccepted(state.order, newest?.role === 'caller' ? newest.outcomes : [])
  const english =
    // Of the foreign languages it speaks one itself.
    state.language !== 'ko' || (words !== null && /[a-z]{2}/i.test(words) && !/[가-힣]/.test(words))
  const spokenPhrases = english ? ENGLISH : KOREAN
  return {
    state,
    order,
    spoken,
    asked: currentQuestion(assistant, order),
    wasReadBack: assistant.some((turn) => READ_BACK.test(turn.text)),
    placed: isPlaced(state, outcomes),
    ownNumberAsked: assistant.some((turn) => openQuestion(turn.text) === 'own_number'),
    warned: assistant.some((turn) => WARNING.test(turn.text)),
    turn: assistant.length,
    phrases: state.medium === 'text' ? inWriting(spokenPhrases) : spokenPhrases,
    english,
  }
}

/** The state tells; right after the confirmation, or while our system is slow, only its result does. */
function isPlaced(state: CallState, outcomes: readonly ToolOutcome[]): boolean {
  if (state.placedAs !== null) return true
  const another = outcomes.findLastIndex((outcome) => outcome.input.order_no === 'new')
  return outcomes
    .slice(another + 1)
    .some(
      (outcome) =>
        outcome.name === 'confirm_order' && (succeeded(outcome) || UNDER_WAY.test(outcome.content)),
    )
}

type AssistantTurn = Extract<ConversationTurn, { role: 'assistant' }>

/**
 * The question the caller answers now. An answer without one ("take your time", or cut off before its question)
 * leaves the one before it open.
 */
function currentQuestion(assistant: readonly AssistantTurn[], order: OrderFields): OpenQuestion | null {
  for (const turn of assistant.slice(-3).reverse()) {
    const question = openQuestion(turn.text)
    if (question !== null) return question
  }
  const begun = Object.values(order).some((value) => value !== null)
  return begun ? (missingFields(order)[0] ?? 'read_back') : null
}

/** Fields that were accepted a moment ago but are not yet in `<state>`. */
function withAccepted(order: OrderFields, outcomes: readonly ToolOutcome[]): OrderFields {
  const merged: Record<OrderField, string | null> = { ...order }
  for (const outcome of outcomes) {
    if (outcome.name !== 'set_order_fields' || !succeeded(outcome)) continue
    for (const field of ORDER_FIELDS) {
      const fact = outcome.input[field]
      if (merged[field] !== null || typeof fact !== 'object' || fact === null || !('value' in fact)) continue
      if (typeof fact.value === 'string') merged[field] = fact.value
    }
  }
  return merged
}

/** A result can be carried out and still say no: `{"ok":false,…}`. */
function succeeded(outcome: ToolOutcome): boolean {
  const content = parseJson(outcome.content)
  const refused = typeof content === 'object' && content !== null && 'ok' in content && content.ok === false
  return outcome.ok && !refused
}

function answerSilence({ turns }: Conversation, situation: Situation): Answer {
  const { phrases, turn } = situation
  const silences = countTrailingSilences(turns)
  if (silences > MAX_SILENCES) {
    return situation.placed
      ? endCall(pick(phrases.goodbyePlaced, turn), 'order_placed')
      : endCall(phrases.goodbyeSilence, 'silence')
  }
  return say(pick(phrases.stillThere, silences), reask(situation))
}

/** How often in a row, up to now, nobody spoke. */
function countTrailingSilences(turns: readonly ConversationTurn[]): number {
  let count = 0
  for (const turn of [...turns].reverse()) {
    if (turn.role === 'caller') {
      if (!turn.silent) return count
      count += 1
    } else if (!STILL_THERE.test(turn.text)) return count
  }
  return count
}

/** Only tool results came: the caller waits for us to go on. */
function answerOutcomes(outcomes: readonly ToolOutcome[], situation: Situation): Answer {
  const { phrases, order, turn } = situation
  if (outcomes.some((outcome) => NOT_DONE.test(outcome.content)))
    return endCall(phrases.systemRefused, 'caller_request')
  const confirmed = outcomes.find((outcome) => outcome.name === 'confirm_order')
  if (confirmed !== undefined) {
    if (succeeded(confirmed)) return say(phrases.placed, pick(phrases.askAnythingElse, turn))
    if (UNDER_WAY.test(confirmed.content)) return say(phrases.noted, pick(phrases.askAnythingElse, turn))
    return say(phrases.notPlaced, nextQuestion(order, situation))
  }
  const refused = outcomes.find((outcome) => outcome.name === 'set_order_fields' && !succeeded(outcome))
  return refused === undefined ? say(nextQuestion(order, situation)) : answerRefusal(refused, situation)
}

/** The ticket did not take a field: says why and asks for it again. */
function answerRefusal(refused: ToolOutcome, situation: Situation): Answer {
  const { phrases, order, turn } = situation
  const problem = readProblem(refused.content)
  const field = problem?.field ?? ORDER_FIELDS.find((candidate) => candidate in refused.input)
  const question = field === undefined ? nextQuestion(order, situation) : pick(phrases.ask[field], turn)
  const reason =
    problem === undefined || situation.english ? phrases.fieldRefused : `${phrases.sorry} ${problem.reason}`
  return say(reason, question)
}

const problemSchema = z.object({
  problems: z.array(z.object({ field: z.enum(ORDER_FIELDS), message: z.string() })).min(1),
})

/** First problem a result names; the reason is the first sentence of its message. */
function readProblem(content: string): { readonly field: OrderField; readonly reason: string } | undefined {
  const problem = problemSchema.safeParse(parseJson(content)).data?.problems[0]
  if (problem === undefined) return undefined
  return { field: problem.field, reason: problem.message.split(/(?<=[.!?])\s/)[0] ?? problem.message }
}
