/** `Idempotency-Key`: the first answer to a key is the answer to every later request with it. */
import { join } from 'node:path'
import type { Context, MiddlewareHandler } from 'hono'
import { RecordFile } from '../record-file.ts'
import type { WorldContext } from '../world-part.ts'

interface KeptAnswer {
  /** Method, path and key. */
  readonly id: string
  readonly status: number
  readonly body: string
  readonly at: number
}

const MAX_KEY_LENGTH = 300
const VALID_MS = 15 * 86_400_000

/** @param refuse answers an error of this layer. */
export function idempotency(
  context: WorldContext,
  refuse: (c: Context, status: number, code: string, message: string) => Response,
): MiddlewareHandler {
  const answers = new RecordFile<KeptAnswer>(join(context.folder, 'payments-idempotency.jsonl'))
  const underWay = new Set<string>()
  return async function idempotent(c, next) {
    const key = c.req.header('idempotency-key')
    if (key === undefined) return next()
    if (key.length > MAX_KEY_LENGTH)
      return refuse(c, 400, 'INVALID_IDEMPOTENCY_KEY', '멱등키는 300자 이하여야 합니다.')
    const id = `${c.req.method} ${c.req.path} ${key}`
    const kept = answers.get(id)
    if (kept !== undefined && context.now() - kept.at < VALID_MS) {
      return new Response(kept.body, { status: kept.status, headers: { 'content-type': 'application/json' } })
    }
    if (underWay.has(id))
      return refuse(c, 409, 'IDEMPOTENT_REQUEST_PROCESSING', '이전 멱등 요청이 처리중입니다.')
    underWay.add(id)
    try {
      await next()
      const body = await c.res.clone().text()
      if (c.res.status < 500) answers.put({ id, status: c.res.status, body, at: context.now() })
    } finally {
      underWay.delete(id)
    }
  }
}
