/** What the gateway of this machine says of itself and its carriers. */
import { z } from '@hono/zod-openapi'
import type { Settings } from '../config/settings.ts'
import { gatewayStateToken } from '../domain/media-socket-token.ts'
import type { Gateways } from './schemas/telephone.ts'

/** A page waits for it. */
const ANSWER_MS = 1_500

const stateSchema = z.object({
  name: z.string(),
  readiness: z.enum(['ready', 'draining', 'temporal_unreachable']),
  legs: z.number(),
  trunks: z.array(
    z.object({
      name: z.string(),
      channels: z.number(),
      channelsInUse: z.number(),
      callsPerSecond: z.number(),
      registration: z.enum(['registering', 'registered', 'failed', 'stopped']).nullable(),
      servers: z.array(
        z.object({
          host: z.string(),
          port: z.number(),
          transport: z.string(),
          isUp: z.boolean().nullable(),
          heldMs: z.number(),
        }),
      ),
    }),
  ),
})

/** Never rejects: a gateway that does not answer is shown so. */
export async function readGatewayStates(
  settings: Pick<Settings, 'host' | 'ports' | 'secret'>,
): Promise<Gateways> {
  const address = `${settings.host}:${settings.ports.mediaSocket}`
  try {
    const response = await fetch(`http://${address}/state`, {
      headers: { authorization: `Bearer ${gatewayStateToken(settings.secret)}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const state = stateSchema.parse(await response.json())
    return {
      gateways: [
        {
          name: state.name,
          readiness: state.readiness,
          legs: state.legs,
          trunks: state.trunks.map((trunk) => ({
            name: trunk.name,
            channels: trunk.channels,
            channels_in_use: trunk.channelsInUse,
            calls_per_second: trunk.callsPerSecond,
            registration: trunk.registration,
            servers: trunk.servers.map(({ host, port, transport, isUp, heldMs }) => ({
              address: `${host}:${port}`,
              transport,
              is_up: isUp,
              held_seconds: Math.ceil(heldMs / 1_000),
            })),
          })),
        },
      ],
    }
  } catch {
    return { gateways: [{ name: address, readiness: 'unreachable', legs: 0, trunks: [] }] }
  }
}
