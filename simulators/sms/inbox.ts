/** The text messages of the world, in both directions; survives a restart. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { InboxMessage } from '../live-events.ts'
import { RecordFile } from '../record-file.ts'
import type { WorldContext } from '../world-part.ts'

/** What only the sender sees of a message. */
export interface SentMessage extends InboxMessage {
  readonly groupId?: string
  readonly customFields?: Readonly<Record<string, string>>
  /** Of an AlimTalk: the text that makes its failure good; absent when nothing does. */
  readonly fallback?: { readonly type: InboxMessage['type']; readonly text: string }
  /** The AlimTalk failed, and this text went out instead. */
  readonly replaced?: boolean
}

export class Inbox {
  readonly #messages: RecordFile<SentMessage>
  readonly #context: WorldContext

  constructor(context: WorldContext) {
    this.#context = context
    this.#messages = new RecordFile(join(context.folder, 'sms.jsonl'))
  }

  add(message: Omit<SentMessage, 'id' | 'at'> & { readonly id?: string }): SentMessage {
    const at = new Date(this.#context.now()).toISOString()
    return this.put({ ...message, id: message.id ?? `M4V${randomUUID().replaceAll('-', '')}`, at })
  }

  /** @param number digits only; absent: all messages. */
  list(number?: string): SentMessage[] {
    const all = this.#messages.all()
    return number === undefined
      ? all
      : all.filter((message) => message.to === number || message.from === number)
  }

  /** Keeps a new or changed message. */
  put(message: SentMessage): SentMessage {
    this.#messages.put(message)
    this.#context.live.publish({ type: 'sms', message })
    return message
  }
}
