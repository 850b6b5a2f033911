/** Helps with placed orders: answers, asks for what is missing, and asks for the tools that do the rest. */
import { wantsNothingMore } from '../../nlu/intent.ts'
import { findOrderNumber } from '../../nlu/order-number.ts'
import { bareName, findOrderer, findRecipient } from '../../nlu/people.ts'
import { findServiceWish } from '../../nlu/service-intent.ts'
import type { Answer } from '../answer.ts'
import type { Conversation, KnownOrder } from '../conversation.ts'
import { endCall, pick, type Situation, say } from '../order-intake/decide.ts'
import { type Facts, type Understanding, understand } from '../order-intake/understand.ts'
import { SERVICE_EN, SERVICE_KO, type ServicePhrases } from './phrases.ts'
import { isTaking, lastWish, type MeantOrder, meantOrders, serviceQuestion, type ToldWish } from './wishes.ts'

export const phrasesFor = ({ english }: Situation): ServicePhrases => (english ? SERVICE_EN : SERVICE_KO)
export const more = ({ phrases, turn }: Situation): string => pick(phrases.askAnythingElse, turn)

/** @returns undefined when the words are about a new order, or about nothing of ours. */
export function answerService(
  words: string,
  heard: Understanding,
  conversation: Conversation,
  situation: Situation,
): Answer | undefined {
  const phrases = phrasesFor(situation)
  const { state, spoken, asked } = situation
  const question = serviceQuestion(spoken)
  if (heard.intents.has('abuse')) return undefined
  if (state.maybeSameAs !== null && question !== 'same_order') {
    return askSameOrder(state.maybeSameAs, heard.facts, conversation, situation)
  }
  if (heard.intents.has('agent')) {
    const text = isWritten(situation) ? phrases.moment : phrases.connecting
    return { text, toolUses: [{ name: 'hand_over', input: { reason: words } }] }
  }
  const answered = question === null ? undefined : answerQuestion(words, heard, conversation, situation)
  if (answered !== undefined) return answered
  const wish = findServiceWish(words)
  if (wish !== undefined && mayBeWished({ wish, words }, heard, situation)) {
    return fulfil({ wish, words }, situation)
  }
  const isDone = asked === 'anything_else' && !situation.placed && !isTaking(situation)
  if (isDone && (wantsNothingMore(words) || heard.intents.has('thanks') || heard.intents.has('goodbye'))) {
    return endCall(pick(situation.phrases.goodbyeOpen, situation.turn), 'nothing_more')
  }
  return undefined
}

/** While an order is taken down, a correction or a "no thanks" is about that one. */
function mayBeWished({ wish }: ToldWish, heard: Understanding, situation: Situation): boolean {
  const { orders, placedAs } = situation.state
  const hasFacts = Object.keys(heard.facts).length > 0
  if (wish.kind === 'edit') {
    if (isTaking(situation) || situation.placed) return false
    return orders.length > 0 || !hasFacts
  }
  if (wish.kind === 'cancel') return !isTaking(situation) && (orders.length > 0 || placedAs !== null)
  if (wish.kind === 'problem' && isTaking(situation)) return wish.problem !== 'message_typo' && !hasFacts
  return !hasFacts || !isTaking(situation)
}

function answerQuestion(
  words: string,
  heard: Understanding,
  conversation: Conversation,
  situation: Situation,
): Answer | undefined {
  const phrases = phrasesFor(situation)
  const { state, spoken } = situation
  const { intents } = heard
  const agrees = intents.has('yes') && !intents.has('no')
  switch (serviceQuestion(spoken)) {
    case 'same_order': {
      if (state.maybeSameAs === null || (!agrees && !intents.has('no'))) return undefined
      const input = { order_no: state.maybeSameAs.orderNo, same: agrees }
      return { text: quick(situation), toolUses: [{ name: 'same_order', input }] }
    }
    case 'cancel': {
      if (intents.has('no')) return say(phrases.kept, more(situation))
      const order = meantOrders(words, state)[0]
      if (!agrees && findServiceWish(words)?.kind !== 'cancel') return undefined
      const said = lastWish(conversation)?.words ?? words
      const input = { ...(order === undefined ? {} : { order_no: order.orderNo }), words: said }
      return { text: quick(situation), toolUses: [{ name: 'cancel_order', input }] }
    }
    case 'what_to_change': {
      if (Object.keys(heard.facts).length === 0) return undefined
      return change(heard.facts, meantOrders(words, state)[0], situation)
    }
    case 'which_order': {
      const wished = lastWish(conversation)
      const [meant, ...others] = meantOrders(words, state)
      if (wished === undefined || meant === undefined || others.length > 0) return undefined
      return actOn(wished, meant, situation)
    }
    case 'proof':
      return prove(words, conversation, situation)
    case null:
      return undefined
  }
}

