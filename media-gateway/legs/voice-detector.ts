/// <reference path="./fvad-wasm.d.ts" />
/** Is there voice in these 20 ms? WebRTC's detector, held against how loud it is. */
import createFvad, { type FvadModule } from '@echogarden/fvad-wasm'
import { FRAME_SAMPLES } from '../../domain/media-socket.ts'

/** 2 of 0 to 3 ("aggressive"): keeps line noise out, still takes quiet voices. */
const MODE = 2
/** Below this it is never voice, whatever its shape: -50 dBFS. */
const MIN_RMS = 104
/** Voice stands out of the noise of the line by at least this factor (8 dB). */
const ABOVE_NOISE = 2.5
/** The noise estimate rises slowly (a factor of 10 in about 5 s), so that speech is not taken for it. */
const NOISE_RISE_PER_FRAME = 1.01
/** A loud line is still a voice line: the estimate never asks for more than -32 dBFS. */
const MAX_NOISE_RMS = 330

/** Decides frame by frame; holds a few KB outside the garbage collector until `close`. */
export interface VoiceDetector {
  /**
   * @param pcm 160 samples.
   * @param minRms quieter is never voice; default -50 dBFS.
   */
  isVoice(pcm: Int16Array, minRms?: number): boolean
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
  #noiseRms = MIN_RMS
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
    this.#fvad.HEAP16.set(pcm, this.#frame >> 1)
    const shaped = this.#fvad._fvad_process(this.#handle, this.#frame, FRAME_SAMPLES) === 1
    const rms = rootMeanSquare(pcm)
    const threshold = Math.max(minRms, Math.min(this.#noiseRms, MAX_NOISE_RMS) * ABOVE_NOISE)
    const voice = shaped && rms >= threshold
    // The detector goes on for some frames after the voice: its shape alone would set the edge too late.
    if (rms < this.#noiseRms) this.#noiseRms = Math.max(1, rms)
    else if (!voice) this.#noiseRms = Math.min(rms, this.#noiseRms * NOISE_RISE_PER_FRAME)
    return voice
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#fvad._fvad_free(this.#handle)
    this.#fvad._free(this.#frame)
  }
}

function rootMeanSquare(pcm: Int16Array): number {
  let sum = 0
  for (let i = 0; i < pcm.length; i++) sum += (pcm[i] as number) ** 2
  return Math.sqrt(sum / Math.max(1, pcm.length))
}
