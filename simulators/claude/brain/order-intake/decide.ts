/** What to say and do next in the order intake. Pure: the same conversation gets the same answer. */
import {
  EMPTY_ORDER,
  missingFields,
  ORDER_FIELDS,
  type OrderField,
  type OrderFields,
} from '../../../../domain/order.ts'
import { NOT_UNDERSTOOD } from '../../../../domain/talk-misses.ts'
import type { Intent } from '../../nlu/intent.ts'
import { wantsNothingMore } from '../../nlu/intent.ts'
import { USUAL_MESSAGE } from '../../nlu/ribbon-message.ts'
import type { Answer, ToolUse } from '../answer.ts'
import type { CallState, SentPicture } from '../conversation.ts'
import { askInWriting, pictureRead, pictureUnreadable } from './in-writing.ts'
import type { Phrases, Variants } from './phrases.ts'
import { factsInPictures } from './pictures.ts'
import { namedField, type OpenQuestion } from './questions.ts'
import { type Facts, type Understanding, understand } from './understand.ts'

/** All that a decision rests on. */
export interface Situation {
  readonly state: CallState
  /** The order as stored, with what has just been accepted. */
  readonly order: OrderFields
  readonly asked: OpenQuestion | null
  /** What we said last. */
  readonly spoken: string
  /** The whole order has been read to the caller before. */
  readonly wasReadBack: boolean
  readonly placed: boolean
  /** "Shall we use the number you call from?" has been asked before. */
  readonly ownNumberAsked: boolean
  readonly warned: boolean
  /** Running number of our answer; picks the wording. */
  readonly turn: number
  readonly phrases: Phrases
  readonly english: boolean
}

export function pick(variants: Variants, turn: number): string {
  return variants[turn % variants.length] ?? variants[0]
}

export function answerWords(words: string, heard: Understanding, situation: Situation): Answer {
  const { phrases } = situation
  if (heard.intents.has('abuse')) {
    return situation.warned ? endCall(phrases.goodbyeAbuse, 'abuse') : say(phrases.warnAbuse)
  }
  return situation.placed ? afterPlacing(words, heard, situation) : whileTaking(words, heard, situation)
}

function whileTaking(words: string, heard: Understanding, situation: Situation): Answer {
  const { phrases, asked, order } = situation
  const { intents } = heard
  const unsure = situation.state.unsure.map(({ field }) => field)
  const facts = changedFacts(heard.facts, order, unsure)
  if (intents.has('wrong_number')) return endCall(phrases.goodbyeWrongNumber, 'nothing_more')
  if (intents.has('cancel')) return endCall(phrases.goodbyeCancelled, 'caller_request')
  if (Object.keys(facts).length > 0) return storeFacts(facts, heard, situation)
  if (heard.timeProblem !== null) return timeProblem(heard.timeProblem, situation)
  if (heard.ownNumberUnknown) return say(phrases.ownNumberUnknown, pick(phrases.ask.phone, 0))
  if (intents.has('wait')) return say(phrases.waiting)
  if (intents.has('repeat')) return say(phrases.repeating, repeatQuestion(situation))
  if (asked !== null && CALLS_OUT.test(words)) return say(phrases.here, reask(situation))
  const information = answerQuestion(intents, situation)
  if (information !== undefined) return say(information, reask(situation))
  if (agrees(intents)) {
    const agreed = agreement(situation)
    if (agreed !== undefined) return agreed
  }
  if (Object.keys(heard.facts).length > 0 && !intents.has('no')) {
    // Told again what is known already: the question was ours to leave out, not theirs to answer anew.
    return say(pick(phrases.acknowledged, situation.turn), nextQuestion(order, situation))
  }
  if (intents.has('goodbye')) return endCall(pick(phrases.goodbyeOpen, situation.turn), 'caller_request')
  if (intents.has('unknown')) return unknownAnswer(situation)
  if (asked === 'read_back' || asked === 'which_part') return correction(words, intents, situation)
  if (asked === 'own_number' && intents.has('no'))
    return say(pick(phrases.acknowledged, 2), pick(phrases.ask.phone, situation.turn))
  if (intents.has('question')) return say(phrases.offTopic, reask(situation))
  if (asked === null) return opening(words, intents, situation)
  return notUnderstood(situation, reask(situation))
}

