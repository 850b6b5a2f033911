/**
 * Everybody who calls, in one light process: SIP by our own endpoint, and the sound of all calls through one UDP socket,
 * told apart by the port that it comes from. It sends a tenth of the calls every 2 ms, so that what it measures is not
 * what it does itself.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pino } from 'pino'
import { FRAME_MS, FRAME_SAMPLES } from '../../domain/media-socket.ts'
import { buildSdpOffer, readSdpAnswer } from '../../media-gateway/rtp/index.ts'
import { createSipEndpoint, type Dialog } from '../../media-gateway/sip/index.ts'
import { callerNumber, type Order, type Word } from './messages.ts'
import { raisePriority } from './process.ts'
import { SpacingErrors } from './spacing.ts'
import { speechFrames } from './speech.ts'

const HOST = '127.0.0.1'
const SLICES = 10
const RTP_HEADER_BYTES = 12
/** One call that begins after the other, so that SIP is no part of what is measured. */
const CALLS_AT_ONCE = 10

raisePriority()
const [sipPort = '0'] = process.argv.slice(2)
const tell = (word: Word) => process.send?.(word)

interface Call {
  readonly dialog: Dialog
  readonly port: number
  readonly packet: Buffer
  /** Where it is in what it says. */
  frame: number
  lastAtMs: number | null
}

const loopDelay = monitorEventLoopDelay({ resolution: 1 })
loopDelay.enable()
const frames = speechFrames(2_000, 1_500)
const calls: Call[] = []
const byPort = new Map<number, Call>()
const errors = new SpacingErrors()
let received = 0
let failed = 0
let measuredSinceMs = performance.now()

const rtp = createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20 })
rtp.bind(0, HOST)
await once(rtp, 'listening')
const rtpPort = rtp.address().port
rtp.on('message', (_packet, from) => {
  const call = byPort.get(from.port)
  if (call === undefined) return
  const now = performance.now()
  if (call.lastAtMs !== null) errors.add(now - call.lastAtMs - FRAME_MS)
  call.lastAtMs = now
  received += 1
})

const sip = await createSipEndpoint({
  host: HOST,
  port: 0,
  userAgent: 'caller',
  logger: pino({ level: 'silent' }),
  onInvite: (invite) => invite.reject(486),
})

async function begin(number: number): Promise<void> {
  const { outcome } = sip.invite({
    target: { host: HOST, port: Number(sipPort) },
    callerNumber: callerNumber(number),
    calleeNumber: '15880000',
    sdp: buildSdpOffer({ host: HOST, rtpPort }, ['PCMU']),
  })
  const decided = await outcome
  if (decided.kind === 'failed') {
    failed += 1
    return
  }
  const { port } = readSdpAnswer(decided.dialog.remoteSdp ?? '').remote
  const packet = Buffer.alloc(RTP_HEADER_BYTES + FRAME_SAMPLES)
  packet[0] = 0x80
  packet.writeUInt32BE(number + 1, 8)
  const call = { dialog: decided.dialog, port, packet, frame: number * 7, lastAtMs: null }
  calls.push(call)
  byPort.set(port, call)
}

async function scale(count: number): Promise<void> {
  while (calls.length > count) {
    const ending = calls.splice(Math.max(count, calls.length - CALLS_AT_ONCE))
    for (const { port } of ending) byPort.delete(port)
    await Promise.all(ending.map(({ dialog }) => dialog.bye()))
  }
  let next = calls.length
  while (calls.length < count && failed === 0) {
    const many = Math.min(CALLS_AT_ONCE, count - calls.length)
    await Promise.all(Array.from({ length: many }, () => begin(next++)))
  }
}

function send(call: Call): void {
  call.packet.writeUInt16BE(call.frame & 0xffff, 2)
  call.packet.writeUInt32BE((call.frame * FRAME_SAMPLES) >>> 0, 4)
  call.packet.set(frames[call.frame % frames.length] ?? [], RTP_HEADER_BYTES)
  call.frame += 1
  rtp.send(call.packet, call.port, HOST)
}

const startedAtMs = performance.now()
let slice = 0
function tick(): void {
  const due = Math.floor((performance.now() - startedAtMs) / (FRAME_MS / SLICES))
  for (; slice <= due; slice++)
    for (let at = slice % SLICES; at < calls.length; at += SLICES) {
      const call = calls[at]
      if (call !== undefined) send(call)
    }
  setTimeout(tick, 1)
}
tick()

process.on('message', (order: Order) => {
  if (order.type === 'scale') void scale(order.calls).then(() => tell({ type: 'scaled' }))
  if (order.type === 'measure') {
    errors.reset()
    loopDelay.reset()
    received = 0
    measuredSinceMs = performance.now()
  }
  if (order.type === 'report') {
    const expected = (calls.length * (performance.now() - measuredSinceMs)) / FRAME_MS
    const missingPercent = expected === 0 ? 0 : Math.max(0, (1 - received / expected) * 100)
    const loopDelayP99Ms = loopDelay.percentile(99) / 1e6
    tell({
      type: 'caller',
      report: { calls: calls.length, failed, spacing: errors.summary, missingPercent, loopDelayP99Ms },
    })
  }
  if (order.type === 'stop') void sip.close({ graceMs: 500 }).then(() => process.exit(0))
})
process.on('disconnect', () => process.exit(0))
tell({ type: 'ready', sipPort: sip.port, mediaSocketPort: 0 })
