/** Gateways on machines of their own, as far as the API sees them: the real HTTP of their operations over a folder of theirs. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GatewayMetrics } from '../../media-gateway/operations/gateway-metrics.ts'
import { operationsHttp, type Readiness } from '../../media-gateway/operations/operations-http.ts'

export interface GatewayHost {
  readonly name: string
  /** host:port, for MEDIA_GATEWAYS. */
  readonly address: string
  readonly dataDir: string
  /** Numbers of the telephones that are registered there. */
  readonly phones: Set<string>
  readiness: Readiness
  readonly close: () => Promise<void>
}

/** @param softphonePort where its SIP by WebSocket is. */
export async function openGatewayHost(
  name: string,
  secret: string,
  softphonePort: number | null = 4502,
): Promise<GatewayHost> {
  const dataDir = mkdtempSync(join(tmpdir(), 'daeri-gateway-'))
  const phones = new Set<string>()
  const metrics = new GatewayMetrics({
    inUse: () => ({}),
    channels: 1,
    isReady: () => true,
    trunks: () => [],
    liveLegs: () => [],
  })
  const serve = operationsHttp({
    secret,
    name,
    metrics,
    readiness: () => host.readiness,
    trunks: () => [],
    liveLegs: () => 0,
    isRegistered: (number) => phones.has(number),
    softphonePort,
    dataDir,
  })
  const server = createServer((request, response) => {
    if (!serve(request, response)) response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host: GatewayHost = {
    name,
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    dataDir,
    phones,
    readiness: 'ready',
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  return host
}
