/** Reads in a conversation what is wished of a placed order, and which order is meant. */
import { normalName } from '../../../../domain/same-order.ts'
import { findServiceWish, type ServiceWish } from '../../nlu/service-intent.ts'
import type { CallState, Conversation, KnownOrder } from '../conversation.ts'
import type { Situation } from '../order-intake/decide.ts'

/** The question about a placed order that is open; read off our own last words. */
export type ServiceQuestion = 'proof' | 'which_order' | 'cancel' | 'what_to_change' | 'same_order'

const QUESTIONS: ReadonlyArray<readonly [ServiceQuestion, RegExp]> = [
  ['same_order', /같은 주문인가요|Is this the same order/],
  ['cancel', /정말 취소해 드릴까요|Shall I really cancel/],
  ['which_order', /어느 분께 보내신 주문|Which order do you mean/],
  ['what_to_change', /무엇을 어떻게 바꿔|What shall I change/],
  [
    'proof',
    /주문번호.{0,40}성함|성함.{0,60}주문번호|주문번호도 말씀|order number (?:and|once)|(?:name|number).{0,50}to go with the (?:order number|name)|the order number and the name/,
  ],
]

export const serviceQuestion = (spoken: string): ServiceQuestion | null =>
  QUESTIONS.find(([, pattern]) => pattern.test(spoken))?.[0] ?? null

/** A wish with the words it was told in. */
export interface ToldWish {
  readonly wish: ServiceWish
  readonly words: string
}

/** What the customer wished last: it is still to be done once they have proved who they are. */
export function lastWish({ turns }: Conversation): ToldWish | undefined {
  for (const turn of [...turns].reverse()) {
    if (turn.role !== 'caller' || turn.words === null) continue
    const wish = findServiceWish(turn.words)
    if (wish !== undefined) return { wish, words: turn.words }
  }
  return undefined
}

/** Facts of a new order have been told and it is not placed. */
export const isTaking = ({ order, placed }: Situation): boolean =>
  !placed && Object.values(order).some((value) => value !== null)

export interface MeantOrder {
  readonly orderNo: string
  /** Absent for the one just placed: nothing is known of it yet but its number. */
  readonly known?: KnownOrder
}

/** @returns several when more than one may be meant. */
export function meantOrders(words: string, state: CallState): readonly MeantOrder[] {
  const { orders, placedAs } = state
  const spaceless = words.replaceAll(/\s/g, '')
  const named = orders.filter(
    ({ recipient }) => recipient !== null && spaceless.includes(normalName(recipient)),
  )
  const known = named.length > 0 ? named : orders
  if (named.length === 0 && placedAs !== null) {
    const placed = orders.find(({ orderNo }) => orderNo === placedAs)
    return [placed === undefined ? { orderNo: placedAs } : { orderNo: placedAs, known: placed }]
  }
  return known.map((order) => ({ orderNo: order.orderNo, known: order }))
}
