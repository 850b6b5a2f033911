/** Acts out the faults `refuse`, `slow` and `drop` around one operation of an HTTP service. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { DEFAULT_SLOW_MS, type FaultRegistry, type FaultService } from './faults.ts'

export interface FaultyOperationOptions {
  readonly faults: FaultRegistry
  readonly service: FaultService
  readonly operation: string
  /** The service's own error answer; `status` undefined: its usual one. */
  readonly refuse: (c: Context, status: number | undefined) => Response | Promise<Response>
}

/** `slow` and `drop` let the work be done first: to the client it is unknown whether it was. */
export function faultyOperation(options: FaultyOperationOptions): MiddlewareHandler {
  return async function faulty(c, next) {
    const fault = options.faults.take(options.service, options.operation, ['refuse', 'slow', 'drop'])
    if (fault?.kind === 'refuse') return options.refuse(c, fault.status)
    await next()
    if (fault?.kind === 'slow') await sleep(fault.delay_ms ?? DEFAULT_SLOW_MS)
    if (fault?.kind === 'drop') cutConnection(c)
  }
}

/** Ends the TCP connection without an answer. */
export function cutConnection(c: Context): void {
  const bindings = c.env as Partial<HttpBindings> | undefined
  bindings?.outgoing?.destroy()
}
