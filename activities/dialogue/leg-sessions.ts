/** The legs this worker holds warm: a turn finds the socket and recognition of the turn before. */
import type { LegId } from '../../domain/ids.ts'
import { LegSession, type LegSessionOptions } from './leg-session.ts'

/** A leg nobody took a turn on for so long is served elsewhere or forgotten. */
const IDLE_LIMIT_MS = 60_000

interface Entry {
  session: LegSession
  /** Ends the turn that holds the session now. */
  holder: AbortController | null
  idleTimer: NodeJS.Timeout | undefined
}

/** A turn's hold on a session. */
export interface SessionLease {
  readonly session: LegSession
  /** Aborts when another turn takes the leg over: an attempt that was given up must not speak. */
  readonly superseded: AbortSignal
  /** @param reusable the next turn may go on with this session. */
  readonly release: (reusable: boolean) => void
}

export class LegSessions {
  readonly #entries = new Map<LegId, Entry>()

  /** Takes the leg's warm session if it still knows everything since the cursor, else attaches anew. */
  acquire(options: LegSessionOptions): SessionLease {
    const known = this.#entries.get(options.legId)
    known?.holder?.abort()
    clearTimeout(known?.idleTimer)
    const usable = known?.session.isUsable === true && known.session.startCursor <= options.cursor
    if (known !== undefined && !usable) known.session.close()
    const session = known !== undefined && usable ? known.session : new LegSession(options)
    const holder = new AbortController()
    const entry: Entry = { session, holder, idleTimer: undefined }
    this.#entries.set(options.legId, entry)
    return {
      session,
      superseded: holder.signal,
      release: (reusable) => {
        if (this.#entries.get(options.legId) !== entry) return
        entry.holder = null
        if (!reusable || !session.isUsable) this.#drop(options.legId)
        else entry.idleTimer = setTimeout(() => this.#drop(options.legId), IDLE_LIMIT_MS)
      },
    }
  }

  get size(): number {
    return this.#entries.size
  }

  close(): void {
    for (const legId of [...this.#entries.keys()]) this.#drop(legId)
  }

  #drop(legId: LegId): void {
    const entry = this.#entries.get(legId)
    if (entry === undefined) return
    this.#entries.delete(legId)
    clearTimeout(entry.idleTimer)
    entry.holder?.abort()
    entry.session.close()
  }
}
