/**
 * A call that the business places: to a vendor about an order, to the owner about an Issue. Thin: what is said is the
 * flow's (activities/dialogue/flows.ts), what comes of it goes back to who asked for the call.
 */
import { workflowInfo } from '@temporalio/workflow'
import type { CallPolicy } from '../activities/calls.ts'
import { koreanIso } from '../domain/korean-time.ts'
import type { OutboundCallInput, OutboundCallResult } from '../domain/outbound-call.ts'
import { calls } from './call-activities.ts'
import { CallDiary } from './call-diary.ts'
import { OutboundCallState } from './outbound-call-state.ts'
import { outboundSummary } from './outbound-call-summary.ts'
import { PlacedCall, type PlacedCallEnd } from './placed-call.ts'

const RING_LIMIT_MS = 30_000
/** From the answer: an order is dictated and read back in two minutes. */
const MAX_DURATION_MS: Readonly<Record<OutboundCallInput['flow'], number>> = {
  vendor_order: 8 * 60_000,
  issue_alarm: 2 * 60_000,
}
const ACKNOWLEDGING_KEY = '1'

export async function outboundCall(input: OutboundCallInput): Promise<OutboundCallResult> {
  const { callId, calleeNumber, flow } = input
  const policy = await calls.readCallPolicy({ fromNumber: '', flow })
  const diary = openDiary(input, policy)
  let state: OutboundCallState | null = null

  /** The owner takes note with a key, also in the middle of a sentence. */
  const onDigit = (digit: string) => {
    if (flow !== 'issue_alarm' || digit !== ACKNOWLEDGING_KEY || state === null || state.result !== null)
      return
    state.result = { acknowledged: true }
    call.close('acknowledged')
  }
  const call = new PlacedCall({
    callId,
    diary: () => diary,
    dialling: { callerNumber: policy.companyPhone, calleeNumber, ringTimeoutMs: RING_LIMIT_MS },
    maxDurationMs: Math.min(policy.maxDurationMs, MAX_DURATION_MS[flow]),
    stateOf: (answered) => {
      const { companyName, language, maxTurns, edition } = policy
      const facts = { callId, ...answered, companyName, language, maxTurns, purpose: input }
      state = new OutboundCallState({ ...facts, ...(edition === undefined ? {} : { edition }) })
      return state
    },
    flow: { name: flow, version: policy.edition?.version ?? 0 },
    runTools: async (toolCalls) => state?.report(toolCalls) ?? [],
    watcher: { onDigit },
    onEnded: (ended) => diary.summary(outboundSummary(input, resultOf(flow, state, ended))),
  })
  const ended = await call.run()
  return resultOf(flow, state, ended)
}

function openDiary({ callId, calleeNumber, brief }: OutboundCallInput, policy: CallPolicy): CallDiary {
  const diary = new CallDiary({
    callId,
    workflowId: workflowInfo().workflowId,
    direction: 'outbound',
    fromNumber: policy.companyPhone,
    toNumber: calleeNumber,
    calledAt: koreanIso(Date.now()),
  })
  diary.ringing()
  diary.aboutOrder({ callId, orderNo: brief.orderNo })
  return diary
}

function resultOf(
  flow: OutboundCallInput['flow'],
  state: OutboundCallState | null,
  { answered, report }: PlacedCallEnd,
): OutboundCallResult {
  const nothingAcknowledged = answered !== null && flow === 'issue_alarm' ? { acknowledged: false } : null
  return {
    outcome: report?.outcome ?? 'failed',
    answered: answered !== null,
    result: state?.result ?? nothingAcknowledged,
  }
}
