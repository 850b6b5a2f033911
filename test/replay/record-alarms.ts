/**
 * Records the alarm of an Issue, and a ticket whose Issue rings one, for replay.test.ts:
 *   node test/replay/record-alarms.ts 127.0.0.1:7233
 */
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { ensureSearchAttributes } from '../../temporal/search-attributes.ts'
import { raiseIssue, resolveIssue } from '../../workflows/ticket-messages.ts'
import { ACKNOWLEDGED, UNANSWERED, withAlarm } from '../workflows/issue-alarm-harness.ts'
import { quietRuntime } from '../workflows/quiet-runtime.ts'
import { withTicket } from '../workflows/ticket-harness.ts'
import { saveHistory } from './history-file.ts'

const BOSS = 'owner@example.com'

quietRuntime()
const address = process.argv[2] ?? '127.0.0.1:7233'
const env = await TestWorkflowEnvironment.createFromExistingServer({ address })
await ensureSearchAttributes(env.connection, 'default')
await withAlarm(
  env,
  async ({ handle }) => {
    await handle.result()
    await saveHistory(env, 'issue-alarm-by-call', handle.workflowId)
  },
  {
    policy: { gatherSeconds: 0.5, callAfterSeconds: 1, callRepeatSeconds: 1 },
    owner: (owner) => Object.assign(owner, { answers: [UNANSWERED, ACKNOWLEDGED] }),
  },
)
await withTicket(env, async ({ handle }) => {
  await handle.executeUpdate(raiseIssue, {
    args: [{ kind: 'complaint', reason: '고객이 화가 났습니다.', actor: BOSS }],
  })
  await handle.executeUpdate(resolveIssue, {
    args: [{ action: 'refund_and_close', note: '고객 요청', actor: BOSS }],
  })
  await handle.result()
  await saveHistory(env, 'ticket-issue-alarmed', handle.workflowId)
})
await env.teardown()