/** Number and name may come in two messages: both are looked for in what was said since we asked first. */
function prove(words: string, { turns }: Conversation, situation: Situation): Answer {
  const phrases = phrasesFor(situation)
  const isAnswer = turns.map((turn, i) => {
    const before = turns[i - 1]
    return turn.role === 'caller' && before?.role === 'assistant' && serviceQuestion(before.text) === 'proof'
  })
  const answers = turns.flatMap((turn, i) =>
    turn.role === 'caller' && turn.words !== null && isAnswer[i] === true ? [turn.words] : [],
  )
  const wrongBefore = /다시 한번 말씀|once more/.test(situation.spoken)
  const told = wrongBefore ? [words] : answers
  const number = told.map((text) => findOrderNumber(text)).findLast((found) => found !== undefined)
  const name = told.map(nameIn).findLast((found) => found !== undefined)
  if (number !== undefined && name !== undefined) {
    const input = { order_no: number.value, name }
    return { text: quick(situation), toolUses: [{ name: 'look_up_order', input }] }
  }
  if (number !== undefined) return say(phrases.askName)
  if (name !== undefined) return say(phrases.askNumber)
  const reason = lastWish({ state: situation.state, turns })?.words ?? words
  return { text: phrases.cannotLookUp, toolUses: [{ name: 'hand_over', input: { reason } }] }
}

/** The name in an answer, whoever's it is. */
function nameIn(words: string): string | undefined {
  const rest = (findOrderNumber(words)?.rest ?? words).replace(
    /(?:주문\s*번호|번호)(?:는|은|가|이)?|(?:주문한|주문하신|받는|받으시는)\s*(?:분|사람)(?:은|는|이)?|(?:성함|이름)(?:은|는|이)?|(?:the )?(?:order number|name)(?: is)?/gi,
    ' | ',
  )
  return (findRecipient(rest, false) ?? findOrderer(rest, false) ?? bareName(rest))?.value
}

/** What can be done at once is; who may be meant, or who asks, is found out first. */
function fulfil(wished: ToldWish, situation: Situation): Answer {
  const phrases = phrasesFor(situation)
  const meant = meantOrders(wished.words, situation.state)
  const [only] = meant
  if (meant.length === 1 && only !== undefined) return actOn(wished, only, situation)
  // Whoever complains is heard, known or not.
  if (wished.wish.kind === 'problem') return actOn(wished, undefined, situation)
  if (meant.length === 0) return say(phrases.askProof)
  const known = meant.flatMap(({ known: order }) => (order === undefined ? [] : [order]))
  return say(phrases.askWhich(known))
}

export function actOn(wished: ToldWish, meant: MeantOrder | undefined, situation: Situation): Answer {
  const phrases = phrasesFor(situation)
  const { wish, words } = wished
  const known = meant?.known
  const orderNo = meant === undefined ? {} : { order_no: meant.orderNo }
  switch (wish.kind) {
    case 'arrived':
    case 'photo': {
      if (known === undefined) {
        return { text: quick(situation), toolUses: [{ name: 'look_up_order', input: orderNo }] }
      }
      if (!known.delivered) {
        const later = wish.kind === 'photo' ? [phrases.photoLater] : []
        return say(phrases.status(known), ...later, more(situation))
      }
      if (!known.photo) {
        const none = wish.kind === 'photo' ? [phrases.noPhoto] : []
        return say(phrases.status(known), ...none, more(situation))
      }
      const text = isWritten(situation) ? '' : `${phrases.status(known)} ${phrases.photoComes}`
      return { text, toolUses: [{ name: 'send_photo_link', input: orderNo }] }
    }
    case 'problem': {
      const input = { kind: wish.problem, words, ...orderNo }
      const text = isWritten(situation) ? '' : phrases.sorry
      return { text, toolUses: [{ name: 'report_problem', input }] }
    }
    case 'cancel':
      return say(phrases.askCancel(known))
    case 'edit': {
      const { now, callerNumber } = situation.state
      const { order } = situation
      const { facts } = understand(words, { asked: null, spoken: '', now, callerNumber, order })
      return change(facts, meant, situation)
    }
  }
}

function change(facts: Facts, meant: MeantOrder | undefined, situation: Situation): Answer {
  if (Object.keys(facts).length === 0) return say(phrasesFor(situation).askWhatToChange)
  const input = { ...facts, ...(meant === undefined ? {} : { order_no: meant.orderNo }) }
  return { text: quick(situation), toolUses: [{ name: 'set_order_fields', input }] }
}

/** What was told with it is stored all the same. */
function askSameOrder(
  order: KnownOrder,
  facts: Facts,
  conversation: Conversation,
  situation: Situation,
): Answer | undefined {
  const wasAsked = conversation.turns.some(
    (turn) => turn.role === 'assistant' && serviceQuestion(turn.text) === 'same_order',
  )
  if (wasAsked) return undefined
  const toolUses = Object.keys(facts).length === 0 ? [] : [{ name: 'set_order_fields', input: facts }]
  return { text: phrasesFor(situation).askSame(order), toolUses }
}

export const isWritten = ({ state }: Situation): boolean => state.medium === 'text'

/** Said while a tool is at work; in writing only its result counts. */
const quick = (situation: Situation): string => (isWritten(situation) ? '' : phrasesFor(situation).moment)
