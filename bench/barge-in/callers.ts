/** The callers of the benchmark `barge-in`, in a process of their own: they wait, break in, and listen for silence. */
import { createSocket } from 'node:dgram'
import { FRAME_MS, FRAME_SAMPLES } from '../../domain/media-socket.ts'
import { decodeG711 } from '../../media-gateway/rtp/index.ts'
import { parseRtp, serialiseRtp } from '../../media-gateway/rtp/packet.ts'
import { voices } from './sounds.ts'

/** One time that a caller broke in. */
export interface Round {
  readonly voice: string
  /** From the first sound of the caller to the first packet of our silence; null: we went on for seconds. */
  readonly ms: number | null
}

/** So many packets without sound are silence. */
const SILENT_PACKETS = 5
const HEAR_FIRST_MS = 1_000
const GIVE_UP_MS = 3_000
const REST_MS = 700
const SOUND = 200

const said = voices()

class Caller {
  readonly #socket = createSocket('udp4')
  readonly #port: number
  readonly #index: number
  #sent = 0
  #round = 0
  /** Bytes of the voice already sent; undefined: we are silent. */
  #at: number | undefined
  #speakAtMs = 0
  #soundSinceMs: number | undefined
  #beganAtMs: number | undefined
  #restUntilMs = 0
  #silentPackets = 0
  #silentSinceMs = 0

  constructor(port: number, index: number) {
    this.#port = port
    this.#index = index
    this.#socket.on('message', (datagram) => this.#hear(datagram, performance.now()))
  }

  beat(nowMs: number): void {
    const payload = new Uint8Array(FRAME_SAMPLES).fill(0xff)
    if (this.#at === undefined && this.#mayBegin(nowMs)) {
      this.#at = 0
      // The sound of a packet began 20 ms before it could be sent.
      this.#beganAtMs = nowMs - FRAME_MS
    }
    if (this.#at !== undefined) {
      const { audio } = this.#voice
      payload.set(audio.subarray(this.#at, this.#at + FRAME_SAMPLES))
      this.#at += FRAME_SAMPLES
      if (this.#at >= audio.length) this.#at = undefined
    }
    const sequence = this.#sent++
    const timestamp = (sequence * FRAME_SAMPLES) >>> 0
    const packet = {
      payloadType: 0,
      marker: false,
      sequence: sequence & 0xffff,
      timestamp,
      ssrc: this.#index + 1,
      payload,
    }
    this.#socket.send(serialiseRtp(packet), this.#port, '127.0.0.1')
    if (this.#beganAtMs !== undefined && nowMs - this.#beganAtMs > GIVE_UP_MS) this.#finish(null, nowMs)
  }

  get #voice() {
    const voice = said[this.#round % said.length]
    if (voice === undefined) throw new Error('there is no voice')
    return voice
  }

  /** At any moment of our beat, not always at the same. */
  #mayBegin(nowMs: number): boolean {
    if (this.#beganAtMs !== undefined || this.#soundSinceMs === undefined || nowMs < this.#restUntilMs)
      return false
    if (this.#speakAtMs < this.#soundSinceMs) this.#speakAtMs = nowMs + HEAR_FIRST_MS + Math.random() * 500
    return nowMs >= this.#speakAtMs
  }

  #hear(datagram: Buffer, nowMs: number): void {
    const packet = parseRtp(datagram)
    if (packet === undefined) return
    const isSound = decodeG711('PCMU', packet.payload).some((sample) => Math.abs(sample) > SOUND)
    if (isSound) {
      this.#silentPackets = 0
      this.#soundSinceMs ??= nowMs
      return
    }
    if (this.#silentPackets++ === 0) this.#silentSinceMs = nowMs
    if (this.#silentPackets < SILENT_PACKETS) return
    this.#soundSinceMs = undefined
    if (this.#beganAtMs !== undefined) this.#finish(this.#silentSinceMs - this.#beganAtMs, nowMs)
  }

  #finish(ms: number | null, nowMs: number): void {
    const round: Round = { voice: this.#voice.name, ms }
    process.send?.(round)
    this.#beganAtMs = undefined
    // The rest of the sentence is said into our silence.
    this.#restUntilMs =
      nowMs + REST_MS + (this.#at === undefined ? 0 : (this.#voice.audio.length - this.#at) / 8)
    this.#round++
    if (ms === null) this.#soundSinceMs = undefined
  }
}

const callers = process.argv.slice(2).map((port, index) => new Caller(Number(port), index))
let nextAtMs = performance.now()
function beat(): void {
  const nowMs = performance.now()
  for (const caller of callers) caller.beat(nowMs)
  nextAtMs += FRAME_MS
  setTimeout(beat, Math.max(0, nextAtMs - performance.now()))
}
beat()
