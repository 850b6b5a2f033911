/** What one utterance of the caller tells about the order, given the question it answers. */
import { ORDER_FIELDS, type OrderField, type OrderFields } from '../../../../domain/order.ts'
import { findDeliverBy } from '../../nlu/deliver-by.ts'
import { stripEndings } from '../../nlu/endings.ts'
import type { Found } from '../../nlu/found.ts'
import { findFuneralHall } from '../../nlu/funeral-hall.ts'
import { findIntents, type Intent } from '../../nlu/intent.ts'
import { bareName, findOrderer, findRecipient } from '../../nlu/people.ts'
import { findPhoneNumber, pointsAtOwnNumber } from '../../nlu/phone-number.ts'
import { findRibbonMessage } from '../../nlu/ribbon-message.ts'
import { findRoom } from '../../nlu/room.ts'
import { dayInQuestion, type OpenQuestion } from './questions.ts'

export interface Fact {
  readonly value: string
  readonly words: string
  readonly confidence: number
  /** Picture it was read from. */
  readonly photo?: string
}
export type Facts = Partial<Record<OrderField, Fact>>

export interface Understanding {
  readonly facts: Facts
  readonly intents: ReadonlySet<Intent>
  /** A wanted time that can't be stored as it is. */
  readonly timeProblem:
    | { readonly kind: 'past' }
    | { readonly kind: 'need_hour'; readonly day: string }
    | null
  /** "이 번호로", but the number is withheld. */
  readonly ownNumberUnknown: boolean
}

export interface UnderstandingContext {
  readonly asked: OpenQuestion | null
  /** What we said last. */
  readonly spoken: string
  readonly now: string
  readonly callerNumber: string
  readonly order: OrderFields
}

/** Intents that take the place of an answer: what is said with them is no bare value. */
const NOT_AN_ANSWER: readonly Intent[] = [
  'wait',
  'repeat',
  'price',
  'payment',
  'edit_later',
  'delivery',
  'who_are_you',
  'agent',
  'cancel',
  'goodbye',
  'wrong_number',
  'unknown',
  'abuse',
  'question',
]

/**
 * Strongly marked facts are read first and taken out of the sentence, so that what is left over can be
 * the bare answer to the question asked.
 */
export function understand(words: string, context: UnderstandingContext): Understanding {
  let intents = findIntents(words)
  const reader = new Reader(words)
  const isAnswer = !NOT_AN_ANSWER.some((intent) => intents.has(intent))
  const asked = (field: OrderField) => isAnswer && context.asked === field
  const replaced = replacement(words, context)
  if (replaced !== undefined) return { facts: replaced, intents, timeProblem: null, ownNumberUnknown: false }

  const otherAsked = ORDER_FIELDS.some((field) => field !== 'message' && field === context.asked)
  reader.read('message', (text) => findRibbonMessage(text, otherAsked ? 'other' : 'nothing'))
  reader.read('phone', (text) => findPhoneNumber(text, context.callerNumber))
  const timeProblem = reader.readTime(context, asked('deliver_by'))
  reader.read('destination', (text) => findFuneralHall(text, false))
  reader.read('room', findRoom)
  reader.read('recipient', (text) => findRecipient(text, false))
  reader.read('orderer', (text) => findOrderer(text, false))
  if (asked('message')) reader.readMessageAnswer(words)
  if (asked('destination')) reader.read('destination', (text) => findFuneralHall(text, true))
  if (asked('room')) reader.readBareRoom()
  if (asked('recipient')) reader.read('recipient', (text) => findRecipient(text, true))
  if (asked('orderer')) reader.read('orderer', (text) => findOrderer(text, true))
  if (
    context.asked === 'own_number' &&
    reader.facts.phone === undefined &&
    intents.has('yes') &&
    !intents.has('no')
  ) {
    reader.agreeToOwnNumber(words, context.callerNumber)
  }
  // A firm's 임직원 in a ribbon text is no wish for a person: only what is left over asks for something.
  if (Object.keys(reader.facts).length > 0) intents = withoutFactWords(intents, reader.rest)
  const correcting = context.asked === 'read_back' || context.asked === 'which_part'
  if (correcting && isAnswer && !intents.has('yes') && Object.keys(reader.facts).length === 0)
    reader.readSimilarName(context.order)
  return {
    facts: reader.facts,
    intents,
    timeProblem,
    ownNumberUnknown:
      reader.facts.phone === undefined && context.callerNumber === '' && pointsAtOwnNumber(words),
  }
}

function withoutFactWords(intents: ReadonlySet<Intent>, rest: string): ReadonlySet<Intent> {
  const remaining = findIntents(rest)
  return new Set(
    [...intents].filter((intent) => intent === 'yes' || intent === 'no' || remaining.has(intent)),
  )
}

