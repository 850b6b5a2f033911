/**
 * Records tickets whose money comes through a bank, and the workflows that Schedules start, for replay.test.ts:
 *   node test/replay/record-money.ts 127.0.0.1:7233
 */
import { TestWorkflowEnvironment } from '@temporalio/testing'
import type { PaymentReading } from '../../activities/activity-types.ts'
import { ensureSearchAttributes } from '../../temporal/search-attributes.ts'
import {
  depositReceived,
  openVirtualAccount,
  paymentChanged,
  snapshot,
} from '../../workflows/ticket-messages.ts'
import { quietRuntime } from '../workflows/quiet-runtime.ts'
import { runScheduled } from '../workflows/scheduled-harness.ts'
import { order, type TicketRunForTest, withTicket } from '../workflows/ticket-harness.ts'
import { saveHistory } from './history-file.ts'

const AT = '2026-11-21T12:00:00+09:00'
const PAID: PaymentReading = { status: 'paid', method: '가상계좌', paidAt: AT }
/** Real time passes. */
const QUICK = { editWindowSeconds: 2, vendorPollSeconds: 1, stepRetrySeconds: 0.2, paymentExpirySeconds: 60 }

/** The customer takes an account. @returns the key of its payment. */
async function account({ handle }: TicketRunForTest): Promise<string> {
  await handle.executeUpdate(openVirtualAccount, { args: [{ bankCode: '06' }] })
  const { openedPayments } = await handle.query(snapshot)
  return openedPayments.at(-1)?.paymentKey ?? ''
}

async function tell({ handle, outside }: TicketRunForTest, paymentKey: string, reading: PaymentReading) {
  outside.readings.set(paymentKey, reading)
  await handle.signal(paymentChanged, { paymentKey })
}

const deposit = ({ handle }: TicketRunForTest, depositId: string, amountWon: number) =>
  handle.executeUpdate(depositReceived, {
    args: [{ depositId, amountWon, receivedAt: AT, actor: 'system' }],
  })

const until = async ({ outside }: TicketRunForTest, kind: string): Promise<void> => {
  while (!outside.kinds.includes(kind)) await new Promise((resolve) => setTimeout(resolve, 50))
}

type Story = (run: TicketRunForTest) => Promise<unknown>

const STORIES: Readonly<Record<string, Story>> = {
  'ticket-virtual-account': async (run) => {
    await order(run)
    await tell(run, await account(run), PAID)
  },
  'ticket-deposit-fell-back': async (run) => {
    await order(run)
    const key = await account(run)
    await tell(run, key, PAID)
    await until(run, 'edit_window_opened')
    await tell(run, key, { status: 'open' })
    await until(run, 'payment_fell_back')
    await tell(run, key, PAID)
  },
  'ticket-deposits-in-parts': async (run) => {
    await order(run)
    await deposit(run, 'b1', 30_000)
    await until(run, 'deposit_received')
    await deposit(run, 'b2', 60_000)
  },
}

quietRuntime()
const address = process.argv[2] ?? '127.0.0.1:7233'
const env = await TestWorkflowEnvironment.createFromExistingServer({ address })
await ensureSearchAttributes(env.connection, 'default')
for (const [name, story] of Object.entries(STORIES)) {
  await withTicket(
    env,
    async (run) => {
      await story(run)
      await run.handle.result()
      await saveHistory(env, name, run.handle.workflowId)
    },
    { policy: QUICK },
  )
}
const fed = await runScheduled(env, 'bankFeed', [])
await saveHistory(env, 'bank-feed', fed.workflowId)
const reconciled = await runScheduled(env, 'reconciliation', [{ startedBy: 'system' }])
await saveHistory(env, 'reconciliation', reconciled.workflowId)
const digest = await runScheduled(env, 'morningDigest', [])
await saveHistory(env, 'morning-digest', digest.workflowId)
await env.teardown()
