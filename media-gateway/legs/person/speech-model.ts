/**
 * Silero VAD for 8 kHz (version 6), as plain arithmetic: half a millisecond for each 32 ms.
 * A runtime for neural networks would do it in a third of that, and bring 200 MB of native code for four small layers.
 *
 * ```
 * 32 ms of sound -> 4 spectra of 65 -> 128 x 4 -> 64 x 2 -> 64 -> 128 -> LSTM of 128 -> how likely it is speech
 * ```
 */
import { ModelFile } from './model-file.ts'

/** 32 ms. */
export const CHUNK_SAMPLES = 256
/** Of the chunk before, which the model sees again. */
const CONTEXT = 32
const WINDOW = 128
const HOP = 64
const BINS = 65
const STEPS = 4
const [FIRST, SECOND, THIRD, CELLS] = [128, 64, 64, 128]

/** What the model has learnt. */
export interface SpeechWeights {
  readonly first: Layer
  readonly second: Layer
  readonly third: Layer
  readonly fourth: Layer
  readonly ofInput: Float32Array
  readonly ofState: Float32Array
  readonly bias: Float32Array
  readonly out: Layer
}

interface Layer {
  readonly weights: Float32Array
  readonly bias: Float32Array
}

/**
 * @param file silero_vad.onnx of version 6; some 50 ms, so once for a process.
 * @throws SpeechModelFileError
 */
export function readSpeechWeights(file: string): SpeechWeights {
  const model = new ModelFile(file)
  const conv = (n: number, outputs: number, inputs: number, taps: readonly number[]): Layer => ({
    weights: withTaps(model.take(`encoder.${n}.reparam_conv.weight`, outputs, inputs, 3), taps),
    bias: model.take(`encoder.${n}.reparam_conv.bias`, outputs),
  })
  const [own, fed] = [
    model.take('decoder.rnn.bias_hh', 4 * CELLS),
    model.take('decoder.rnn.bias_ih', 4 * CELLS),
  ]
  return {
    first: conv(0, FIRST, BINS, [0, 1, 2]),
    second: conv(1, SECOND, FIRST, [0, 1, 2]),
    // The other taps meet only the zeros beyond the edge.
    third: conv(2, THIRD, SECOND, [1, 2]),
    fourth: conv(3, CELLS, THIRD, [1]),
    ofInput: model.take('decoder.rnn.weight_ih', 4 * CELLS, CELLS),
    ofState: model.take('decoder.rnn.weight_hh', 4 * CELLS, CELLS),
    bias: fed.map((value, i) => value + (own[i] as number)),
    out: {
      weights: model.take('decoder.decoder.2.weight', 1, CELLS, 1),
      bias: model.take('decoder.decoder.2.bias', 1),
    },
  }
}

/** Of every three neighbours those at `taps`. */
const withTaps = (weights: Float32Array, taps: readonly number[]): Float32Array =>
  weights.filter((_, at) => taps.includes(at % 3))

/** Rows of the windowed Fourier transform: cosines of all bins, then sines. */
const BASIS = Float32Array.from({ length: 2 * BINS * WINDOW }, (_, at) => {
  const [row, n] = [Math.floor(at / WINDOW), at % WINDOW]
  const phase = (2 * Math.PI * (row % BINS) * n) / WINDOW
  return (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW)) * (row < BINS ? Math.cos(phase) : Math.sin(phase))
})

// Shared by all: one thread, one chunk at a time.
const padded = new Float32Array(CONTEXT + CHUNK_SAMPLES + CONTEXT)
const spectra = new Float32Array(BINS * STEPS)
const first = new Float32Array(FIRST * STEPS)
const second = new Float32Array(SECOND * 2)
const third = new Float32Array(THIRD)
const fourth = new Float32Array(CELLS)
const gates = new Float32Array(4 * CELLS)

/** Hears one stream, in which what was before counts. */
export class SpeechModel {
  readonly #weights: SpeechWeights
  readonly #context = new Float32Array(CONTEXT)
  readonly #hidden = new Float32Array(CELLS)
  readonly #cell = new Float32Array(CELLS)

  constructor(weights: SpeechWeights) {
    this.#weights = weights
  }

  /** A new stream begins. */
  reset(): void {
    this.#context.fill(0)
    this.#hidden.fill(0)
    this.#cell.fill(0)
  }

