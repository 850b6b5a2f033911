/** What the people see in their chats with the company's channel; survives a restart. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { KakaoMessage } from '../live-events.ts'
import { RecordFile } from '../record-file.ts'
import type { WorldContext } from '../world-part.ts'

export class ChatBook {
  readonly #context: WorldContext
  readonly #messages: RecordFile<KakaoMessage>

  constructor(context: WorldContext) {
    this.#context = context
    this.#messages = new RecordFile(join(context.folder, 'kakao.jsonl'))
  }

  add(message: Omit<KakaoMessage, 'id' | 'at'>): KakaoMessage {
    const at = new Date(this.#context.now()).toISOString()
    const kept = this.#messages.put({ ...message, id: randomUUID(), at })
    this.#context.live.publish({ type: 'kakao', message: kept })
    return kept
  }

  /** @param user digits of a number; absent: everybody's. */
  list(user?: string): KakaoMessage[] {
    const all = this.#messages.all()
    return user === undefined ? all : all.filter((message) => message.user === user)
  }
}
