/** What the workflow of a call that we placed knows beside the conversation: what it is for and what came of it. */
import type { DialogueContext, ToolCall, ToolResult } from '../domain/dialogue.ts'
import {
  type AlarmCallResult,
  type OutboundCallInput,
  readVendorCallReport,
  type VendorCallResult,
} from '../domain/outbound-call.ts'
import { type CallFacts, CallState } from './call-state.ts'

export interface OutboundCallFacts extends CallFacts {
  readonly purpose: OutboundCallInput
}

export class OutboundCallState extends CallState<OutboundCallFacts> {
  /** Null while nothing is settled. */
  result: VendorCallResult | AlarmCallResult | null = null

  /** Carries out what the model asks for: its reports are the result of the call. */
  report(calls: readonly ToolCall[]): readonly ToolResult[] {
    return calls.map((call) => ({
      toolCallId: call.id,
      ok: true,
      content: this.#note(call),
      mustTell: false,
    }))
  }

  protected context(now: string): DialogueContext {
    const { companyName, language, purpose } = this.facts
    const frame = { companyName, language, now }
    switch (purpose.flow) {
      case 'vendor_order':
        return { flow: 'vendor_order', ...frame, brief: purpose.brief }
      case 'issue_alarm':
        return { flow: 'issue_alarm', ...frame, brief: purpose.brief }
    }
  }

  #note(call: ToolCall): string {
    const { flow } = this.facts.purpose
    if (call.name === 'report_result' && flow === 'vendor_order') {
      const report = readVendorCallReport(call.input)
      this.result = report
      return JSON.stringify({ noted: report.status, order_number: report.erpOrderId })
    }
    if (call.name === 'acknowledge' && flow === 'issue_alarm') {
      this.result = { acknowledged: true }
      return 'noted'
    }
    return call.name === 'end_call' ? 'the call ends' : 'there is no such tool'
  }
}
