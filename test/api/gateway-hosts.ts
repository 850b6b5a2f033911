/** Gateways on machines of their own, as far as the API sees them: the real HTTP of their operations over a folder of theirs. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallId } from '../../domain/ids.ts'
import type { CaptureState } from '../../media-gateway/operations/call-captures.ts'
import { GatewayMetrics } from '../../media-gateway/operations/gateway-metrics.ts'
import { operationsHttp, type Readiness } from '../../media-gateway/operations/operations-http.ts'

export interface GatewayHost {
  readonly name: string
  /** host:port, for MEDIA_GATEWAYS. */
  readonly address: string
  readonly dataDir: string
  /** Numbers of the telephones that are registered there. */
  readonly phones: Set<string>
  /** Calls with a leg there. */
  readonly calls: Set<CallId>
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
  const begun = new Map<CallId, CaptureState>()
  const captures = {
    start: (callId: CallId, withSound: boolean) => {
      if (calls.has(callId)) begun.set(callId, { legs: 1, isRunning: true, withSound, packets: 0 })
    },
    stop: (callId: CallId) => {
      const state = begun.get(callId)
      if (state !== undefined) begun.set(callId, { ...state, isRunning: false, packets: 120 })
    },
    state: (callId: CallId) =>
      begun.get(callId) ?? {
        legs: calls.has(callId) ? 1 : 0,
        isRunning: false,
        withSound: false,
        packets: 0,
      },
  }
  const calls = new Set<CallId>()
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
    captures,
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
    calls,
    readiness: 'ready',
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  return host
}
