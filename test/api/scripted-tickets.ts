/** Tickets that answer as told and remember what they were asked: for tests of the API's own half. */
import type { ApiProblem } from '../../api/problems.ts'
import type { TicketWorkflows } from '../../api/ticket-workflows.ts'
import type { OrderNo } from '../../domain/ids.ts'
import type { OpenPaymentResult } from '../../workflows/ticket-messages.ts'

export interface Asked {
  readonly kind: 'update' | 'signal'
  readonly orderNo: OrderNo
  readonly name: string
  readonly input: unknown
  readonly updateId?: string | undefined
}

export class ScriptedTickets implements TicketWorkflows {
  readonly asked: Asked[] = []
  /** Results of updates by name. */
  readonly results = new Map<string, unknown>()
  /** Thrown by the next request of any kind. */
  nextProblem: ApiProblem | null = null
  payment: OpenPaymentResult = { status: 'ready', checkoutUrl: 'https://pay.example/checkout/1' }
  /** Order number of the next ticket that is opened. */
  opened: OrderNo | null = null
  reachable = true

  async update<Input, Result>(
    orderNo: OrderNo,
    definition: { readonly name: string },
    input: Input,
    updateId?: string,
  ): Promise<Result> {
    this.#refuseIfTold()
    this.asked.push({ kind: 'update', orderNo, name: definition.name, input, updateId })
    // The test said what this update answers; its type is the test's word.
    return (this.results.get(definition.name) ?? { version: 1 }) as Result
  }

  async signal<Input>(orderNo: OrderNo, definition: { readonly name: string }, input: Input): Promise<void> {
    this.#refuseIfTold()
    this.asked.push({ kind: 'signal', orderNo, name: definition.name, input })
  }

  async openPayment(): Promise<OpenPaymentResult> {
    this.#refuseIfTold()
    return this.payment
  }

  async open(): Promise<OrderNo> {
    this.#refuseIfTold()
    if (this.opened === null) throw new Error('the test did not say which ticket is opened')
    return this.opened
  }

  async isReachable(): Promise<boolean> {
    return this.reachable
  }

  #refuseIfTold(): void {
    const problem = this.nextProblem
    this.nextProblem = null
    if (problem !== null) throw problem
  }
}
