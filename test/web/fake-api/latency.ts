/** Response times of a day with a slow hour. */
import type { LatencyView } from '../../../api/schemas/latency.ts'
import { koreanIso } from '../../../domain/korean-time.ts'

const HOUR_MS = 3_600_000
const P95 = [1_180, 1_240, 1_150, 1_320, 1_290, 2_870, 1_410, 1_260]

/** @param nowMs epoch. @param slow callers wait too long now. */
export function latencyAt(nowMs: number, by: LatencyView['by'], slow: boolean): LatencyView {
  const hour = Math.floor(nowMs / HOUR_MS) * HOUR_MS
  const parts = {
    decision: { share: 0.42, p95: 620 },
    first_token: { share: 0.35, p95: 540 },
    first_audio: { share: 0.17, p95: 210 },
    first_packet: { share: 0.06, p95: 79 },
  }
  const wait = (p95: number) => ({ p50: Math.round(p95 * 0.68), p95, p99: Math.round(p95 * 1.3) })
  const was = { p95: 2_870, limit: 2_500, window_minutes: 15, turns: 41 }
  const raisedAt = koreanIso(hour - 2 * HOUR_MS)
  const past = { ...was, raised_at: raisedAt, cleared_at: koreanIso(hour - HOUR_MS) }
  const open = { ...was, raised_at: koreanIso(hour), cleared_at: null }
  return {
    from: koreanIso(nowMs - 24 * HOUR_MS),
    until: koreanIso(nowMs),
    by,
    total: { turns: 1_284, wait: wait(1_310), parts },
    buckets: P95.map((p95, index) => ({
      from: koreanIso(hour - (P95.length - 1 - index) * HOUR_MS),
      turns: 120 + 17 * index,
      wait: wait(p95),
      parts,
    })),
    alarm: {
      limit: 2_500,
      window_minutes: 15,
      now: { turns: 37, p95: slow ? 2_870 : 1_260 },
      open: slow ? open : null,
      last: slow ? [open, past] : [past],
    },
  }
}