function agrees(intents: ReadonlySet<Intent>): boolean {
  return intents.has('yes') && !intents.has('no')
}

/** "Yes" to a question that yes answers. */
function agreement(situation: Situation): Answer | undefined {
  const { phrases, asked, order, spoken, turn } = situation
  if (asked === 'read_back') {
    if (missingFields(order).length > 0) return say(nextQuestion(order, situation))
    return { text: pick(phrases.confirming, turn), toolUses: [{ name: 'confirm_order', input: {} }] }
  }
  if (asked === 'message' && spoken.includes(USUAL_MESSAGE)) {
    const facts: Facts = { message: { value: USUAL_MESSAGE, words: USUAL_MESSAGE, confidence: 0.9 } }
    return {
      text: nextQuestion({ ...order, message: USUAL_MESSAGE }, situation),
      toolUses: [setFields(facts)],
    }
  }
  return undefined
}

function storeFacts(facts: Facts, heard: Understanding, situation: Situation): Answer {
  const { phrases, order, state, turn } = situation
  const merged = mergeFacts(order, facts)
  const information = answerQuestion(heard.intents, situation)
  const changed = ORDER_FIELDS.filter((field) => facts[field] !== undefined)
  const parts: string[] = []
  const isCorrection = situation.wasReadBack && missingFields(merged).length === 0
  if (information !== undefined) parts.push(information)
  if (isCorrection) parts.push(phrases.readBackChanged(changed, merged, state.now))
  else {
    if (information === undefined)
      parts.push(situation.asked === null ? pick(phrases.begin, turn) : pick(phrases.acknowledged, turn))
    if (facts.recipient !== undefined && order.recipient === null) parts.push(phrases.condolence)
    if (heard.timeProblem === null || merged.deliver_by !== null) parts.push(nextQuestion(merged, situation))
    else parts.push(timeProblem(heard.timeProblem, situation).text)
  }
  return { text: parts.join(' '), toolUses: [setFields(facts)] }
}

/** The next missing field, or the read-back when nothing is missing. `skip` is asked for later. */
export function nextQuestion(order: OrderFields, situation: Situation, skip?: OrderField): string {
  const missing = missingFields(order).filter((field) => field !== skip)
  const field = missing[0]
  if (field === undefined)
    return situation.phrases.readBack(order, situation.state.now, situation.state.priceWon)
  const { state, ownNumberAsked, phrases, english, turn } = situation
  const offerOwnNumber =
    state.callerNumber === '' || ownNumberAsked || !missing.includes('phone')
      ? null
      : pick(phrases.askOwnNumber, turn)
  const written = state.medium === 'text' ? askInWriting({ missing, english, offerOwnNumber }) : undefined
  return written ?? askField(field, situation)
}

function askField(field: OrderField, { phrases, state, ownNumberAsked, turn }: Situation): string {
  if (field === 'phone' && state.callerNumber !== '' && !ownNumberAsked)
    return pick(phrases.askOwnNumber, turn)
  return pick(phrases.ask[field], turn)
}

/** The open question once more, in other words. */
export function reask(situation: Situation): string {
  const { phrases, asked, order, turn } = situation
  switch (asked) {
    case null:
      return Object.values(order).every((value) => value === null)
        ? phrases.askWhatToDo
        : nextQuestion(order, situation)
    case 'read_back':
      return phrases.askReadBack
    case 'which_part':
      return phrases.askWhichPart
    case 'anything_else':
      return pick(phrases.askAnythingElse, turn)
    case 'own_number':
      return pick(phrases.askOwnNumber, turn)
    default:
      return pick(phrases.ask[asked], turn)
  }
}

