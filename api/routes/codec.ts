/**
 * Codec server for Temporal's Web UI: it decrypts what the browser of the owner asks for. The Web UI runs on
 * another port, so the session cookie comes along (cookies know no ports) when that origin is allowed.
 */
import { z } from '@hono/zod-openapi'
import type { Payload } from '@temporalio/common'
import proto from '@temporalio/proto'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { dataConverter } from '../../temporal/connection.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'

const PayloadMessage = proto.temporal.api.common.v1.Payload
/** Protobuf JSON of temporal.api.common.v1.Payloads: bytes are base64. */
const payloadsSchema = z.object({
  payloads: z.array(
    z.object({ metadata: z.record(z.string(), z.base64()).default({}), data: z.base64().default('') }),
  ),
})
const MAX_BODY_BYTES = 16 * 1024 * 1024

/** Origins of Temporal's Web UI: as configured, and by the other name of this machine. */
export function temporalUiOrigins(uiUrl: string): readonly string[] {
  const { origin } = new URL(uiUrl)
  const other = origin.includes('//127.0.0.1')
    ? origin.replace('//127.0.0.1', '//localhost')
    : origin.replace('//localhost', '//127.0.0.1')
  return [...new Set([origin, other])]
}

/** Adds POST /codec/encode and /codec/decode, and the answer to the browser's preflight. */
export function addCodecRoutes(router: ApiRouter, { settings }: ApiDependencies): void {
  const origins = temporalUiOrigins(settings.temporal.uiUrl)
  const [codec] = dataConverter(settings).payloadCodecs ?? []
  const allowUi = cors({
    origin: [...origins],
    credentials: true,
    allowMethods: ['POST'],
    allowHeaders: ['content-type', 'x-namespace', 'authorization'],
    maxAge: 600,
  })
  const limit = bodyLimit({ maxSize: MAX_BODY_BYTES })

  for (const operation of ['encode', 'decode'] as const) {
    router.declarePlain('public', 'options', `/codec/${operation}`, allowUi)
    router.declarePlain('admin', 'post', `/codec/${operation}`, allowUi, limit, async (c) => {
      const parsed = payloadsSchema.safeParse(await c.req.json().catch(() => undefined))
      if (!parsed.success || codec === undefined) {
        throw new ApiProblem('malformed_request', 'Not a list of payloads.')
      }
      const payloads = parsed.data.payloads.map((payload) => PayloadMessage.fromObject(payload))
      const converted = await codec[operation](payloads).catch(() => {
        throw new ApiProblem('malformed_request', 'These payloads can not be converted.')
      })
      return c.json({ payloads: converted.map(toProtobufJson) })
    })
  }
}

function toProtobufJson(payload: Payload): { metadata: Record<string, string>; data: string } {
  const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64')
  return {
    metadata: Object.fromEntries(
      Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, base64(value)]),
    ),
    data: base64(payload.data),
  }
}
