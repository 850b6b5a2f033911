/**
 * Records histories of whole runs on a Temporal development server, for replay.test.ts:
 *   node test/replay/record.ts 127.0.0.1:7233 [NAME …]
 * Do it again only when a change to a workflow is meant to be incompatible; otherwise the recorded
 * histories prove that running tickets survive the change.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { ensureSearchAttributes } from '../../temporal/search-attributes.ts'
import { cancelOrder, editOrder, messageReported, resolveIssue } from '../../workflows/ticket-messages.ts'
import { runMissedCall } from '../workflows/missed-call-harness.ts'
import { quietRuntime } from '../workflows/quiet-runtime.ts'
import { order, pay, type TicketRunForTest, withTicket } from '../workflows/ticket-harness.ts'
import { saveHistory } from './history-file.ts'

const BOSS = 'owner@example.com'
const REPORTED_AT = '2026-11-21T12:00:00+09:00'
/** Real time passes. */
const QUICK = { editWindowSeconds: 2, vendorPollSeconds: 1, stepRetrySeconds: 0.2, paymentExpirySeconds: 60 }

type Scenario = (run: TicketRunForTest) => Promise<unknown>

const done: Scenario = async (run) => {
  await order(run)
  await pay(run)
  await until(() => run.outside.kinds.includes('edit_window_opened'))
  await run.handle.executeUpdate(editOrder, { args: [{ fields: { room: '5호실' }, actor: BOSS }] })
  await run.handle.result()
}
const delivered: Scenario = async (run) => {
  await order(run)
  await pay(run)
  await run.handle.result()
}
const expired: Scenario = async (run) => {
  await order(run)
  await run.handle.result()
}
const resolved: Scenario = async (run) => {
  run.outside.placing = { status: 'refused', code: 'HALL_NOT_SERVED', reason: '배송 불가 지역' }
  await order(run)
  await pay(run)
  await until(() => run.outside.latest?.ticket.issue !== null)
  run.outside.placing = null
  await run.handle.executeUpdate(resolveIssue, { args: [{ action: 'retry_step', note: '', actor: BOSS }] })
  await run.handle.result()
}
const refunded: Scenario = async (run) => {
  run.outside.journey = ['접수']
  await order(run)
  await pay(run)
  await until(() => run.outside.latest?.ticket.subState === 'po_placed')
  await run.handle.executeUpdate(cancelOrder, { args: [{ reason: '고객 요청', actor: BOSS }] })
  await run.handle.result()
}

const SCENARIOS: Readonly<Record<string, { act: Scenario; policy?: object }>> = {
  'ticket-done': { act: done },
  'ticket-delivered': { act: delivered },
  'ticket-payment-expired': { act: expired, policy: { paymentExpirySeconds: 1 } },
  'ticket-issue-resolved': { act: resolved },
  'ticket-refunded': { act: refunded },
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 50))
}

quietRuntime()
const address = process.argv[2] ?? '127.0.0.1:7233'
const wanted = process.argv.slice(3)
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name)
const env = await TestWorkflowEnvironment.createFromExistingServer({ address })
await ensureSearchAttributes(env.connection, 'default')
for (const [name, { act, policy }] of Object.entries(SCENARIOS)) {
  if (!isWanted(name)) continue
  await withTicket(
    env,
    async (run) => {
      run.outside.onSent = ({ key }) =>
        run.handle.signal(messageReported, { messageKey: key, status: 'delivered', at: REPORTED_AT })
      await act(run)
      await saveHistory(env, name, run.handle.workflowId)
    },
    { policy: { ...QUICK, ...policy } },
  )
}
if (isWanted('missed-call')) await saveHistory(env, 'missed-call', await runMissedCall(env))
await env.teardown()