function repeatQuestion(situation: Situation): string {
  const { asked, order, phrases, state } = situation
  if (asked === 'read_back' && missingFields(order).length === 0)
    return phrases.readBack(order, state.now, state.priceWon)
  return reask(situation)
}

function timeProblem(
  problem: NonNullable<Understanding['timeProblem']>,
  { phrases, turn }: Situation,
): Answer {
  if (problem.kind === 'need_hour') return say(phrases.askHour(problem.day))
  return say(phrases.pastTime, pick(phrases.ask.deliver_by, turn))
}

/** The caller does not know what was asked. */
function unknownAnswer(situation: Situation): Answer {
  const { asked, order, phrases } = situation
  if (asked === 'message') return say(phrases.suggestMessage)
  const field = ORDER_FIELDS.find((candidate) => candidate === asked)
  if (field === undefined) return say(reask(situation))
  const others = missingFields(order).filter((candidate) => candidate !== field)
  if (others.length === 0) return endCall(phrases.goodbyeIncomplete, 'caller_request')
  return say(phrases.later, nextQuestion(order, situation, field))
}

/** The read-back was not accepted, but what is right was not said. */
function correction(words: string, intents: ReadonlySet<Intent>, situation: Situation): Answer {
  const { phrases, turn } = situation
  const field = namedField(words)
  if (field !== undefined) return say(pick(phrases.acknowledged, 0), pick(phrases.ask[field], turn))
  if (intents.has('no')) return say(phrases.askWhichPart)
  return notUnderstood(situation, reask(situation))
}

/** "Hello? Can you hear me?" in the middle of a call. */
const CALLS_OUT = /여보세요|제 말\s*들리|듣고\s*계|hello\?|can you hear me|are you there/i
const WANTS_ORDER = /화환|주문|보내|꽃|조화|부고|장례|상가|wreath|order|flower|send|funeral/i
const GREETS = /여보세요|안녕|hello|\bhi\b/i

function opening(words: string, intents: ReadonlySet<Intent>, situation: Situation): Answer {
  const { phrases, order, turn } = situation
  if (WANTS_ORDER.test(words) || agrees(intents))
    return say(pick(phrases.begin, turn), nextQuestion(order, situation))
  if (GREETS.test(words)) return say(phrases.goOn, phrases.askWhatToDo)
  return notUnderstood(situation, phrases.askWhatToDo)
}

/** Of an order that is placed already. */
const WANTS_IT_PLACED =
  /(?:주문|접수)\s*(?:좀\s*)?(?:해\s*주세요?|확정|부탁)|place (?:it|the order|my order)/i

/** One more wreath, beside the one that is placed. */
const ANOTHER_ORDER =
  /(?:하나|한\s*개)\s*더\s*(?:주문|보내|보낼|부탁|할게)|화환(?:을|도)?\s*(?:하나\s*)?더|다른\s*화환|새로\s*주문|또\s*(?:하나\s*)?(?:주문|보내)|another (?:wreath|order)|one more wreath/i

function beginAnother(facts: Facts, situation: Situation): Answer {
  const { phrases, turn } = situation
  const order = mergeFacts(EMPTY_ORDER, facts)
  const text = `${pick(phrases.begin, turn)} ${nextQuestion(order, situation)}`
  const input = { ...facts, order_no: 'new' }
  return { text, toolUses: [{ name: 'set_order_fields', input }] }
}

function afterPlacing(words: string, heard: Understanding, situation: Situation): Answer {
  const { phrases, order, turn } = situation
  const { intents } = heard
  const facts = changedFacts(heard.facts, order)
  const more = pick(phrases.askAnythingElse, turn)
  if (ANOTHER_ORDER.test(words)) return beginAnother(heard.facts, situation)
  if (Object.keys(facts).length > 0)
    return { text: `${phrases.changedPlaced} ${more}`, toolUses: [setFields(facts)] }
  if (intents.has('cancel')) return say(phrases.cancelPlaced, more)
  if (intents.has('wait')) return say(phrases.waiting)
  if (intents.has('repeat') || WANTS_IT_PLACED.test(words)) return say(phrases.placed, more)
  if (CALLS_OUT.test(words)) return say(phrases.here, more)
  const information = answerQuestion(intents, situation)
  if (information !== undefined) return say(information, more)
  if (intents.has('question')) return say(phrases.offTopic, more)
  if (!wantsNothingMore(words) && /있어요|있습니다|있는데|one more|yes, (?:i|there)/i.test(words))
    return say(phrases.goOn)
  return endCall(pick(phrases.goodbyePlaced, turn), 'order_placed')
}

