/** How activities that watch over money speak to running tickets. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client'
import { type OrderNo, ticketWorkflowId } from '../domain/ids.ts'
import { depositReceived, paymentChanged } from '../workflows/ticket-messages.ts'
import type { TellOfDeposit } from './deposits.ts'
import { refusalOf } from './ticket-client.ts'

/** A ticket that is closed, or does not wait for money, refuses. */
export const tellOfDeposit =
  (client: Client): TellOfDeposit =>
  async (orderNo, input) => {
    try {
      await client.workflow.getHandle(ticketWorkflowId(orderNo)).executeUpdate(depositReceived, {
        updateId: `deposit-${input.depositId}`,
        args: [input],
      })
      return 'taken'
    } catch (error) {
      if (refusalOf(error) !== null) return 'refused'
      throw error
    }
  }

/** The ticket reads a payment again. @returns false when it is closed. */
export type TellOfPayment = (orderNo: OrderNo, paymentKey: string) => Promise<boolean>

export const tellOfPayment =
  (client: Client): TellOfPayment =>
  async (orderNo, paymentKey) => {
    try {
      await client.workflow.getHandle(ticketWorkflowId(orderNo)).signal(paymentChanged, { paymentKey })
      return true
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false
      throw error
    }
  }
