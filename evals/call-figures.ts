/** Turns, latency and version of a caller's calls, as the records have them. */
import { z } from 'zod'
import type { Database } from '../db/database.ts'
import { type DataKeys, phoneHash } from '../db/encryption.ts'
import type { EvalCall } from './report.ts'

const timings = z.object({ wireLatencyMs: z.number().nullish() })

/** @param number national digits, used by this caller alone. */
export async function callFigures(
  database: Database,
  keys: DataKeys,
  number: string,
): Promise<Pick<EvalCall, 'turns' | 'latenciesMs' | 'flowVersion'>> {
  const rows = await database
    .selectFrom('call_turns')
    .innerJoin('call_records', 'call_records.call_id', 'call_turns.call_id')
    .innerJoin('customers', 'customers.id', 'call_records.customer_id')
    .select(['call_turns.timings', 'call_records.flow_version'])
    .where('customers.phone_hash', '=', phoneHash(number, keys))
    .where('call_turns.speaker', '=', 'ai')
    .execute()
  return {
    turns: rows.length,
    latenciesMs: rows.flatMap(({ timings: stored }) => {
      const parsed = timings.safeParse(stored)
      const ms = parsed.success ? parsed.data.wireLatencyMs : null
      return ms === null || ms === undefined ? [] : [ms]
    }),
    flowVersion: rows[0]?.flow_version ?? null,
  }
}