/** Answers what was asked beside the order; undefined when nothing was. */
function answerQuestion(intents: ReadonlySet<Intent>, { phrases, state }: Situation): string | undefined {
  const { answers } = phrases
  if (intents.has('delivery')) return answers.delivery
  if (intents.has('price')) return answers.price(state.priceWon)
  if (intents.has('payment')) return answers.payment
  if (intents.has('edit_later')) return answers.edit_later
  if (intents.has('agent')) return answers.agent
  if (intents.has('who_are_you')) return answers.who_are_you(state.company)
  return undefined
}

/** Facts that are not stored like that already, or only in doubt. */
function changedFacts(facts: Facts, order: OrderFields, unsure: readonly OrderField[] = []): Facts {
  const inDoubt: ReadonlySet<string> = new Set(unsure)
  return Object.fromEntries(
    Object.entries(facts).filter(
      ([field, fact]) => fact.value !== order[field as OrderField] || inDoubt.has(field),
    ),
  )
}

/** Facts in a picture are stored and shown for a check; what is written with it counts more. */
export function answerPictures(
  words: string,
  pictures: readonly SentPicture[],
  situation: Situation,
): Answer {
  const { order, state, spoken, asked, phrases, english } = situation
  const context = { asked: null, spoken, order, now: state.now, callerNumber: state.callerNumber }
  const heard = understand(words, words === '' ? context : { ...context, asked })
  const seen = factsInPictures(pictures)
  if (Object.keys(seen).length === 0) {
    const told = changedFacts(heard.facts, order)
    const question = nextQuestion(mergeFacts(order, told), situation)
    const toolUses = Object.keys(told).length === 0 ? [] : [setFields(told)]
    return { text: `${pictureUnreadable(english)} ${question}`, toolUses }
  }
  const facts = changedFacts({ ...seen, ...heard.facts }, order)
  const merged = mergeFacts(order, facts)
  const fields = ORDER_FIELDS.filter((field) => seen[field] !== undefined)
  const condolence = facts.recipient !== undefined && order.recipient === null ? phrases.condolence : ''
  const parts = [pictureRead(fields, merged, state.now, english), condolence, nextQuestion(merged, situation)]
  const toolUses = Object.keys(facts).length === 0 ? [] : [setFields(facts)]
  return { text: parts.filter((part) => part !== '').join('\n'), toolUses }
}

export function mergeFacts(order: OrderFields, facts: Facts): OrderFields {
  const values = Object.entries(facts).map(([field, fact]) => [field, fact.value] as const)
  return { ...order, ...Object.fromEntries(values) }
}

function setFields(facts: Facts): ToolUse {
  return { name: 'set_order_fields', input: facts }
}

export function say(...sentences: readonly string[]): Answer {
  return { text: sentences.join(' '), toolUses: [] }
}

/** On the telephone it is told, so that a person is offered where it goes on. */
function notUnderstood({ phrases, turn, state }: Situation, question: string): Answer {
  const text = `${pick(phrases.notUnderstood, turn)} ${question}`
  const tool = { name: NOT_UNDERSTOOD, input: {} }
  return { text, toolUses: state.medium === 'text' ? [] : [tool] }
}

export type EndReason = 'order_placed' | 'caller_request' | 'nothing_more' | 'abuse' | 'silence'

export function endCall(text: string, reason: EndReason): Answer {
  return { text, toolUses: [{ name: 'end_call', input: { reason } }] }
}
