/** Prometheus figures of the API. */
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ApiEnv } from './context.ts'

export interface ApiMetrics {
  readonly registry: Registry
  /** Takes the time of every request, by route pattern: paths hold order numbers. */
  readonly measure: MiddlewareHandler<ApiEnv>
  readonly sockets: Gauge
  readonly webhooks: Counter<'party' | 'outcome'>
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
    measure: async function measure(context, next) {
      const end = requests.startTimer({ method: context.req.method })
      await next()
      end({ route: routePath(context), status: String(context.res.status) })
    },
  }
}
