/** What was told on the telephone, judged by how surely it was heard (domain/read-back.ts). */
import { patched } from '@temporalio/workflow'
import type { ToldField } from '../activities/tickets.ts'
import { ORDER_FIELDS, type OrderField } from '../domain/order.ts'
import { type Doubts, doubtsAfter, type Hearing, judgeHearing } from '../domain/read-back.ts'
import type { ToolRun } from './order-tool-context.ts'

/** Calls of before looked at all that was said. */
const judgedBy = ({ confidence, heard }: Hearing): Hearing =>
  heard !== undefined && patched('heard-words') ? { confidence, heard } : { confidence }

export type ToldFields = Partial<Record<OrderField, ToldField>>

export interface HeardFields {
  /** All of them, each with what became of its doubt. */
  readonly fields: ToldFields
  readonly doubts: Doubts
  /** Heard in doubt just now. */
  readonly unsure: readonly OrderField[]
}

/** Words that were written are what they are: only the telephone leaves doubts. */
export function heardFields(fields: ToldFields, { toldAt, context }: ToolRun): HeardFields {
  const { doubts: before = {} } = context.state
  if (toldAt.source.kind !== 'call' || toldAt.hearing === undefined)
    return { fields, doubts: before, unsure: [] }
  const hearing = judgedBy(toldAt.hearing)
  let doubts = before
  const judged: ToldFields = {}
  const unsure: OrderField[] = []
  for (const field of ORDER_FIELDS) {
    const told = fields[field]
    if (told === undefined) continue
    const judgement = judgeHearing(field, told, hearing, doubts)
    doubts = doubtsAfter(doubts, field, judgement)
    if (judgement.kind === 'unsure') unsure.push(field)
    judged[field] =
      judgement.kind === 'sure'
        ? judgement.told
        : { ...judgement.told, confirmed: judgement.kind === 'confirmed' }
  }
  return { fields: judged, doubts, unsure }
}
