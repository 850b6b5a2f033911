/** Something was heard badly: it is read back as our side words it, and a yes or a correction settles it. */
import { z } from 'zod'
import type { Answer, ToolUse } from '../answer.ts'
import {
  type Conversation,
  parseJson,
  type ReadBack,
  readBackSchema,
  type ToolOutcome,
} from '../conversation.ts'
import { nextQuestion, pick, type Situation, say } from './decide.ts'
import { type Understanding, understand } from './understand.ts'

const resultSchema = z.looseObject({ read_back: z.array(readBackSchema) })

/** What the results ask to be read back first. */
export function dueReadBack(outcomes: readonly ToolOutcome[]): ReadBack | undefined {
  for (const { content } of outcomes) {
    const due = resultSchema.safeParse(parseJson(content)).data?.read_back[0]
    if (due !== undefined) return due
  }
  return undefined
}

/** @returns undefined where nothing is in doubt, or the words are about something else. */
export function answerReadBack(
  heard: Understanding,
  words: string,
  conversation: Conversation,
  situation: Situation,
): Answer | undefined {
  const { state, phrases, order, turn } = situation
  const [open, next] = state.unsure
  if (open === undefined || !situation.spoken.includes(open.say)) return undefined
  const { intents } = heard
  if (intents.has('yes') && !intents.has('no')) {
    const fact = { value: open.value, words, confidence: 0.95 }
    const merged = { ...order, [open.field]: open.value }
    const text = next === undefined ? nextQuestion(merged, situation) : next.say
    return { text, toolUses: [setField(open, fact, conversation)] }
  }
  const corrected = understand(words, {
    asked: open.field,
    spoken: situation.spoken,
    order: { ...order, [open.field]: null },
    now: state.now,
    callerNumber: state.callerNumber,
  }).facts[open.field]
  if (corrected !== undefined) {
    const merged = { ...order, [open.field]: corrected.value }
    const text = next === undefined ? nextQuestion(merged, situation) : next.say
    return { text, toolUses: [setField(open, corrected, conversation)] }
  }
  return intents.has('no') ? say(pick(phrases.ask[open.field], turn)) : undefined
}

/** Of the order that it was told of: a placed one is named. */
function setField({ field }: ReadBack, fact: object, { turns }: Conversation): ToolUse {
  const outcomes = turns.flatMap((turn) => (turn.role === 'caller' ? turn.outcomes : []))
  const told = outcomes.findLast(({ name, input }) => name === 'set_order_fields' && field in input)
  const orderNo = told?.input.order_no
  const order = typeof orderNo === 'string' && orderNo !== 'new' ? { order_no: orderNo } : {}
  return { name: 'set_order_fields', input: { [field]: fact, ...order } }
}
