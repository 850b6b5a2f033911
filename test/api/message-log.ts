/** Messages of one WebSocket, awaited one by one or until one fits. */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { type LiveEvent, liveEventSchema } from '../../api/schemas/live-events.ts'

export class MessageLog {
  readonly socket: WebSocket
  readonly events: LiveEvent[] = []
  #waiting: Array<() => void> = []

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data) => {
      this.events.push(liveEventSchema.parse(JSON.parse(String(data))))
      for (const wake of this.#waiting.splice(0)) wake()
    })
  }

  /** Connects; the first message may already be in the log when this returns. */
  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<MessageLog> {
    const log = new MessageLog(new WebSocket(url, { headers }))
    await once(log.socket, 'open')
    return log
  }

  /** The first event from index `from` on that fits. */
  async find<Found extends LiveEvent>(
    fits: (event: LiveEvent) => event is Found,
    from?: number,
  ): Promise<Found>
  async find(fits: (event: LiveEvent) => boolean, from?: number): Promise<LiveEvent>
  async find(fits: (event: LiveEvent) => boolean, from = 0): Promise<LiveEvent> {
    for (;;) {
      const found = this.events.slice(from).find(fits)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return
    const closed = once(this.socket, 'close')
    this.socket.close()
    await closed
  }
}

export const ofType =
  <Type extends LiveEvent['type']>(type: Type) =>
  (event: LiveEvent): event is Extract<LiveEvent, { type: Type }> =>
    event.type === type
