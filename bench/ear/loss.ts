/** What a lost packet costs the ear: with silence in its place, and with what concealment puts there. */
import { FRAME_SAMPLES } from '../../domain/media-socket.ts'
import { decodeG711, encodeG711 } from '../../media-gateway/rtp/index.ts'
import { ReceiveTimeline } from '../../media-gateway/rtp/receive-timeline.ts'

const BANDS = 16
const FIRST_HZ = 250
const LAST_HZ = 3_400
/** Quieter than this a band is not heard, as energy of a frame: about -60 dBFS. */
const INAUDIBLE = 33 ** 2 * FRAME_SAMPLES

export interface LossCost {
  /** Mean distance of the spectra over the frames that were lost, dB. */
  readonly silenceDb: number
  readonly concealedDb: number
  readonly lostFrames: number
}

/** @param share of the packets that are lost, each by itself. */
export function lossCost(pcm: Int16Array, share: number): LossCost {
  const frames = Math.floor(pcm.length / FRAME_SAMPLES)
  const codes = encodeG711('PCMU', pcm.subarray(0, frames * FRAME_SAMPLES))
  const whole = decodeG711('PCMU', codes)
  let seed = 77
  const lost = Array.from({ length: frames }, (_, frame) => {
    seed = (seed * 48_271) % 2_147_483_647
    return frame > 4 && frame < frames - 4 && seed / 2_147_483_647 < share
  })
  const concealed = new Int16Array(frames * FRAME_SAMPLES)
  const timeline = new ReceiveTimeline('PCMU', (frame, cursor) => {
    concealed.set(decodeG711('PCMU', frame).subarray(0, Math.max(0, concealed.length - cursor)), cursor)
  })
  for (let frame = 0; frame < frames; frame++) {
    const now = (frame + 1) * FRAME_SAMPLES
    const from = frame * FRAME_SAMPLES
    const packet = { sequence: frame & 0xffff, timestamp: from, ssrc: 1 }
    if (!lost[frame]) timeline.push({ packet, audio: codes.subarray(from, from + FRAME_SAMPLES) }, now)
    timeline.settle(now)
  }
  let silenceDb = 0
  let concealedDb = 0
  let lostFrames = 0
  const nothing = new Int16Array(FRAME_SAMPLES)
  for (let frame = 0; frame < frames; frame++) {
    const [from, to] = [frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES]
    const truth = bandsOf(whole.subarray(from, to))
    // What was lost of a pause costs nobody anything.
    if (!lost[frame] || truth.every((energy) => energy <= INAUDIBLE)) continue
    lostFrames++
    silenceDb += distance(truth, bandsOf(nothing))
    concealedDb += distance(truth, bandsOf(concealed.subarray(from, to)))
  }
  return { silenceDb: silenceDb / lostFrames, concealedDb: concealedDb / lostFrames, lostFrames }
}

/** Energy in bands that grow wider upwards, as those of the ear do. */
function bandsOf(frame: Int16Array): number[] {
  const energies = new Array<number>(BANDS).fill(0)
  for (let bin = 1; bin < FRAME_SAMPLES / 2; bin++) {
    const hz = (bin * 8_000) / FRAME_SAMPLES
    if (hz < FIRST_HZ || hz > LAST_HZ) continue
    const band = Math.min(
      BANDS - 1,
      Math.floor((BANDS * Math.log(hz / FIRST_HZ)) / Math.log(LAST_HZ / FIRST_HZ)),
    )
    let re = 0
    let im = 0
    for (let i = 0; i < FRAME_SAMPLES; i++) {
      const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / FRAME_SAMPLES)
      const phase = (2 * Math.PI * bin * i) / FRAME_SAMPLES
      re += (frame[i] as number) * hann * Math.cos(phase)
      im += (frame[i] as number) * hann * Math.sin(phase)
    }
    energies[band] = (energies[band] as number) + (re * re + im * im) / FRAME_SAMPLES
  }
  return energies.map((energy) => Math.max(INAUDIBLE, energy))
}

function distance(one: readonly number[], other: readonly number[]): number {
  const squares = one.map((energy, band) => (10 * Math.log10(energy / (other[band] as number))) ** 2)
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length)
}
