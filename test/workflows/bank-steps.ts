/** What customer, bank and gateway do in tests of money through a bank. */
import type { PaymentReading } from '../../activities/activity-types.ts'
import {
  cancelOrder,
  depositReceived,
  openVirtualAccount,
  paymentChanged,
} from '../../workflows/ticket-messages.ts'
import type { TicketRunForTest } from './ticket-harness.ts'

export const BOSS = 'owner@example.com'
const AT = '2026-11-21T12:00:00+09:00'
export const PAID: PaymentReading = { status: 'paid', method: '가상계좌', paidAt: AT }
export const ACCOUNT = {
  bankCode: '88',
  accountNumber: '110-123-456789',
  holder: '김철수',
  actor: 'customer',
}

/** Asks for a virtual account. */
export const account = ({ handle }: TicketRunForTest, bankCode = '06') =>
  handle.executeUpdate(openVirtualAccount, { args: [{ bankCode }] })
/** Money comes in on our own account. */
export const deposit = ({ handle }: TicketRunForTest, depositId: string, amountWon: number) =>
  handle.executeUpdate(depositReceived, {
    args: [{ depositId, amountWon, receivedAt: AT, actor: 'system' }],
  })
/** Payment key of the first virtual account. */
export const keyOf = ({ handle }: TicketRunForTest): string =>
  `va-${handle.workflowId.replace('ticket-', '')}-V1`
/** The gateway reads so from now on, and says that something changed. */
export const say = (run: TicketRunForTest, reading: PaymentReading) => {
  run.outside.readings.set(keyOf(run), reading)
  return run.handle.signal(paymentChanged, { paymentKey: keyOf(run) })
}

/** Ends a ticket in peace: one that is cut off in the middle of a step leaves a server that skips no time. */
export async function callOff({ handle }: TicketRunForTest): Promise<void> {
  await handle.executeUpdate(cancelOrder, { args: [{ reason: '시험 끝', actor: BOSS }] })
  await handle.result()
}
