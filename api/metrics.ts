/** Prometheus figures of the API. */
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { RecentLatency } from '../domain/turn-latency.ts'
import type { ApiEnv } from './context.ts'

export interface ApiMetrics {
  readonly registry: Registry
  /** Takes the time of every request, by route pattern: paths hold order numbers. */
  readonly measure: MiddlewareHandler<ApiEnv>
  readonly sockets: Gauge
  readonly webhooks: Counter<'party' | 'outcome'>
  /** Tells, with each scrape, how long callers waited for answers in the last minutes. */
  readonly answerWait: (limitMs: number, read: () => Promise<RecentLatency>) => void
}

export function createMetrics(): ApiMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'daeri_http_request_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  })
  const sockets = new Gauge({
    name: 'daeri_event_sockets',
    help: 'Browsers that receive live events',
    registers: [registry],
  })
  const webhooks = new Counter({
    name: 'daeri_webhooks_total',
    help: 'Webhooks received, by party and what became of them',
    labelNames: ['party', 'outcome'] as const,
    registers: [registry],
  })
  return {
    registry,
    sockets,
    webhooks,
    answerWait: (limitMs, read) => {
      let reading: ReturnType<typeof read> | null = null
      // Gauges are gathered side by side: one answer of the database serves both.
      const recent = () => {
        reading ??= read().finally(() => {
          reading = null
        })
        return reading
      }
      const gauge = (name: string, help: string, value: () => Promise<number> | number) =>
        new Gauge({
          name,
          help,
          registers: [registry],
          async collect() {
            this.set(await value())
          },
        })
      gauge(
        'daeri_answer_wait_limit_seconds',
        'Wait that raises an alarm; 0: none does',
        () => limitMs / 1_000,
      )
      gauge('daeri_answer_wait_turns', 'Answers of the last minutes', async () => (await recent()).turns)
      gauge(
        'daeri_answer_wait_p95_seconds',
        'From the last voice of a caller to our first packet, 95th percentile of the last minutes',
        async () => ((await recent()).p95Ms ?? 0) / 1_000,
      )
    },
    measure: async function measure(context, next) {
      const end = requests.startTimer({ method: context.req.method })
      await next()
      end({ route: routePath(context), status: String(context.res.status) })
    },
  }
}
