/** One WebSocket of a Speech SDK client: tells recognition from synthesis by what it sends. */
import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'
import { DEFAULT_SLOW_MS, type Fault } from '../faults.ts'
import { AudioFormatError, type OutputFormat, outputFormatOf } from './audio-format.ts'
import {
  readBinaryMessage,
  readTextMessage,
  type SpeechMessage,
  SpeechMessageError,
  writeAudioMessage,
  writeTextMessage,
} from './message.ts'
import type { AzureSpeechOptions } from './options.ts'
import { OrderedSender } from './ordered-sender.ts'
import { RecognitionTurn } from './recognition.ts'
import { SynthesisTurn } from './synthesis.ts'

export type SpeechOperation = 'recognize' | 'synthesize'

export interface SpeechConnectionInput {
  readonly socket: WebSocket
  readonly query: URLSearchParams
  readonly options: AzureSpeechOptions
  /** Names of an operation by which a fault may be meant for this connection. */
  readonly operations: (operation: SpeechOperation) => readonly string[]
  /** A fault already drawn for the first request when the socket was opened. */
  readonly firstFault: Fault | undefined
}

/** Close code that the service uses for requests it can't serve; the SDK reports BadRequestParameters. */
const CLOSE_BAD_REQUEST = 1007
const CLOSE_INTERNAL_ERROR = 1011
/** How much of a turn gets through before the fault `drop` cuts the connection. */
const DROP_AFTER_AUDIO_MS = 800

const synthesisContextSchema = z.looseObject({
  synthesis: z.looseObject({ audio: z.looseObject({ outputFormat: z.string() }) }),
})
const controlSchema = z.looseObject({ action: z.string() })

export class SpeechConnection {
  readonly #input: SpeechConnectionInput
  readonly #sender: OrderedSender
  #firstFault: Fault | undefined
  #fault: Fault | undefined
  #recognition: { readonly requestId: string; readonly turn: RecognitionTurn } | undefined
  #synthesis: SynthesisTurn | undefined
  #format: OutputFormat | undefined
  #audioBytes = 0

  constructor(input: SpeechConnectionInput) {
    this.#input = input
    this.#firstFault = input.firstFault
    this.#sender = new OrderedSender((frame) => {
      if (input.socket.readyState === input.socket.OPEN) input.socket.send(frame)
    })
    input.socket.on('message', (data, isBinary) => this.#onFrame(data, isBinary))
    input.socket.on('close', () => this.#onClose())
  }

  #onFrame(data: RawData, isBinary: boolean): void {
    try {
      // The server asks ws for Node buffers, its default.
      const frame = data as Buffer
      this.#onMessage(isBinary ? readBinaryMessage(frame) : readTextMessage(frame.toString('utf8')))
    } catch (error) {
      const theirs =
        error instanceof SpeechMessageError ||
        error instanceof AudioFormatError ||
        error instanceof z.ZodError ||
        error instanceof SyntaxError
      const message = error instanceof Error ? error.message : String(error)
      this.#input.socket.close(theirs ? CLOSE_BAD_REQUEST : CLOSE_INTERNAL_ERROR, message.slice(0, 100))
    }
  }

  #onMessage(message: SpeechMessage): void {
    switch (message.path) {
      case 'speech.context':
        this.#startRecognition(message)
        return
      case 'audio':
        this.#onAudio(message)
        return
      case 'synthesis.context':
        this.#format = outputFormatOf(
          synthesisContextSchema.parse(JSON.parse(message.text)).synthesis.audio.outputFormat,
        )
        return
      case 'ssml':
        this.#startSynthesis(message)
        return
      case 'synthesis.control':
        if (controlSchema.parse(JSON.parse(message.text)).action === 'stop') this.#synthesis?.stop()
        return
      // speech.config and telemetry ask for nothing.
      default:
        return
    }
  }

  #startRecognition(context: SpeechMessage): void {
    if (!this.#drawFault('recognize')) return
    const { requestId } = context
    const slowMs = this.#fault?.kind === 'slow' ? (this.#fault.delay_ms ?? DEFAULT_SLOW_MS) : 0
    this.#audioBytes = 0
    const turn = new RecognitionTurn({
      context,
      query: this.#input.query,
      options: this.#input.options,
      send: (path, body, delayMs) =>
        this.#sender.send(
          writeTextMessage(path, requestId, body),
          path === 'turn.start' ? 0 : delayMs + slowMs,
        ),
      onEnd: () => {
        this.#recognition = undefined
      },
    })
    this.#recognition = { requestId, turn }
  }

  #onAudio({ requestId, bytes }: SpeechMessage): void {
    // Audio may still be under way for a turn that is over.
    if (this.#recognition?.requestId !== requestId) return
    this.#audioBytes += bytes.length
    if (this.#fault?.kind === 'drop' && this.#audioBytes > DROP_AFTER_AUDIO_MS * 8) this.#cut()
    else this.#recognition.turn.onAudio(bytes)
  }

  #startSynthesis({ requestId, text }: SpeechMessage): void {
    if (!this.#drawFault('synthesize')) return
    const format = this.#format ?? outputFormatOf('raw-8khz-16bit-mono-pcm')
    const fault = this.#fault
    let audioBytes = 0
    this.#synthesis?.abandon()
    this.#synthesis = new SynthesisTurn({
      ssml: text,
      format,
      options: this.#input.options,
      delayMs: fault?.kind === 'slow' ? (fault.delay_ms ?? DEFAULT_SLOW_MS) : 0,
      sendText: (path, body) => this.#sender.send(writeTextMessage(path, requestId, body), 0),
      sendAudio: (streamId, audio) => {
        audioBytes += audio.length
        this.#sender.send(writeAudioMessage(requestId, streamId, audio), 0)
        const sentMs = (audioBytes * 1000) / format.bytesPerSecond
        if (fault?.kind === 'drop' && sentMs >= DROP_AFTER_AUDIO_MS) this.#cut()
      },
      onEnd: () => {
        this.#synthesis = undefined
      },
    })
  }

  /** @returns false when the request is refused; the socket is then closed. */
  #drawFault(operation: SpeechOperation): boolean {
    this.#fault =
      this.#firstFault ??
      this.#input.options.faults.take('speech', this.#input.operations(operation), ['refuse', 'slow', 'drop'])
    this.#firstFault = undefined
    if (this.#fault?.kind !== 'refuse') return true
    this.#input.socket.close(CLOSE_INTERNAL_ERROR, 'The service is not available')
    return false
  }

  /** The fault `drop`: the connection ends, with a word of the service or without. */
  #cut(): void {
    const code = this.#fault?.close_code
    if (code === undefined) this.#input.socket.terminate()
    else this.#input.socket.close(code, 'The service is going away')
  }

  #onClose(): void {
    this.#sender.stop()
    this.#synthesis?.abandon()
    this.#synthesis = undefined
    this.#recognition = undefined
  }
}
