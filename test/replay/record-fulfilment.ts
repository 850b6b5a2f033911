/**
 * Records histories of what follows the purchase order, on a Temporal development server, for replay.test.ts:
 *   node test/replay/record-fulfilment.ts 127.0.0.1:7233
 * See record.ts for when to do it again.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { koreanIso } from '../../domain/korean-time.ts'
import { ensureSearchAttributes } from '../../temporal/search-attributes.ts'
import {
  deliveryChanged,
  editOrder,
  messageReported,
  partialRefund,
  raiseIssue,
  reorder,
  resolveIssue,
  type TicketInput,
  tellDelay,
} from '../../workflows/ticket-messages.ts'
import { ORDER } from '../domain/order-fixture.ts'
import { quietRuntime } from '../workflows/quiet-runtime.ts'
import { order, pay, type TicketRunForTest, withTicket } from '../workflows/ticket-harness.ts'
import { saveHistory } from './history-file.ts'

const BOSS = 'owner@example.com'
const REPORTED_AT = '2026-11-21T12:00:00+09:00'
/** Real time passes. */
const QUICK = { editWindowSeconds: 2, vendorPollSeconds: 1, stepRetrySeconds: 0.2, paymentExpirySeconds: 60 }
const inSeconds = (seconds: number): string => koreanIso(Date.now() + seconds * 1000)

type Scenario = (run: TicketRunForTest) => Promise<unknown>

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 50))
}
const issueOf = ({ outside }: TicketRunForTest) => outside.latest?.ticket.issue ?? null
async function beingMade(run: TicketRunForTest, fields = ORDER): Promise<void> {
  run.outside.journey = ['제작중']
  await order(run, fields)
  await pay(run)
  await until(() => run.outside.latest?.ticket.subState === 'po_placed')
}
async function arrives(run: TicketRunForTest): Promise<void> {
  run.outside.journey = ['완료']
  await run.handle.signal(deliveryChanged, { erpOrderId: 'ERP' })
}
const edit = (run: TicketRunForTest, fields: object) =>
  run.handle.executeUpdate(editOrder, { args: [{ fields, actor: BOSS }] })
const carryOn = (run: TicketRunForTest) =>
  run.handle.executeUpdate(resolveIssue, { args: [{ action: 'retry_step', note: '', actor: BOSS }] })

/** At the end of the window, and once the vendor has taken a later edit. */
const editsTold: Scenario = async (run) => {
  run.outside.journey = ['접수']
  await order(run)
  await pay(run)
  await until(() => run.outside.kinds.includes('edit_window_opened'))
  await edit(run, { room: '5호실' })
  await until(() => run.outside.texts.includes('edit_applied'))
  await until(() => run.outside.latest?.ticket.subState === 'po_placed')
  await edit(run, { room: '6호실' })
  await until(() => run.outside.texts.filter((kind) => kind === 'edit_applied').length === 2)
  await arrives(run)
  await run.handle.result()
}

const reordered: Scenario = async (run) => {
  await beingMade(run)
  run.outside.sharing = { status: 'refused', code: 'ALREADY_MADE', reason: '이미 제작되었습니다' }
  await edit(run, { message: '바꾼 문구' }).catch(() => {})
  await run.handle.executeUpdate(partialRefund, { args: [{ actor: BOSS }] })
  await until(() => run.outside.texts.includes('part_refunded'))
  run.outside.journey = ['접수']
  await run.handle.executeUpdate(reorder, { args: [{ actor: BOSS }] })
  await until(() => run.outside.placed.length === 2)
  await arrives(run)
  await run.handle.result()
}

const late: Scenario = async (run) => {
  await beingMade(run, { ...ORDER, deliver_by: inSeconds(8) })
  await until(() => issueOf(run) !== null)
  await run.handle.executeUpdate(tellDelay, { args: [{ actor: BOSS, expectedBy: inSeconds(4) }] })
  await until(() => run.outside.texts.includes('delay_notice'))
  await until(() => issueOf(run) !== null)
  await arrives(run)
  await run.handle.result()
}

const complained: Scenario = async (run) => {
  await beingMade(run)
  await run.handle.executeUpdate(raiseIssue, {
    args: [{ kind: 'complaint', reason: '불만', actor: 'ai' }],
  })
  run.outside.ways = ({ kind, failedTypes = [] }) =>
    kind === 'delivered' && failedTypes.length === 0 ? ['MMS', 'LMS'] : ['LMS']
  await arrives(run)
  await until(() => run.outside.texts.includes('delivered'))
  await until(() => run.outside.kinds.filter((kind) => kind === 'message_sent').length === 4)
  await carryOn(run)
  await run.handle.result()
}

/** Without a revision the changes are marked in the history, as in tickets from before there were any. */
const SCENARIOS: Readonly<Record<string, { act: Scenario; input?: Partial<TicketInput> }>> = {
  'ticket-edits-told': { act: editsTold },
  'ticket-reordered': { act: reordered },
  'ticket-late': { act: late },
  'ticket-complained': { act: complained },
  'ticket-late-with-marks': { act: late, input: { revision: 0 } },
  'ticket-complained-with-marks': { act: complained, input: { revision: 0 } },
}

quietRuntime()
const address = process.argv[2] ?? '127.0.0.1:7233'
const env = await TestWorkflowEnvironment.createFromExistingServer({ address })
await ensureSearchAttributes(env.connection, 'default')
for (const [name, { act, input }] of Object.entries(SCENARIOS)) {
  await withTicket(
    env,
    async (run) => {
      run.outside.onSent = ({ key, kind, failedTypes = [] }) => {
        const fails = kind === 'delivered' && failedTypes.length === 0 && name.includes('complained')
        const status = fails ? 'failed' : 'delivered'
        return run.handle.signal(messageReported, {
          messageKey: key,
          status,
          at: REPORTED_AT,
          reason: '3054',
        })
      }
      await act(run)
      await saveHistory(env, name, run.handle.workflowId)
    },
    { policy: QUICK, ...(input === undefined ? {} : { input }) },
  )
}
await env.teardown()
