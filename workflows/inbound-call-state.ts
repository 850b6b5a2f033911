/** What the workflow of an inbound call knows beside the conversation: the order that is being told. */
import type { DialogueContext } from '../domain/dialogue.ts'
import type { OrderNo } from '../domain/ids.ts'
import { EMPTY_ORDER, type OrderFields } from '../domain/order.ts'
import { type CallFacts, CallState } from './call-state.ts'

export interface InboundCallFacts extends CallFacts {
  readonly callerNumber: string
  readonly priceWon: number
}

export class InboundCallState extends CallState<InboundCallFacts> {
  order: OrderFields = EMPTY_ORDER
  orderNo: OrderNo | null = null
  /** The order is placed: what remains goes on by itself. */
  orderConfirmed = false
  /** The caller was told that a colleague will call. */
  callBackPromised = false

  protected context(now: string): DialogueContext {
    const { companyName, language, callerNumber, priceWon } = this.facts
    return { flow: 'order_intake', companyName, language, callerNumber, now, priceWon, order: this.order }
  }
}
