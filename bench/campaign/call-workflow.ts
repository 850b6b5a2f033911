/** A call of the benchmark in place of `outboundRequest`: the same input, no telephone; it ends as a real one does. */
import { proxyLocalActivities } from '@temporalio/workflow'
import type { OutboundRequestInput } from '../../workflows/outbound-request-messages.ts'
import type { BenchCallActivities } from './calls.ts'

const { answerCall } = proxyLocalActivities<BenchCallActivities>({ startToCloseTimeout: '1m' })

export async function outboundRequest({ outboundId, request }: OutboundRequestInput): Promise<void> {
  await answerCall({ outboundId, questions: request.questions })
}
