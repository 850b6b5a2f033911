/**
 * Records histories of whole runs on a Temporal development server, for replay.test.ts:
 *   node test/replay/record.ts 127.0.0.1:7233
 * Do it again only when a change to a workflow is meant to be incompatible; otherwise the recorded
 * histories prove that running tickets survive the change.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { ensureSearchAttributes } from '../../temporal/search-attributes.ts'
import { cancelOrder, editOrder, messageReported, resolveIssue } from '../../workflows/ticket-messages.ts'
import { runMissedCall } from '../workflows/missed-call-harness.ts'
import { quietRuntime } from '../workflows/quiet-runtime.ts'
import { order, pay, type TicketRunForTest, withTicket } from '../workflows/ticket-harness.ts'

const FOLDER = fileURLToPath(new URL('./histories/', import.meta.url))
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
  'ticket-payment-expired': { act: expired, policy: { paymentExpirySeconds: 1 } },
  'ticket-issue-resolved': { act: resolved },
  'ticket-refunded': { act: refunded },
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 50))
}

/** Nothing of the machine or the time of recording that a replay does not need. */
function withoutTraces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTraces)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => name !== 'stackTrace')
  return Object.fromEntries(
    kept.map(([name, inner]) => [name, name === 'identity' ? 'recorder' : withoutTraces(inner)]),
  )
}

async function save(env: TestWorkflowEnvironment, name: string, workflowId: string): Promise<void> {
  const history = await env.client.workflow.getHandle(workflowId).fetchHistory()
  const json = withoutTraces(JSON.parse(historyToJSON(history)))
  await writeFile(`${FOLDER}${name}.json`, `${JSON.stringify(json, null, 1)}\n`)
  process.stdout.write(`${name}: ${history.events?.length} events\n`)
}

quietRuntime()
const address = process.argv[2] ?? '127.0.0.1:7233'
const env = await TestWorkflowEnvironment.createFromExistingServer({ address })
await ensureSearchAttributes(env.connection, 'default')
await mkdir(FOLDER, { recursive: true })
for (const [name, { act, policy }] of Object.entries(SCENARIOS)) {
  await withTicket(
    env,
    async (run) => {
      run.outside.onSent = ({ key }) =>
        run.handle.signal(messageReported, { messageKey: key, status: 'delivered', at: REPORTED_AT })
      await act(run)
      await save(env, name, run.handle.workflowId)
    },
    { policy: { ...QUICK, ...policy } },
  )
}
await save(env, 'missed-call', await runMissedCall(env))
await env.teardown()
