/** How loud a leg is on both sides. Counted only while somebody looks. */
import { type Codec, FRAME_MS, type GatewayMessage } from '../../domain/media-socket.ts'
import { decodeG711 } from '../rtp/index.ts'

export type LevelMessage = Extract<GatewayMessage, { readonly type: 'level' }>

const SILENCE_DBFS = -96
const FULL_SCALE = 32_768

export class LevelMeter {
  readonly #codec: Codec
  readonly #frames: number
  readonly #onLevel: (level: LevelMessage) => void
  #theirs = { energy: 0, samples: 0 }
  #ours = { energy: 0, samples: 0 }

  /** @param everyMs rounded to whole frames of the other side, by which the time goes. */
  constructor(codec: Codec, everyMs: number, onLevel: (level: LevelMessage) => void) {
    this.#codec = codec
    this.#frames = Math.max(1, Math.round(everyMs / FRAME_MS))
    this.#onLevel = onLevel
  }

  ours(frame: Uint8Array | undefined): void {
    if (frame === undefined) return
    this.#add(this.#ours, frame)
  }

  theirs(frame: Uint8Array, cursor: number): void {
    this.#add(this.#theirs, frame)
    if (this.#theirs.samples < this.#frames * frame.length) return
    // What we did not send was silence: it counts as time on our side too.
    this.#ours.samples = Math.max(this.#ours.samples, this.#theirs.samples)
    const level = { cursor: cursor + frame.length, theirs: dbfs(this.#theirs), ours: dbfs(this.#ours) }
    this.#theirs = { energy: 0, samples: 0 }
    this.#ours = { energy: 0, samples: 0 }
    this.#onLevel({ type: 'level', ...level })
  }

  #add(side: { energy: number; samples: number }, frame: Uint8Array): void {
    const pcm = decodeG711(this.#codec, frame)
    for (let i = 0; i < pcm.length; i++) side.energy += (pcm[i] as number) ** 2
    side.samples += pcm.length
  }
}

/** One decimal. */
function dbfs({ energy, samples }: { readonly energy: number; readonly samples: number }): number {
  if (energy === 0) return SILENCE_DBFS
  const level = 10 * Math.log10(energy / samples / FULL_SCALE ** 2)
  return Math.max(SILENCE_DBFS, Math.round(level * 10) / 10)
}
