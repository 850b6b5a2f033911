/** One missed call on a worker of its own. */
import { randomBytes } from 'node:crypto'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import type { AskToCallBackInput } from '../../activities/tickets.ts'
import type { MissedCall } from '../../domain/call.ts'
import { makeCallId } from '../../domain/ids.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import type { missedCall } from '../../workflows/missed-call.ts'
import { Outside } from './ticket-outside.ts'

/** Runs it to its end. @returns the workflow's id. */
export async function runMissedCall(
  env: TestWorkflowEnvironment,
  outside = new Outside(),
  callBacks: string[] = [],
): Promise<string> {
  const call: MissedCall = {
    callId: makeCallId(randomBytes(6).toString('hex')),
    fromNumber: '01012345678',
    toNumber: '15880000',
    receivedAt: '2026-11-21T12:00:00+09:00',
  }
  const taskQueue = `missed-${call.callId}`
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: await bundleWorkflows(),
    activities: {
      ...outside.activities(),
      openTicket: async () => ({ orderNo: '261121-MISS' }),
      linkCallToOrder: async () => {},
      askToCallBack: async ({ reason }: AskToCallBackInput) => void callBacks.push(reason),
    },
  })
  const workflowId = `missed-${call.callId}`
  await worker.runUntil(
    env.client.workflow.execute<typeof missedCall>('missedCall', { workflowId, taskQueue, args: [call] }),
  )
  return workflowId
}
