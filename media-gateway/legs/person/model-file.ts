/** The weights of Silero VAD, read from the ONNX file that its authors publish. */
import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'

/** The file isn't there, or isn't the model that is computed here. */
export class SpeechModelFileError extends Error {
  readonly retryable = false
}

/** The part of onnx.proto (ONNX IR version 8) in which constants are kept. */
const ONNX = `syntax = "proto3";
message Model { Graph graph = 7; }
message Graph { repeated Node node = 1; }
message Node { repeated string output = 2; repeated Attribute attribute = 5; }
message Attribute { string name = 1; Tensor t = 5; Graph g = 6; }
message Tensor { repeated int64 dims = 1; int32 data_type = 2; bytes raw_data = 9; }`

interface Graph {
  readonly node: readonly {
    readonly output: readonly string[]
    readonly attribute: readonly { readonly name: string; readonly t?: Tensor; readonly g?: Graph }[]
  }[]
}
interface Tensor {
  readonly dims: readonly number[]
  readonly dataType: number
  readonly rawData: Uint8Array
}

/** `TensorProto.DataType.FLOAT`. */
const FLOAT = 1
/** The model has a half for 16 kHz and one for 8 kHz, which is the `else` of its one question. */
const FOR_8_KHZ = 'else_branch'
/** Before the names of that half's constants. */
const PREFIX = /^.*_Inline_0__/

/** Hands out the constants of the half for 8 kHz. */
export class ModelFile {
  readonly #file: string
  readonly #constants: ReadonlyMap<string, Tensor>

  /** @throws SpeechModelFileError */
  constructor(file: string) {
    this.#file = file
    try {
      this.#constants = constantsOf(decode(readFileSync(file)))
    } catch (error) {
      throw new SpeechModelFileError(
        `${file} can't be read as a model of speech (${error instanceof Error ? error.message : error}). ` +
          'SPEECH_MODEL_FILE names what `npm run speech-model` fetches; BARGE_IN_MODEL=off goes without.',
      )
    }
  }

  /** @param shape as it must be. @returns the numbers row by row. @throws SpeechModelFileError */
  take(name: string, ...shape: readonly number[]): Float32Array {
    const tensor = this.#constants.get(name)
    const isWanted = tensor?.dataType === FLOAT && tensor.dims.map(Number).join() === shape.join()
    if (tensor === undefined || !isWanted) {
      throw new SpeechModelFileError(
        `${this.#file} is another model of speech: no ${name} of ${shape.join(' x ')}`,
      )
    }
    // A copy, as the bytes need not lie at a multiple of four.
    const bytes = Uint8Array.from(tensor.rawData)
    return new Float32Array(bytes.buffer)
  }
}

function decode(bytes: Buffer): Graph {
  const type = protobuf.parse(ONNX).root.lookupType('Model')
  const model: { readonly graph?: Graph } = type.toObject(type.decode(bytes), { longs: Number, arrays: true })
  return model.graph ?? { node: [] }
}

function constantsOf(graph: Graph): Map<string, Tensor> {
  const attributes = graph.node.flatMap(({ attribute }) => attribute)
  const half = attributes.find(({ name }) => name === FOR_8_KHZ)?.g
  const constants = new Map<string, Tensor>()
  for (const { output, attribute } of half?.node ?? []) {
    const value = attribute.find(({ name }) => name === 'value')?.t
    const [name] = output
    if (name !== undefined && value !== undefined) constants.set(name.replace(PREFIX, ''), value)
  }
  return constants
}
