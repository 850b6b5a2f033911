/** Tickets that answer as told and remember what they were asked: for tests of the API's own half. */
import { ApiProblem } from '../../api/problems.ts'
import type { OpenTicket, TicketWorkflows } from '../../api/ticket-workflows.ts'
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
  /** Thrown whenever this ticket is asked. */
  readonly refusals = new Map<OrderNo, ApiProblem>()
  payment: OpenPaymentResult = { status: 'ready', checkoutUrl: 'https://pay.example/checkout/1' }
  /** What opening a ticket does, e.g. write it to the database as its workflow would. */
  onOpen: (orderNo: OrderNo) => Promise<unknown> = async () => {}
  reachable = true
  /** So many updates from now on find the workflow engine away. */
  failUpdates = 0

  async update<Input, Result>(
    orderNo: OrderNo,
    definition: { readonly name: string },
    input: Input,
    updateId?: string,
  ): Promise<Result> {
    this.#refuseIfTold()
    const refusal = this.refusals.get(orderNo)
    if (refusal !== undefined) throw refusal
    if (this.failUpdates > 0) {
      this.failUpdates -= 1
      throw new ApiProblem('workflow_engine_unavailable', 'away', { retryAfterSeconds: 3 })
    }
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

  async open({ orderNo }: OpenTicket): Promise<void> {
    this.#refuseIfTold()
    await this.onOpen(orderNo)
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
