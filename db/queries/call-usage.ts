/** What calls took of the services that we pay for. */
import { type CallUsage, modelCostWon, type ServicePrices, speechCostWon } from '../../domain/call-usage.ts'
import type { CallId } from '../../domain/ids.ts'
import type { Database, DatabaseTransaction } from '../database.ts'

/** Name of hearing and speaking beside those of models. */
export const SPEECH_PROVIDER = 'speech'

export interface UsageOfStep {
  readonly callId: CallId
  /** Id of a turn, or `analysis`. */
  readonly step: string
  readonly usage: CallUsage
}

/** A step that was written before is not counted twice. */
export async function recordUsage(
  transaction: DatabaseTransaction,
  { callId, step, usage }: UsageOfStep,
  prices: ServicePrices,
): Promise<void> {
  const common = { call_id: callId, step }
  const rows = usage.models.map((use) => ({
    ...common,
    provider: use.model,
    input_tokens: use.inputTokens,
    output_tokens: use.outputTokens,
    cache_read_tokens: use.cacheReadTokens,
    cache_write_tokens: use.cacheWriteTokens,
    recognition_ms: 0,
    characters: 0,
    cost_won: modelCostWon(use, prices),
  }))
  if (usage.recognitionMs + usage.characters > 0) {
    rows.push({
      ...common,
      provider: SPEECH_PROVIDER,
      input_tokens: 0,
      output_tokens: 0,
      cache_read_tokens: 0,
      cache_write_tokens: 0,
      recognition_ms: Math.round(usage.recognitionMs),
      characters: usage.characters,
      cost_won: speechCostWon(usage, prices),
    })
  }
  if (rows.length === 0) return
  await transaction
    .insertInto('call_usage')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['call_id', 'step', 'provider']).doNothing())
    .execute()
}

/** Sums of each call and provider; models first. */
export function readUsage(database: Database, callIds: readonly string[]) {
  return database
    .selectFrom('call_usage')
    .select((eb) => [
      'call_id',
      'provider',
      eb.fn.sum<number>('input_tokens').as('input_tokens'),
      eb.fn.sum<number>('output_tokens').as('output_tokens'),
      eb.fn.sum<number>('cache_read_tokens').as('cache_read_tokens'),
      eb.fn.sum<number>('cache_write_tokens').as('cache_write_tokens'),
      eb.fn.sum<number>('recognition_ms').as('recognition_ms'),
      eb.fn.sum<number>('characters').as('characters'),
      eb.fn.sum<number>('cost_won').as('cost_won'),
    ])
    .where('call_id', 'in', callIds)
    .groupBy(['call_id', 'provider'])
    .orderBy('provider')
    .execute()
}
