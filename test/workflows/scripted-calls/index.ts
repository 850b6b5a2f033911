/** The ticket as it is, and calls whose outcome the test decides: what is said in them is tested elsewhere. */
import { proxyActivities } from '@temporalio/workflow'
import type { OutboundCallInput, OutboundCallResult } from '../../../domain/outbound-call.ts'

export { ticket } from '../../../workflows/ticket.ts'

const { placeCall } = proxyActivities<{ placeCall(input: OutboundCallInput): Promise<OutboundCallResult> }>({
  startToCloseTimeout: '10 minutes',
  retry: { maximumAttempts: 1 },
})

export async function outboundCall(input: OutboundCallInput): Promise<OutboundCallResult> {
  return await placeCall(input)
}

/** Nobody is alarmed: an alarm that outlives its ticket would keep the server from skipping time. */
export async function issueAlarm(): Promise<void> {}
