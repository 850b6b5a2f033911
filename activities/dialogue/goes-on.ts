/** A caller who goes on after what was taken for their end. */
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import type { LegSession } from './leg-session.ts'

/** Voice that is long enough to be no click. */
const GOES_ON_MS = 300

export interface GoesOnWatch {
  /** Samples: what is heard after it is more. */
  readonly heardUntil: number
  /** We have begun to speak: from then on they break in. */
  readonly hasBegun: () => boolean
  /** The answer is there, or given up. */
  readonly settled: AbortSignal
}

/** Aborts the answer when they go on before it has begun. @returns once there is nothing more to watch. */
export async function abortWhenTheyGoOn(
  session: LegSession,
  answer: AbortController,
  { heardUntil, hasBegun, settled }: GoesOnWatch,
): Promise<void> {
  while (!settled.aborted && !session.state.ended) {
    if (hasBegun()) return
    const more = session.state.viewSince(heardUntil + 1)
    const voiceMs = (more.voiceEnd - more.voiceStart) / SAMPLES_PER_MS
    if (more.hasVoice && more.voiceStart > heardUntil && voiceMs >= GOES_ON_MS) return answer.abort()
    await session.changed(1_000, settled)
  }
}