  /** @param pcm 256 samples at 8 kHz. @returns how likely it is that somebody speaks in them, 0 to 1. */
  push(pcm: Int16Array): number {
    padded.set(this.#context)
    for (let i = 0; i < CHUNK_SAMPLES; i++) padded[CONTEXT + i] = (pcm[i] as number) / 32_768
    const end = CONTEXT + CHUNK_SAMPLES
    this.#context.set(padded.subarray(CHUNK_SAMPLES, end))
    for (let i = 0; i < CONTEXT; i++) padded[end + i] = padded[end - 2 - i] as number
    transform()
    const weights = this.#weights
    firstLayer(weights.first)
    secondLayer(weights.second)
    denseLayer(weights.third, second, third)
    denseLayer(weights.fourth, third, fourth)
    return this.#remember(weights)
  }

  #remember({ ofInput, ofState, bias, out }: SpeechWeights): number {
    const hidden = this.#hidden
    for (let gate = 0; gate < 4 * CELLS; gate++) {
      let sum = bias[gate] as number
      const row = gate * CELLS
      for (let i = 0; i < CELLS; i++)
        sum +=
          (ofInput[row + i] as number) * (fourth[i] as number) +
          (ofState[row + i] as number) * (hidden[i] as number)
      gates[gate] = sum
    }
    let sum = out.bias[0] as number
    for (let i = 0; i < CELLS; i++) {
      const input = sigmoid(gates[i] as number)
      const keep = sigmoid(gates[CELLS + i] as number)
      const candidate = Math.tanh(gates[2 * CELLS + i] as number)
      const show = sigmoid(gates[3 * CELLS + i] as number)
      const cell = keep * (this.#cell[i] as number) + input * candidate
      this.#cell[i] = cell
      hidden[i] = show * Math.tanh(cell)
      sum += Math.max(0, hidden[i] as number) * (out.weights[i] as number)
    }
    return sigmoid(sum)
  }
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** Four spectra of amplitudes, bin by bin. */
function transform(): void {
  for (let bin = 0; bin < BINS; bin++)
    for (let step = 0; step < STEPS; step++) {
      let re = 0
      let im = 0
      const [cosines, sines, from] = [bin * WINDOW, (BINS + bin) * WINDOW, step * HOP]
      for (let n = 0; n < WINDOW; n++) {
        const sample = padded[from + n] as number
        re += sample * (BASIS[cosines + n] as number)
        im += sample * (BASIS[sines + n] as number)
      }
      spectra[bin * STEPS + step] = Math.sqrt(re * re + im * im)
    }
}

/** Each output sees three steps of every input; beyond the edges there is nothing. */
function firstLayer({ weights, bias }: Layer): void {
  for (let output = 0; output < FIRST; output++) {
    let [a, b, c, d] = new Array<number>(4).fill(bias[output] as number) as [number, number, number, number]
    for (let input = 0; input < BINS; input++) {
      const at = (output * BINS + input) * 3
      const [before, here, after] = [
        weights[at] as number,
        weights[at + 1] as number,
        weights[at + 2] as number,
      ]
      const from = input * STEPS
      const s0 = spectra[from] as number
      const s1 = spectra[from + 1] as number
      const s2 = spectra[from + 2] as number
      const s3 = spectra[from + 3] as number
      a += here * s0 + after * s1
      b += before * s0 + here * s1 + after * s2
      c += before * s1 + here * s2 + after * s3
      d += before * s2 + here * s3
    }
    first[output * STEPS] = Math.max(0, a)
    first[output * STEPS + 1] = Math.max(0, b)
    first[output * STEPS + 2] = Math.max(0, c)
    first[output * STEPS + 3] = Math.max(0, d)
  }
}

/** The same at every second step. */
function secondLayer({ weights, bias }: Layer): void {
  for (let output = 0; output < SECOND; output++) {
    let a = bias[output] as number
    let b = a
    for (let input = 0; input < FIRST; input++) {
      const at = (output * FIRST + input) * 3
      const [before, here, after] = [
        weights[at] as number,
        weights[at + 1] as number,
        weights[at + 2] as number,
      ]
      const from = input * STEPS
      const s1 = first[from + 1] as number
      a += here * (first[from] as number) + after * s1
      b += before * s1 + here * (first[from + 2] as number) + after * (first[from + 3] as number)
    }
    second[output * 2] = Math.max(0, a)
    second[output * 2 + 1] = Math.max(0, b)
  }
}

/** Every output sees every input; one step is left. */
function denseLayer({ weights, bias }: Layer, from: Float32Array, to: Float32Array): void {
  for (let output = 0; output < to.length; output++) {
    let sum = bias[output] as number
    const row = output * from.length
    for (let input = 0; input < from.length; input++)
      sum += (weights[row + input] as number) * (from[input] as number)
    to[output] = Math.max(0, sum)
  }
}
