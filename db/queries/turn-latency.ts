/** Waits for our answers, as the gateways saw them on the wire (`call_turns.timings`, TurnTimings of domain/dialogue.ts). */
import { sql } from 'kysely'
import {
  alarmStep,
  type LatencyPart,
  type LatencyPolicy,
  type RecentLatency,
  sharesOf,
} from '../../domain/turn-latency.ts'
import type { Database, DatabaseTransaction } from '../database.ts'
import { notifyScreens } from './notify.ts'

/** Ms. */
export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

export interface LatencyFigures {
  readonly turns: number
  /** Null where nobody waited. */
  readonly wait: Percentiles | null
  /** Of the turns of which every part is known. */
  readonly parts: Readonly<Record<LatencyPart, { readonly share: number; readonly p95: number }>> | null
}

export interface LatencyBucket extends LatencyFigures {
  /** ISO 8601. */
  readonly from: string
}

/** A call lasts no longer: its turns are looked for so long after it began. */
const LONGEST_CALL = '4 hours'

/**
 * Answers to what a caller said: greetings, and words that nobody asked for, have no wait. A part that was not taken is
 * null; what the parts leave of the whole is the way to the first packet.
 */
const turns = (fromIso: string, untilIso: string) => sql`
  select
    coalesce(r.answered_at, r.called_at) + t.start_ms * interval '1 millisecond' as at,
    (t.timings->>'wireLatencyMs')::float8 as wait,
    (t.timings->>'endOfTurnMs')::float8 as decision,
    (t.timings->>'firstTokenMs')::float8 as first_token,
    (t.timings->>'firstAudioMs')::float8 as first_audio
  from call_turns t join call_records r on r.call_id = t.call_id
  where t.speaker = 'ai'
    and r.called_at >= ${fromIso}::timestamptz - ${LONGEST_CALL}::interval
    and r.called_at < ${untilIso}::timestamptz
    and t.timings->>'wireLatencyMs' is not null`

const figures = sql`
  count(*)::int as turns,
  percentile_cont(array[0.5, 0.95, 0.99]) within group (order by wait) as wait,
  count(known)::int as known,
  percentile_cont(0.95) within group (order by known * decision) as p95_decision,
  percentile_cont(0.95) within group (order by known * first_token) as p95_first_token,
  percentile_cont(0.95) within group (order by known * first_audio) as p95_first_audio,
  percentile_cont(0.95) within group (order by known * first_packet) as p95_first_packet,
  coalesce(sum(known * decision), 0) as sum_decision,
  coalesce(sum(known * first_token), 0) as sum_first_token,
  coalesce(sum(known * first_audio), 0) as sum_first_audio,
  coalesce(sum(known * first_packet), 0) as sum_first_packet`

type Row = {
  readonly turns: number
  readonly known: number
  readonly wait: readonly number[] | null
} & Readonly<Record<`p95_${LatencyPart}`, number | null> & Record<`sum_${LatencyPart}`, number>>

function toFigures(row: Row): LatencyFigures {
  const [p50, p95, p99] = row.wait ?? []
  const rounded = (ms: number | null | undefined) => Math.round(ms ?? 0)
  const shares = sharesOf({
    decision: row.sum_decision,
    first_token: row.sum_first_token,
    first_audio: row.sum_first_audio,
    first_packet: row.sum_first_packet,
  })
  return {
    turns: row.turns,
    wait: row.turns === 0 ? null : { p50: rounded(p50), p95: rounded(p95), p99: rounded(p99) },
    parts:
      row.known === 0
        ? null
        : {
            decision: { share: shares.decision, p95: rounded(row.p95_decision) },
            first_token: { share: shares.first_token, p95: rounded(row.p95_first_token) },
            first_audio: { share: shares.first_audio, p95: rounded(row.p95_first_audio) },
            first_packet: { share: shares.first_packet, p95: rounded(row.p95_first_packet) },
          },
  }
}

export interface LatencyRange {
  /** ISO 8601; the end is not in it. */
  readonly from: string
  readonly until: string
}

const within = ({ from, until }: LatencyRange) => sql`
  with turns as (${turns(from, until)}),
  waits as (
    select *,
      greatest(0, wait - decision - first_token - first_audio) as first_packet,
      case when decision + first_token + first_audio is null then null else 1 end as known
    from turns where at >= ${from}::timestamptz and at < ${until}::timestamptz
  )`

/** By hour or day in Korea, those without turns left out; and of the whole range. */
export async function readLatency(
  db: Database,
  range: LatencyRange,
  by: 'hour' | 'day',
): Promise<{ readonly total: LatencyFigures; readonly buckets: readonly LatencyBucket[] }> {
  const { rows } = await sql<Row & { readonly from: Date | null }>`${within(range)}
    select date_trunc(${by}, at, 'Asia/Seoul') as "from", ${figures}
    from waits group by grouping sets ((), (1)) order by 1 nulls first`.execute(db)
  const [total, ...buckets] = rows
  return {
    total: total === undefined ? { turns: 0, wait: null, parts: null } : toFigures(total),
    buckets: buckets.flatMap((row) =>
      row.from === null ? [] : [{ from: row.from.toISOString(), ...toFigures(row) }],
    ),
  }
}

/** Of the last minutes. @param nowMs epoch. */
export async function recentLatency(
  db: Database | DatabaseTransaction,
  windowMinutes: number,
  nowMs: number,
): Promise<RecentLatency> {
  const from = new Date(nowMs - windowMinutes * 60_000).toISOString()
  // A turn is dated to where it stands in the call: clocks of hosts may differ by a moment.
  const until = new Date(nowMs + 60_000).toISOString()
  const { rows } = await sql<{
    readonly turns: number
    readonly p95: number | null
  }>`${within({ from, until })}
    select count(*)::int as turns, percentile_cont(0.95) within group (order by wait) as p95 from waits`.execute(
    db,
  )
  const [row] = rows
  return { turns: row?.turns ?? 0, p95Ms: row?.p95 == null ? null : Math.round(row.p95) }
}

export const openLatencyAlarm = (db: Database | DatabaseTransaction) =>
  db.selectFrom('latency_alarms').selectAll().where('cleared_at', 'is', null).executeTakeFirst()

export const lastLatencyAlarms = (db: Database, limit: number) =>
  db.selectFrom('latency_alarms').selectAll().orderBy('raised_at', 'desc').limit(limit).execute()

/** Raises, worsens or clears the alarm; of several that judge at once one does. @param nowMs epoch. */
export async function judgeLatency(db: Database, policy: LatencyPolicy, nowMs: number): Promise<void> {
  const { limitMs, windowMinutes } = policy
  const recent = await recentLatency(db, windowMinutes, nowMs)
  await db.transaction().execute(async (transaction) => {
    const open = await openLatencyAlarm(transaction)
    const at = new Date(nowMs)
    const worst = { p95_ms: recent.p95Ms ?? 0, turns: recent.turns }
    const step = alarmStep(recent, policy, open?.p95_ms ?? null)
    if (step === 'none') return
    if (step === 'raise')
      await transaction
        .insertInto('latency_alarms')
        .values({ ...worst, raised_at: at, limit_ms: limitMs, window_minutes: windowMinutes })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    else
      await transaction
        .updateTable('latency_alarms')
        .set(step === 'clear' ? { cleared_at: at } : worst)
        .where('cleared_at', 'is', null)
        .execute()
    await notifyScreens(transaction, { type: 'latency_changed' })
  })
}