/** Takes facts out of a sentence one after another. */
class Reader {
  readonly facts: Facts = {}
  #rest: string

  constructor(words: string) {
    this.#rest = words.normalize('NFC').replaceAll(/\s+/g, ' ').trim()
  }

  get rest(): string {
    return this.#rest
  }

  read(field: OrderField, find: (text: string) => Found | undefined): void {
    if (this.facts[field] !== undefined) return
    const result = find(this.#rest)
    if (result === undefined) return
    this.facts[field] = { value: result.value, words: result.words, confidence: result.confidence }
    this.#rest = result.rest
  }

  readTime(context: UnderstandingContext, asked: boolean): Understanding['timeProblem'] {
    const reading = findDeliverBy(this.#rest, {
      now: context.now,
      asked,
      askedDay: dayInQuestion(context.spoken),
    })
    if (reading === undefined) return null
    switch (reading.kind) {
      case 'time':
        this.read('deliver_by', () => reading.found)
        return null
      case 'need_hour':
        this.#rest = reading.rest
        return { kind: 'need_hour', day: reading.day }
      case 'past':
        this.#rest = reading.rest
        return { kind: 'past' }
    }
  }

  /** The answer to "what shall be written?" may hold names and places that belong to the text. */
  readMessageAnswer(words: string): void {
    const others = Object.keys(this.facts).filter((field) => field !== 'message')
    const result = findRibbonMessage(others.length === 0 ? words : this.#rest, 'this')
    if (result === undefined) return
    this.facts.message = { value: result.value, words: result.words, confidence: result.confidence }
    this.#rest = result.rest
  }

  /** "특2요", "삼이요": asked for the room, a bare number is one. */
  readBareRoom(): void {
    const bare = stripEndings(this.#rest)
    const room = /^(?:특|VIP)?\s*(?:\d{1,4}|[일이삼사오육칠팔구십백]+)번?$/i.test(bare)
      ? findRoom(`${bare.replace(/번$/, '')}호실`)
      : undefined
    if (room !== undefined) this.read('room', () => ({ ...room, words: bare, rest: '' }))
  }

  agreeToOwnNumber(words: string, callerNumber: string): void {
    if (callerNumber !== '') this.facts.phone = { value: callerNumber, words, confidence: 0.95 }
  }

  /** "아니요, 박영지예요" after a read-back that said 박영자. */
  readSimilarName(order: OrderFields): void {
    const name = bareName(this.#rest)
    if (name === undefined) return
    const field = (['recipient', 'orderer', 'destination', 'message'] as const)
      .map((candidate) => ({ candidate, score: similarity(order[candidate] ?? '', name.value) }))
      .sort((a, b) => b.score - a.score)[0]
    if (field === undefined || field.score < 0.5) return
    const late = order[field.candidate]?.startsWith('고 ') === true && !name.value.startsWith('고 ')
    this.read(field.candidate, () => ({ ...name, value: late ? `고 ${name.value}` : name.value }))
  }
}

const INSTEAD =
  /([가-힣A-Za-z0-9]+(?:\s[가-힣A-Za-z0-9]+)?)\s*(?:이|가)?\s*(?:아니라|아니고|말고|이\s*아니라|가\s*아니라)\s*([^|,.!?]+)/

/** "박영자가 아니라 박영지예요": replaces inside the field that holds the former. */
function replacement(words: string, context: UnderstandingContext): Facts | undefined {
  const match = INSTEAD.exec(words)
  if (match === null) return undefined
  const after = stripEndings(match[2] ?? '')
  if (after === '') return undefined
  const [long = '', short = ''] = [match[1] ?? '', (match[1] ?? '').split(' ').at(-1)].map((part) =>
    (part ?? '').trim(),
  )
  for (const before of [long, short, short.replace(/(?:이|가)$/, '')]) {
    if (before.length < 2) continue
    const field = ORDER_FIELDS.find((candidate) => context.order[candidate]?.includes(before) === true)
    if (field === undefined || field === 'deliver_by') continue
    const value =
      field === 'room'
        ? (findRoom(after)?.value ?? after)
        : (context.order[field] ?? '').replace(before, stripTitle(after))
    return { [field]: { value, words: match[0], confidence: 0.9 } }
  }
  return undefined
}

function stripTitle(name: string): string {
  return name.replace(/\s*(?:님|씨)$/, '').trim()
}

/** Share of the characters of the shorter text found in the other, 0-1. */
function similarity(a: string, b: string): number {
  const left = [...a.replaceAll(/\s|^고/g, '')]
  const right = [...b.replaceAll(/\s|^고/g, '')]
  if (left.length === 0 || right.length === 0) return 0
  const shared = right.filter((char) => left.includes(char)).length
  return shared / Math.max(left.length, right.length)
}
