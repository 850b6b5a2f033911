/** Tells what came of the tools about placed orders. */
import { z } from 'zod'
import { ORDER_FIELDS, type OrderField } from '../../../../domain/order.ts'
import type { Answer } from '../answer.ts'
import {
  type Conversation,
  type KnownOrder,
  knownOrderSchema,
  parseJson,
  type ToolOutcome,
} from '../conversation.ts'
import { nextQuestion, reask, type Situation, say } from '../order-intake/decide.ts'
import { actOn, isWritten, more, phrasesFor } from './decide.ts'
import { isTaking, lastWish, serviceQuestion } from './wishes.ts'

const TOO_MANY = /too many wrong attempts/
const PROOF_WRONG = /do not belong together/
const NOT_VERIFIED = /^not verified/

const resultSchema = z.looseObject({
  ok: z.boolean().optional(),
  status: z.string().optional(),
  refused: z.string().optional(),
  message: z.string().optional(),
  /** Of `hand_over` on the telephone: whether somebody took the call at once. */
  connected: z.boolean().optional(),
  changed: z.string().optional(),
  cancelled: z.string().optional(),
  one_order: z.string().optional(),
  placed: z.boolean().optional(),
  orders: z.array(knownOrderSchema).optional(),
  problems: z.array(z.unknown()).optional(),
})
type Result = z.infer<typeof resultSchema>

/** @returns undefined when none of them is about a placed order. */
export function answerServiceOutcomes(
  outcomes: readonly ToolOutcome[],
  conversation: Conversation,
  situation: Situation,
): Answer | undefined {
  for (const outcome of outcomes) {
    const refusal = answerRefusal(outcome, conversation, situation)
    if (refusal !== undefined) return refusal
    const result = resultSchema.safeParse(parseJson(outcome.content)).data
    const answer = result === undefined ? undefined : answerResult(outcome, result, conversation, situation)
    if (answer !== undefined) return answer
  }
  const { maybeSameAs } = situation.state
  if (maybeSameAs !== null && serviceQuestion(situation.spoken) !== 'same_order') {
    return say(phrasesFor(situation).askSame(maybeSameAs))
  }
  return undefined
}

/** Results in plain words: who asks is not verified. */
function answerRefusal(
  { content }: ToolOutcome,
  conversation: Conversation,
  situation: Situation,
): Answer | undefined {
  const phrases = phrasesFor(situation)
  if (TOO_MANY.test(content)) {
    const reason = lastWish(conversation)?.words ?? ''
    return { text: phrases.cannotLookUp, toolUses: [{ name: 'hand_over', input: { reason } }] }
  }
  if (PROOF_WRONG.test(content)) return say(phrases.proofWrong)
  return NOT_VERIFIED.test(content) ? say(phrases.askProof) : undefined
}

function answerResult(
  outcome: ToolOutcome,
  result: Result,
  conversation: Conversation,
  situation: Situation,
): Answer | undefined {
  const phrases = phrasesFor(situation)
  const goOn = isTaking(situation) ? reask(situation) : more(situation)
  switch (outcome.name) {
    case 'look_up_order':
      return answerLookUp(result.orders ?? [], conversation, situation)
    case 'send_photo_link':
      return say(...photoSentences(outcome, result, situation), goOn)
    case 'report_problem':
      return say(...(isWritten(situation) ? [phrases.sorry] : []), phrases.reported, goOn)
    case 'cancel_order': {
      if (result.ok !== true) return say(phrases.tooLate, goOn)
      return say(result.cancelled === undefined ? phrases.cancelByPerson : phrases.cancelled, more(situation))
    }
    case 'hand_over': {
      if (result.message?.includes('no number') === true) return say(phrases.handedOverNoNumber)
      return say(...(result.connected === false ? [phrases.nobodyFree] : []), phrases.handedOver, goOn)
    }
    case 'same_order':
      return answerSameOrder(result, situation)
    case 'set_order_fields':
      return answerChange(outcome, result, situation)
    default:
      return undefined
  }
}

function answerLookUp(
  orders: readonly KnownOrder[],
  conversation: Conversation,
  situation: Situation,
): Answer | undefined {
  const [order, ...others] = orders
  const wished = lastWish(conversation) ?? { wish: { kind: 'arrived' as const }, words: '' }
  if (order === undefined) return undefined
  if (others.length > 0) return say(phrasesFor(situation).askWhich(orders))
  return actOn(wished, { orderNo: order.orderNo, known: order }, situation)
}

function photoSentences({ input }: ToolOutcome, result: Result, situation: Situation): string[] {
  const phrases = phrasesFor(situation)
  const known = situation.state.orders.find(({ orderNo }) => orderNo === input.order_no)
  const status = isWritten(situation) && known !== undefined ? [phrases.status(known)] : []
  switch (result.status) {
    case 'sent':
    case 'just_sent':
      return [...status, phrases.photoSent]
    case 'not_delivered':
      return [phrases.photoLater]
    case 'no_number':
      return [...status, phrases.noNumber]
    default:
      return [...status, phrases.noPhoto]
  }
}

function answerSameOrder(result: Result, situation: Situation): Answer {
  const phrases = phrasesFor(situation)
  const next = () => nextQuestion(situation.order, situation)
  if (result.ok !== true) return say(phrases.sameByPerson, more(situation))
  if (result.one_order === undefined) return say(phrases.twoOrders, next())
  return say(phrases.oneOrder, result.placed === true ? more(situation) : next())
}

/** Of an order that is only being told, the intake tells. */
function answerChange({ input }: ToolOutcome, result: Result, situation: Situation): Answer | undefined {
  const phrases = phrasesFor(situation)
  if (result.changed !== undefined) {
    const values = Object.fromEntries(
      ORDER_FIELDS.flatMap((field): [OrderField, string][] => {
        const value = toldValue(input[field])
        return value === undefined ? [] : [[field, value]]
      }),
    )
    return say(phrases.changed(values), more(situation))
  }
  if (result.refused === undefined) return undefined
  return say(result.refused === 'already_made' ? phrases.alreadyMade : phrases.cannotChange, more(situation))
}

function toldValue(fact: unknown): string | undefined {
  const value = typeof fact === 'object' && fact !== null && 'value' in fact ? fact.value : undefined
  return typeof value === 'string' ? value : undefined
}
