/** The gateway that is measured: its SIP end, legs, recordings and media socket, in a process of their own. */
import { join } from 'node:path'
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import { pino } from 'pino'
import { makeCallId, makeLegId } from '../../domain/ids.ts'
import { isMediaSocketAuthorized } from '../../domain/media-socket-token.ts'
import { CallRecorder } from '../../media-gateway/legs/call-recorder.ts'
import { Leg } from '../../media-gateway/legs/leg.ts'
import type { LegHost } from '../../media-gateway/legs/leg-host.ts'
import { LegRegistry } from '../../media-gateway/legs/leg-registry.ts'
import { MediaSocketServer } from '../../media-gateway/legs/media-socket-server.ts'
import { loadVoiceDetector } from '../../media-gateway/legs/voice-detector.ts'
import { PortPool } from '../../media-gateway/rtp/index.ts'
import { createSipEndpoint } from '../../media-gateway/sip/index.ts'
import { UnresolvedTargetError } from '../../media-gateway/trunks/errors.ts'
import { openMedia } from '../../media-gateway/webrtc/open-media.ts'
import { callOf, legHex, type Order, SECRET, type Word } from './messages.ts'
import { raisePriority } from './process.ts'

const HOST = '127.0.0.1'
const [folder = '.', quarantineMs = '0'] = process.argv.slice(2)

raisePriority()
const logger = pino({ level: 'warn' }, pino.destination(2))
const tell = (word: Word) => process.send?.(word)
const legs = new LegRegistry()
const pool = new PortPool({ min: 40_000, max: 49_999 }, { quarantineMs: Number(quarantineMs) })
const newVoiceDetector = await loadVoiceDetector()

const sip = await createSipEndpoint({
  host: HOST,
  port: 0,
  userAgent: 'Daeri',
  logger,
  onInvite: async (invite) => {
    const hex = legHex(callOf(invite.fromNumber))
    const leg = await Leg.incoming(host, { legId: makeLegId(hex), callId: makeCallId(hex) }, invite)
    legs.add(leg)
    await leg.answer()
  },
})
const host: LegHost = {
  openMedia: (offer) =>
    openMedia({ rtpHost: HOST, publicHost: HOST, ports: pool, portRange: [39_000, 39_999], logger }, offer),
  logger,
  noMedia: { atStartMs: 30_000, laterMs: 15_000 },
  newVoiceDetector,
  recordingKey: (legId) => `${legId}.rec`,
  newRecorder: (legId, codec) =>
    new CallRecorder(join(folder, `${legId}.rec`), codec, '00'.repeat(32), (error) =>
      logger.error({ err: error }, 'recording'),
    ),
  route: ({ calleeNumber }) => Promise.reject(new UnresolvedTargetError(calleeNumber)),
}
const mediaSocket = await MediaSocketServer.listen({
  host: HOST,
  port: 0,
  isAuthorized: (header, legId) => isMediaSocketAuthorized(header, SECRET, legId),
  legs,
  logger,
})
const loopDelay = monitorEventLoopDelay({ resolution: 5 })
loopDelay.enable()
const gc = { totalMs: 0, longestMs: 0 }
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) {
    gc.totalMs += duration
    gc.longestMs = Math.max(gc.longestMs, duration)
  }
}).observe({ entryTypes: ['gc'] })

process.on('message', (order: Order) => {
  if (order.type === 'measure') {
    loopDelay.reset()
    gc.totalMs = 0
    gc.longestMs = 0
  }
  if (order.type === 'report')
    tell({
      type: 'subject',
      report: {
        legs: legs.size,
        heapMegabytes: process.memoryUsage().heapUsed / 2 ** 20,
        loopDelayP99Ms: loopDelay.percentile(99) / 1e6,
        loopDelayMaxMs: loopDelay.max / 1e6,
        gcMs: gc.totalMs,
        gcLongestMs: gc.longestMs,
        inUse: {
          ...sip.stats(),
          legs: legs.size,
          rtpPortPairs: pool.inUse,
          mediaSockets: mediaSocket.size,
          openResources: process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length,
        },
      },
    })
  if (order.type === 'memory') {
    // Twice: what a finalizer lets go of is collected by the second one.
    globalThis.gc?.()
    globalThis.gc?.()
    const { rss, heapUsed, heapTotal, arrayBuffers } = process.memoryUsage()
    const [resident = 0, used = 0, total = 0, buffers = 0] = [rss, heapUsed, heapTotal, arrayBuffers].map(
      (bytes) => bytes / 2 ** 20,
    )
    tell({ type: 'memory', memory: { resident, heapUsed: used, heapTotal: total, buffers } })
  }
  if (order.type === 'stop')
    void Promise.all([sip.close({ graceMs: 1_000 }), mediaSocket.close()]).then(() => process.exit(0))
})
process.on('disconnect', () => process.exit(0))
tell({ type: 'ready', sipPort: sip.port, mediaSocketPort: mediaSocket.port })
