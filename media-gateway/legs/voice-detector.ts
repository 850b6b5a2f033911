/// <reference path="./fvad-wasm.d.ts" />
/** Is there voice in these 20 ms? WebRTC's detector, held against how loud it is. */
import createFvad, { type FvadModule } from '@echogarden/fvad-wasm'
import { FRAME_SAMPLES } from '../../domain/media-socket.ts'
import { energyOf } from '../tones/goertzel.ts'
import { LineNoise } from './line-noise.ts'

/** 2 of 0 to 3 ("aggressive"): keeps line noise out, still takes quiet voices. */
const MODE = 2
/** Below this it is never voice, whatever its shape: -50 dBFS. */
const MIN_RMS = 104
/** Voice stands out of the noise of the line by at least this factor (8 dB). */
const ABOVE_NOISE = 2.5

/** Decides frame by frame; holds a few KB outside the garbage collector until `close`. */
export interface VoiceDetector {
  /**
   * @param pcm 160 samples.
   * @param minRms quieter is never voice; default -50 dBFS.
   */
  isVoice(pcm: Int16Array, minRms?: number): boolean
  /** Root mean square of the last frame. */
  readonly rms: number
  close(): void
}

/** Makes one detector a leg. */
export type VoiceDetectorFactory = () => VoiceDetector

let loading: Promise<FvadModule> | undefined

/** Loads the detector's code once for the process. */
export async function loadVoiceDetector(): Promise<VoiceDetectorFactory> {
  loading ??= createFvad()
  const fvad = await loading
  return () => new FvadDetector(fvad)
}

class FvadDetector implements VoiceDetector {
  readonly #fvad: FvadModule
  readonly #handle: number
  readonly #frame: number
  readonly #noise = new LineNoise(MIN_RMS)
  #rms = 0
  #closed = false

  constructor(fvad: FvadModule) {
    this.#fvad = fvad
    this.#handle = fvad._fvad_new()
    fvad._fvad_set_mode(this.#handle, MODE)
    fvad._fvad_set_sample_rate(this.#handle, 8000)
    this.#frame = fvad._malloc(FRAME_SAMPLES * 2)
  }

  isVoice(pcm: Int16Array, minRms = MIN_RMS): boolean {
    if (this.#closed) return false
    const rms = Math.sqrt(energyOf(pcm, 0, FRAME_SAMPLES) / FRAME_SAMPLES)
    this.#fvad.HEAP16.set(pcm, this.#frame >> 1)
    const shaped = this.#fvad._fvad_process(this.#handle, this.#frame, FRAME_SAMPLES) === 1
    // The detector goes on for some frames after the voice: its shape alone would set the edge too late.
    const voice = shaped && rms >= Math.max(minRms, this.#noise.rms * ABOVE_NOISE)
    this.#noise.push(rms)
    this.#rms = rms
    return voice
  }

  get rms(): number {
    return this.#rms
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#fvad._fvad_free(this.#handle)
    this.#fvad._free(this.#frame)
  }
}
