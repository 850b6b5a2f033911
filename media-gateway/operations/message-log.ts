/** SIP messages of each leg: bounded while it lives, written to a sealed file when it is over. */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'
import type { CallId, LegId } from '../../domain/ids.ts'
import { seal } from '../../domain/sealed.ts'
import {
  maskCredentials,
  type SignallingLog,
  type SignallingMessage,
  signallingFile,
} from '../../domain/signalling.ts'
import type { TappedMessage } from '../sip/index.ts'

const MAX_MESSAGES = 200
const MAX_CHARACTERS = 256 * 1_024
/** SIP calls that no leg has claimed: refused ones, health checks, registrations. */
const MAX_UNCLAIMED = 500
/** What comes after the end: the ACK of a refusal, the answer to a BYE. */
const LINGER_MS = 1_500

export interface MessageLogOptions {
  /** Data folder. */
  readonly folder: string
  /** 64 hexadecimal digits. */
  readonly dataKey: string
  readonly logger: Logger
  readonly lingerMs?: number
}

interface Leg {
  readonly callId: CallId
  readonly legId: LegId
}

/** Messages of one Call-ID. */
interface Thread {
  readonly messages: SignallingMessage[]
  characters: number
  dropped: number
}

export class MessageLog {
  readonly #options: MessageLogOptions
  /** By Call-ID, in the order of their first message. */
  readonly #threads = new Map<string, Thread>()
  readonly #claimed = new Set<string>()
  readonly #legs = new Map<LegId, { readonly leg: Leg; readonly sipCallIds: string[] }>()
  readonly #writing = new Map<
    LegId,
    { readonly timer: NodeJS.Timeout; readonly write: () => Promise<void> }
  >()

  constructor(options: MessageLogOptions) {
    this.#options = options
  }

  /** Legs whose messages are kept now. */
  get size(): number {
    return this.#legs.size
  }

  tap({ callId, direction, at, remote, raw }: TappedMessage): void {
    if (callId === null) return
    const thread = this.#threads.get(callId) ?? this.#begin(callId)
    const text = maskCredentials(raw)
    if (thread.messages.length >= MAX_MESSAGES || thread.characters + text.length > MAX_CHARACTERS) {
      thread.dropped += 1
      return
    }
    thread.characters += text.length
    thread.messages.push({ at: at.toISOString(), direction, host: remote.host, port: remote.port, text })
  }

  /** These messages belong to that leg; a leg that was dialled by several ways has several. */
  follow(leg: Leg, sipCallId: string): void {
    const known = this.#legs.get(leg.legId)
    const { callId, legId } = leg
    if (known === undefined) this.#legs.set(legId, { leg: { callId, legId }, sipCallIds: [sipCallId] })
    else known.sipCallIds.push(sipCallId)
    this.#claimed.add(sipCallId)
  }

  /** The leg is over: its messages are written in a moment. */
  ended(legId: LegId): void {
    if (!this.#legs.has(legId) || this.#writing.has(legId)) return
    const write = () => this.#write(legId)
    const timer = setTimeout(() => void write(), this.#options.lingerMs ?? LINGER_MS)
    timer.unref()
    this.#writing.set(legId, { timer, write })
  }

  /** Writes what is still to be written. */
  async close(): Promise<void> {
    for (const legId of this.#legs.keys()) this.ended(legId)
    await Promise.all([...this.#writing.values()].map(({ write }) => write()))
  }

  #begin(callId: string): Thread {
    const thread = { messages: [], characters: 0, dropped: 0 }
    this.#threads.set(callId, thread)
    if (this.#threads.size - this.#claimed.size > MAX_UNCLAIMED)
      for (const oldest of this.#threads.keys())
        if (!this.#claimed.has(oldest)) {
          this.#threads.delete(oldest)
          break
        }
    return thread
  }

  async #write(legId: LegId): Promise<void> {
    clearTimeout(this.#writing.get(legId)?.timer)
    this.#writing.delete(legId)
    const known = this.#legs.get(legId)
    if (known === undefined) return
    this.#legs.delete(legId)
    const { leg, sipCallIds } = known
    const threads = sipCallIds.flatMap((id) => this.#threads.get(id) ?? [])
    for (const id of sipCallIds) {
      this.#threads.delete(id)
      this.#claimed.delete(id)
    }
    const log: SignallingLog = {
      ...leg,
      messages: threads.flatMap(({ messages }) => messages).sort((a, b) => a.at.localeCompare(b.at)),
      dropped: threads.reduce((sum, { dropped }) => sum + dropped, 0),
    }
    const name = signallingFile(leg.callId, legId)
    const path = join(this.#options.folder, name)
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const content = seal(this.#options.dataKey, 'signalling', name, Buffer.from(JSON.stringify(log)))
      await writeFile(`${path}.part`, content, { mode: 0o600 })
      await rename(`${path}.part`, path)
    } catch (error) {
      this.#options.logger.error({ err: error, legId }, 'the messages of a leg could not be kept')
    }
  }
}
