/** What the gateways say of themselves: carriers, and where a browser's telephone registers. */
import { createHash } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import { askGateway, type GatewaySettings } from '../activities/gateway-phones.ts'
import type { Settings } from '../config/settings.ts'
import type { Gateways } from './schemas/telephone.ts'

const stateSchema = z.object({
  name: z.string(),
  readiness: z.enum(['ready', 'draining', 'temporal_unreachable']),
  legs: z.number(),
  softphonePort: z.number().nullable().default(null),
  trunks: z.array(
    z.object({
      name: z.string(),
      channels: z.number(),
      channelsInUse: z.number(),
      callsPerSecond: z.number(),
      registration: z.enum(['registering', 'registered', 'failed', 'stopped']).nullable(),
      registrar: z.string().nullable().default(null),
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

type State = z.infer<typeof stateSchema>

/** Each gateway with what it says; never rejects: null is one that does not answer. */
const readStates = (
  settings: GatewaySettings,
): Promise<readonly { readonly address: string; readonly state: State | null }[]> =>
  Promise.all(
    settings.gateways.map(async (address) => ({
      address,
      state: await askGateway(settings, address, '/state', stateSchema),
    })),
  )

/** Never rejects: a gateway that does not answer is shown so. */
export async function readGatewayStates(settings: GatewaySettings): Promise<Gateways> {
  const states = await readStates(settings)
  return {
    gateways: states.map(({ address, state }) =>
      state === null
        ? { name: address, readiness: 'unreachable' as const, legs: 0, trunks: [] }
        : viewGateway(state),
    ),
  }
}

/**
 * Where the telephone of that extension registers, ws://host:port: the same gateway from every copy of the API, while that
 * one takes calls; the others after it.
 */
export async function softphoneWays(
  settings: GatewaySettings & Pick<Settings, 'sip'>,
  extension: string,
): Promise<readonly string[]> {
  const { softphoneGateway } = settings.sip
  if (softphoneGateway !== undefined) return [softphoneGateway]
  const states = await readStates(settings)
  return states
    .flatMap(({ address, state }) =>
      state === null || state.softphonePort === null || state.readiness === 'draining'
        ? []
        : { url: `ws://${hostOf(address)}:${state.softphonePort}`, rank: rankOf(address, extension) },
    )
    .sort((a, b) => b.rank.localeCompare(a.rank))
    .map(({ url }) => url)
}

/** Highest random weight: when a gateway goes, only its own telephones move. */
const rankOf = (address: string, extension: string): string =>
  createHash('sha256').update(`${address} ${extension}`).digest('hex')

const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':'))

const viewGateway = ({ name, readiness, legs, trunks }: State): Gateways['gateways'][number] => ({
  name,
  readiness,
  legs,
  trunks: trunks.map((trunk) => ({
    name: trunk.name,
    channels: trunk.channels,
    channels_in_use: trunk.channelsInUse,
    calls_per_second: trunk.callsPerSecond,
    registration: trunk.registration,
    registrar: trunk.registrar,
    servers: trunk.servers.map(({ host, port, transport, isUp, heldMs }) => ({
      address: `${host}:${port}`,
      transport,
      is_up: isUp,
      held_seconds: Math.ceil(heldMs / 1_000),
    })),
  })),
})
