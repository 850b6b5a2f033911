/**
 * The owner talks with a flow by their own telephone before customers do: ears, voice, model and rules are those of real
 * calls; tools are played on an order that only this call knows, and no record of a call is kept.
 */
import { CancellationScope, condition, proxyActivities } from '@temporalio/workflow'
import type { FlowActivities } from '../activities/flows.ts'
import type { AgentCallInput } from '../domain/call.ts'
import type { FlowName } from '../domain/flow-content.ts'
import { legOf } from './call-activities.ts'
import { Conversation } from './call-conversation.ts'
import type { CallLeg } from './call-leg.ts'
import { openTrialState } from './trial-state.ts'

const { findTrialFlow, noteFlowTried } = proxyActivities<FlowActivities>({
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '20s',
  retry: { initialInterval: '300ms', maximumInterval: '2s' },
  summary: '시험 통화',
})

const ANSWER_LIMIT = '30s'
const MAX_DURATION_MS = 10 * 60_000
const MAX_TURNS = 80
/** A goodbye is heard to its end, but not longer. */
const PLAYOUT_LIMIT_MS = 20_000
/** RFC 3261: there is nobody by that number, for who may not try flows. */
const NOT_FOUND = 404
const SERVICE_UNAVAILABLE = 503

/** @param leg whose events are heard already; nothing holds it yet. @returns whether they talked. */
export async function talkToDraft(
  { callId, legId, gatewayHost, extension }: AgentCallInput,
  flow: Exclude<FlowName, 'order_chat'>,
  leg: CallLeg,
): Promise<boolean> {
  const gateway = legOf(gatewayHost)
  const found = await findTrialFlow({ flow, extension }).catch(() => 'unknown' as const)
  if (found === null || found === 'unknown') {
    const refusal = found === null ? NOT_FOUND : SERVICE_UNAVAILABLE
    await gateway.hangUpLeg({ legId, afterPlayoutMs: 0, refusal })
    return false
  }
  const { revision, ...trial } = found
  leg.hold(gateway.holdLeg({ kind: 'answer', legId, callId }))
  let noted: Promise<void> = Promise.resolve()
  try {
    await condition(() => leg.answered !== null || leg.over, ANSWER_LIMIT)
    if (leg.answered === null) return false
    const { mediaSocketUrl } = leg.answered
    const call = { callId, legId, mediaSocketUrl, maxTurns: MAX_TURNS }
    const { state, play } = openTrialState({ ...trial, flow, call })
    let isNoted = revision === null
    await new Conversation({
      leg,
      state,
      maxDurationMs: MAX_DURATION_MS,
      onTurn: (_turnId, _turnIndex, { caller, fault }) => {
        if (isNoted || revision === null || caller === null || fault) return
        isNoted = true
        noted = noteFlowTried({ flow, revision }).catch(() => {})
      },
      runTools: async (calls) => play(calls, Date.now()),
    }).run()
    return true
  } finally {
    await CancellationScope.nonCancellable(async () => {
      if (!leg.over) await gateway.hangUpLeg({ legId, afterPlayoutMs: PLAYOUT_LIMIT_MS }).catch(() => {})
      await leg.reported()
      await noted
    })
  }
}
