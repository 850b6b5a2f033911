/** What the API says of how long callers wait for our answers. */
import { z } from '@hono/zod-openapi'

const ms = z.number().int().describe('ms')
const time = z.iso.datetime({ offset: true })

export const latencyStepSchema = z.enum(['hour', 'day'])

const part = z.object({
  share: z.number().describe('of all that was waited, 0 to 1'),
  p95: ms,
})
const figures = {
  turns: z.number().int().describe('answers to what a caller said'),
  /** From the caller's last voice to the first packet of our answer, on the wire; null where nobody waited. */
  wait: z.object({ p50: ms, p95: ms, p99: ms }).nullable(),
  /** Caller's last voice → found to be over → first token of the model → first audio of the voice → first packet. */
  parts: z.object({ decision: part, first_token: part, first_audio: part, first_packet: part }).nullable(),
}

export const latencyAlarmSchema = z.object({
  raised_at: time,
  /** Null: callers still wait too long. */
  cleared_at: time.nullable(),
  p95: ms.describe('the worst while it was open, ms'),
  limit: ms,
  window_minutes: z.number().int(),
  turns: z.number().int(),
})

export const latencySchema = z
  .object({
    from: time,
    until: time,
    by: latencyStepSchema,
    total: z.object(figures),
    /** Hours or days in Korea in which somebody was answered, the oldest first. */
    buckets: z.array(z.object({ from: time, ...figures })),
    alarm: z.object({
      /** Ms; 0: there is no alarm. */
      limit: ms,
      window_minutes: z.number().int(),
      now: z.object({ turns: z.number().int(), p95: ms.nullable() }),
      open: latencyAlarmSchema.nullable(),
      /** The last ones, the newest first. */
      last: z.array(latencyAlarmSchema),
    }),
  })
  .openapi('Latency')

export type LatencyView = z.infer<typeof latencySchema>
