/** The rule-driven brain: the first line of the system prompt names the flow. */
import { CALLER_TASK } from '../../people/claude-mind.ts'
import type { MessagesRequest } from '../protocol.ts'
import type { Answer, Flow } from './answer.ts'
import { callAnalysis } from './call-analysis.ts'
import { issueAdvice } from './issue-advice.ts'
import { issueAlarm } from './issue-alarm/index.ts'
import { orderIntake } from './order-intake/index.ts'
import { outboundRequest } from './outbound-request/index.ts'
import { requestSummary } from './request-summary.ts'
import { simulatedCaller } from './simulated-caller.ts'
import { systemText } from './system-text.ts'
import { vendorOrder } from './vendor-order/index.ts'

const FLOWS: Readonly<Record<string, Flow>> = {
  '# Flow: order_intake': orderIntake,
  '# Flow: vendor_order': vendorOrder,
  '# Flow: issue_alarm': issueAlarm,
  '# Flow: outbound_request': outboundRequest,
  '# Task: call_analysis': callAnalysis,
  '# Task: request_summary': requestSummary,
  '# Task: issue_advice': issueAdvice,
  [CALLER_TASK]: simulatedCaller,
}

/** Tools the request does not offer (or forbids by `tool_choice`) are not asked for. */
export function think(request: MessagesRequest): Answer {
  const firstLine = systemText(request).trimStart().split('\n')[0]?.trim() ?? ''
  const flow = FLOWS[firstLine]
  if (flow === undefined) return { text: `(The stand-in knows no rules for "${firstLine}".)`, toolUses: [] }
  const answer = flow(request)
  const offered = request.tool_choice?.type === 'none' ? [] : (request.tools ?? []).map((tool) => tool.name)
  return { text: answer.text, toolUses: answer.toolUses.filter((use) => offered.includes(use.name)) }
}
