/** Which of the wanted ports are taken by somebody else, all told at once. */
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import type { Settings } from '../../config/settings.ts'

interface WantedPort {
  readonly setting: string
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
}

function wantedPorts(settings: Settings): WantedPort[] {
  const { ports } = settings
  const tcp = (setting: string, port: number): WantedPort => ({ setting, port, protocol: 'tcp' })
  const udp = (setting: string, port: number): WantedPort => ({ setting, port, protocol: 'udp' })
  return [
    tcp('API_PORT', ports.api),
    tcp('MEDIA_SOCKET_PORT', ports.mediaSocket),
    udp('SIP_PORT', ports.sip),
    ...Object.entries(settings.sip.ports).flatMap(([name, port]) =>
      port === undefined ? [] : [tcp(`SIP_${name.toUpperCase()}_PORT`, port)],
    ),
    ...(settings.simulators ? [tcp('WORLD_PORT', ports.world), udp('WORLD_SIP_PORT', ports.worldSip)] : []),
    ...(settings.ownsDatabase ? [tcp('POSTGRES_PORT', ports.postgres)] : []),
    ...(settings.temporal.owned
      ? [tcp('TEMPORAL_PORT', ports.temporal), tcp('TEMPORAL_UI_PORT', ports.temporalUi)]
      : []),
  ]
}

/** One sentence for each port that can't be bound; empty when all are free. */
export async function takenPorts(settings: Settings): Promise<string[]> {
  const checks = wantedPorts(settings).map(async ({ setting, port, protocol }) => {
    if (await isFree(settings.host, port, protocol)) return []
    return [
      `${protocol.toUpperCase()} port ${port} is taken by another program: free it, or set ${setting} to another port (in .env)`,
    ]
  })
  return (await Promise.all(checks)).flat()
}

function isFree(host: string, port: number, protocol: 'tcp' | 'udp'): Promise<boolean> {
  return new Promise((resolve) => {
    if (protocol === 'udp') {
      const socket = createSocket('udp4')
      socket.once('error', () => resolve(false))
      socket.bind(port, host, () => socket.close(() => resolve(true)))
    } else {
      const server = createServer()
      server.once('error', () => resolve(false))
      server.listen(port, host, () => server.close(() => resolve(true)))
    }
  })
}
