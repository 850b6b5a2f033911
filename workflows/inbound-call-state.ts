/** What the workflow of an inbound call knows beside the conversation: the order that is being told. */
import type { DialogueContext } from '../domain/dialogue.ts'
import type { OrderNo } from '../domain/ids.ts'
import { EMPTY_ORDER, type OrderFields } from '../domain/order.ts'
import type { OrderInShort } from '../domain/order-in-short.ts'
import type { Doubts } from '../domain/read-back.ts'
import { EMPTY_SERVICE_MEMORY, type ServiceMemory } from '../domain/service-memory.ts'
import { type CallFacts, CallState } from './call-state.ts'
import { toolContext } from './order-tools.ts'

export interface InboundCallFacts extends CallFacts {
  readonly callerNumber: string
  readonly priceWon: number
  /** Orders of the caller, known by their number. */
  readonly orders?: readonly OrderInShort[]
}

export class InboundCallState extends CallState<InboundCallFacts> {
  order: OrderFields = EMPTY_ORDER
  orderNo: OrderNo | null = null
  /** The order is placed: what remains goes on by itself. */
  orderConfirmed = false
  /** The caller was told that a colleague will call. */
  callBackPromised = false

  doubts: Doubts = {}
  service: ServiceMemory

  constructor(facts: InboundCallFacts) {
    super(facts)
    this.service = { ...EMPTY_SERVICE_MEMORY, orders: facts.orders ?? [] }
  }

  protected context(now: string): DialogueContext {
    const { companyName, language, callerNumber, priceWon } = this.facts
    return {
      flow: 'order_intake',
      companyName,
      language,
      callerNumber,
      now,
      priceWon,
      ...toolContext(this),
    }
  }
}
