/** The callers of the benchmark `legs`, in a process of their own: one RTP stream to each port given. */
import { createSocket } from 'node:dgram'
import { FRAME_MS, FRAME_SAMPLES } from '../../domain/media-socket.ts'
import { encodeG711 } from '../../media-gateway/rtp/index.ts'
import { serialiseRtp } from '../../media-gateway/rtp/packet.ts'
import { encodeSpeech } from '../../simulators/azure-speech/modem/encode.ts'

/** Of each ten seconds: the caller speaks for some, and sends silence for the rest. */
const ROUND_FRAMES = 500

const ports = process.argv.slice(2).map(Number)
const speech = encodeG711('PCMU', encodeSpeech('네, 근조화환 하나 보내려고요. 서울성모장례식장으로요.').pcm)
const round = new Uint8Array(ROUND_FRAMES * FRAME_SAMPLES).fill(0xff)
round.set(speech.subarray(0, round.length))

const sockets = ports.map(() => {
  const socket = createSocket({
    type: 'udp4',
    lookup: ((host: string, _: unknown, done: (error: null, address: string, family: number) => void) =>
      done(null, host, 4)) as never,
  })
  socket.on('message', () => {})
  return socket
})

let frame = 0
let nextAt = performance.now()
function send(): void {
  for (const [index, socket] of sockets.entries()) {
    // Each caller is at another place of the round, so that not all speak at once.
    const at = ((frame + index * 37) % ROUND_FRAMES) * FRAME_SAMPLES
    const packet = serialiseRtp({
      payloadType: 0,
      marker: false,
      sequence: frame & 0xffff,
      timestamp: (frame * FRAME_SAMPLES) >>> 0,
      ssrc: index + 1,
      payload: round.subarray(at, at + FRAME_SAMPLES),
    })
    socket.send(packet, ports[index] ?? 0, '127.0.0.1')
  }
  frame++
  nextAt += FRAME_MS
  setTimeout(send, Math.max(0, nextAt - performance.now()))
}
send()
