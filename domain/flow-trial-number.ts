/** What is dialled on a telephone of ours to talk with a flow before customers do. Nobody outside has a number like these. */
import type { FlowName } from './flow-content.ts'

const NUMBERS = {
  order_call: '0001',
  vendor_order: '0002',
  issue_alarm: '0003',
  outbound_request: '0004',
} as const satisfies Partial<Record<FlowName, string>>
type SpokenFlow = keyof typeof NUMBERS

const isSpoken = (flow: FlowName): flow is SpokenFlow => flow in NUMBERS

/** @returns null for a flow that is only written. */
export const trialNumberOf = (flow: FlowName): string | null => (isSpoken(flow) ? NUMBERS[flow] : null)

/** @param dialled as it was dialled. @returns null: no trial is meant. */
export function flowOfTrialNumber(dialled: string): SpokenFlow | null {
  const found = Object.entries(NUMBERS).find(([, number]) => number === dialled)
  return (found?.[0] as SpokenFlow | undefined) ?? null
}
