/**
 * Puts what arrives from the network onto the caller's timeline: samples since the answer, without holes.
 * Pure: time comes in as the wall clock counted in samples ("now").
 *
 * Nothing is delayed on purpose. Nobody plays this audio while it arrives (it is recognised and recorded), so
 * a packet in order goes straight through; only a gap in the sequence waits a moment for a packet that was
 * overtaken, as long as packets of this line were seen to be late. What is lost after that is concealed.
 */

import { decodeG711, encodeG711, SILENCE } from '../../domain/g711.ts'
import { type Codec, FRAME_SAMPLES, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { ComfortNoise } from './comfort-noise.ts'
import { CONCEALMENT_CONTEXT, conceal } from './concealment.ts'
import { type RtpPacket, sequenceDistance, timestampDistance } from './packet.ts'

/** How long a gap in the sequence waits for the packets that are missing: at first, at least and at most. */
const REORDER_WAIT = 60 * SAMPLES_PER_MS
const MIN_REORDER_WAIT = 40 * SAMPLES_PER_MS
const MAX_REORDER_WAIT = 160 * SAMPLES_PER_MS
/** More than the latest packet needed. */
const REORDER_MARGIN = 20 * SAMPLES_PER_MS
/** Lost packets that are remembered, to tell one that comes late from one that comes twice. */
const MAX_MISSING = 200
/**
 * Nothing for this long, and the timeline goes on with silence. A phone that was seen to send nothing in silence
 * is silent; one that sends all the time is held up on its way, and silence in the middle of its word helps nobody.
 */
const PAUSE = 100 * SAMPLES_PER_MS
const STALL = 1_000 * SAMPLES_PER_MS
/** Once may be chance. */
const PAUSES_ARE_HABIT = 2
/** What comes this much later than its timestamp says was held up: its sender stood still and did not pause. */
const HELD_UP = 200 * SAMPLES_PER_MS
/**
 * Not asked to settle for this long, we have stood still ourselves: what came meanwhile may still wait in the
 * sockets (one turn of the event loop reads 32 datagrams of each), and the sender, on the same machine in the
 * worst case, may stand still yet. Silence begins to count anew.
 */
const STOOD_STILL = 100 * SAMPLES_PER_MS
/** Where the timeline runs ahead of the wall clock by more than this, quiet frames are left out. */
const AHEAD = 60 * SAMPLES_PER_MS
/** Further ahead than this everything is left out: the peer sends faster than real time. */
const FAR_AHEAD = 5_000 * SAMPLES_PER_MS
/** A timestamp may jump over silence, but not further than this into the future. */
const JUMP_TOLERANCE = 200 * SAMPLES_PER_MS
/** A sequence number further away than this belongs to a stream that began anew (RFC 3550 appendix A.1). */
const MAX_DROPOUT = 3_000
const MAX_HELD = 50
/** -50 dBFS. */
const QUIET_AMPLITUDE = 104

/** A packet of the caller: audio in the leg's codec (kept, so it may not change any more), or `undefined` for one that only takes a sequence number. */
export interface TimelineInput {
  readonly packet: Pick<RtpPacket, 'sequence' | 'timestamp' | 'ssrc'>
  readonly audio: Uint8Array | undefined
  /** A comfort noise packet: the peer sends nothing now, and its room is this loud. */
  readonly noiseDbov?: number
}

interface Source {
  readonly ssrc: number
  expectedSequence: number
  /** Timestamp that belongs at the edge; undefined until there was audio. */
  edgeTimestamp: number | undefined
}

/** What became of the packets. */
export interface TimelineCounts {
  readonly duplicates: number
  readonly late: number
  readonly reordered: number
  /** Packets that were not there in time, and in how many gaps. */
  readonly lost: number
  readonly gaps: number
  /** Samples put in for lost packets. */
  readonly concealed: number
  /** Quiet samples left out to get back to the wall clock. */
  readonly leftOut: number
}

export class ReceiveTimeline {
  readonly #codec: Codec
  readonly #onFrame: (frame: Uint8Array, cursor: number) => void
  readonly #held = new Map<number, TimelineInput>()
  /** Sequence numbers that were given up, with the time since when they were missing. */
  readonly #missing = new Map<number, number>()
  #reorderWait = REORDER_WAIT
  #noise: { readonly dbov: number; readonly generator: ComfortNoise } | undefined
  /** The frames before the one under way, for concealment. */
  #older: Uint8Array
  #newer: Uint8Array
  #frame = new Uint8Array(FRAME_SAMPLES)
  #filled = 0
  /** Cursor of the first sample in `#frame`. */
  #frameCursor = 0
  #source: Source | undefined
  #gapSince = 0
  #settledAt = 0
  /** Since when we have been asked regularly. */
  #awakeSince = Number.NEGATIVE_INFINITY
  /** How often the peer left silence out: its timestamp jumped where no packet is missing. */
  #pauses = 0
  #lastWasAudio = false
  /** Packets before the next one were given up. */
  #skipped = false
  #duplicates = 0
  #late = 0
  #reordered = 0
  #lost = 0
  #gaps = 0
  #concealed = 0
  #leftOut = 0

  /** @param onFrame gets 160 samples with the cursor of the first, in order and without holes. */
  constructor(codec: Codec, onFrame: (frame: Uint8Array, cursor: number) => void) {
    this.#codec = codec
    this.#onFrame = onFrame
    const silent = new Uint8Array(FRAME_SAMPLES).fill(SILENCE[codec])
    this.#older = silent
    this.#newer = silent
  }

  /** Samples on the timeline so far. */
  get edge(): number {
    return this.#frameCursor + this.#filled
  }

  get counts(): TimelineCounts {
    return {
      duplicates: this.#duplicates,
      late: this.#late,
      reordered: this.#reordered,
      lost: this.#lost,
      gaps: this.#gaps,
      concealed: this.#concealed,
      leftOut: this.#leftOut,
    }
  }

  push(input: TimelineInput, now: number): void {
    const { sequence, ssrc } = input.packet
    const distance =
      this.#source?.ssrc === ssrc ? sequenceDistance(sequence, this.#source.expectedSequence) : undefined
    if (distance === undefined || Math.abs(distance) > MAX_DROPOUT) {
      this.#drainHeld(now)
      this.#missing.clear()
      this.#source = { ssrc, expectedSequence: sequence, edgeTimestamp: undefined }
      this.#accept(this.#source, input, now)
    } else if (distance === 0) {
      if (this.#held.size > 0) {
        this.#reordered++
        this.#learnWait(now - this.#gapSince)
      }
      this.#accept(this.#source as Source, input, now)
      this.#acceptSuccessors(now)
    } else if (distance < 0) {
      const missingSince = this.#missing.get(sequence)
      if (missingSince === undefined) this.#duplicates++
      else {
        this.#late++
        this.#missing.delete(sequence)
        this.#learnWait(now - missingSince)
      }
    } else if (this.#held.has(sequence)) {
      this.#duplicates++
    } else {
      if (this.#held.size === 0) this.#gapSince = now
      this.#held.set(sequence, input)
      if (this.#held.size > MAX_HELD) this.#skipGap(now)
    }
  }

  /** Call it every 20 ms after the sockets were read: gives up on lost packets and bridges stalls. */
  settle(now: number): void {
    if (now - this.#settledAt > STOOD_STILL) this.#awakeSince = now
    this.#settledAt = now
    if (this.#held.size > 0 && now - this.#gapSince >= this.#reorderWait) this.#skipGap(now)
    const isPausing = this.#pauses >= PAUSES_ARE_HABIT || this.#noise !== undefined
    const patience = isPausing ? PAUSE : STALL
    const missing = now - patience - this.edge
    if (missing > 0 && now - this.#awakeSince >= patience)
      this.#silence(Math.ceil(missing / FRAME_SAMPLES) * FRAME_SAMPLES)
  }

  #skipGap(now: number): void {
    const source = this.#source
    if (source === undefined) return
    let missing = MAX_DROPOUT
    for (const held of this.#held.keys())
      missing = Math.min(missing, sequenceDistance(held, source.expectedSequence))
    this.#lost += missing
    this.#gaps++
    for (let i = Math.max(0, missing - MAX_MISSING); i < missing; i++)
      this.#missing.set((source.expectedSequence + i) & 0xffff, this.#gapSince)
    for (const sequence of this.#missing.keys()) {
      if (this.#missing.size <= MAX_MISSING) break
      this.#missing.delete(sequence)
    }
    source.expectedSequence = (source.expectedSequence + missing) & 0xffff
    this.#skipped = true
    this.#acceptSuccessors(now)
    this.#gapSince = now
  }

  /** A packet came this long after its successor: grows at once, shrinks slowly. */
  #learnWait(lateBy: number): void {
    const needed = Math.max(MIN_REORDER_WAIT, Math.min(MAX_REORDER_WAIT, lateBy + REORDER_MARGIN))
    this.#reorderWait =
      needed > this.#reorderWait ? needed : this.#reorderWait + (needed - this.#reorderWait) / 16
  }

  #drainHeld(now: number): void {
    while (this.#held.size > 0) this.#skipGap(now)
  }

  #acceptSuccessors(now: number): void {
    const source = this.#source
    if (source === undefined) return
    for (;;) {
      const next = this.#held.get(source.expectedSequence)
      if (next === undefined) return
      this.#held.delete(source.expectedSequence)
      this.#accept(source, next, now)
    }
  }

  #accept(source: Source, { packet, audio, noiseDbov }: TimelineInput, now: number): void {
    const afterLoss = this.#skipped
    const inSequence = packet.sequence === source.expectedSequence && !afterLoss
    const afterAudio = this.#lastWasAudio
    this.#skipped = false
    source.expectedSequence = (packet.sequence + 1) & 0xffff
    this.#lastWasAudio = audio !== undefined && audio.length > 0
    if (noiseDbov !== undefined && noiseDbov !== this.#noise?.dbov)
      this.#noise = { dbov: noiseDbov, generator: new ComfortNoise(this.#codec, noiseDbov) }
    if (audio === undefined || audio.length === 0) return
    const arrivedAt = now - audio.length
    let gap = arrivedAt - this.edge
    if (source.edgeTimestamp !== undefined) {
      const jump = timestampDistance(packet.timestamp, source.edgeTimestamp)
      if (jump > 0 && inSequence && afterAudio && gap - jump < HELD_UP) this.#pauses++
      // A negative jump is audio that comes after its place was bridged: it is late but not lost.
      if (jump <= Math.max(0, gap) + JUMP_TOLERANCE) gap = jump
    }
    if (gap > 0) {
      if (afterLoss && afterAudio && source.edgeTimestamp !== undefined) this.#conceal(gap, audio)
      else this.#silence(gap)
    }
    this.#noise = undefined
    source.edgeTimestamp = packet.timestamp
    if (this.#mustLeaveOut(audio, now)) {
      this.#leftOut += audio.length
      source.edgeTimestamp = (packet.timestamp + audio.length) >>> 0
    } else {
      this.#append(audio)
    }
  }

  #mustLeaveOut(audio: Uint8Array, now: number): boolean {
    const ahead = this.edge - now
    if (ahead <= AHEAD) return false
    return (
      ahead > FAR_AHEAD ||
      decodeG711(this.#codec, audio).every((sample) => Math.abs(sample) < QUIET_AMPLITUDE)
    )
  }

  #silence(samples: number): void {
    const audio = new Uint8Array(samples)
    if (this.#noise === undefined) audio.fill(SILENCE[this.#codec])
    else this.#noise.generator.fill(audio)
    this.#append(audio)
  }

  #conceal(samples: number, after: Uint8Array): void {
    this.#concealed += samples
    const before = Buffer.concat([this.#older, this.#newer, this.#frame.subarray(0, this.#filled)])
    const sound = conceal(
      decodeG711(this.#codec, before.subarray(-CONCEALMENT_CONTEXT)),
      decodeG711(this.#codec, after.subarray(0, CONCEALMENT_CONTEXT)),
      samples,
    )
    this.#append(encodeG711(this.#codec, sound))
  }

  #append(audio: Uint8Array): void {
    if (this.#source?.edgeTimestamp !== undefined)
      this.#source.edgeTimestamp = (this.#source.edgeTimestamp + audio.length) >>> 0
    if (this.#filled === 0 && audio.length === FRAME_SAMPLES) {
      this.#emit(audio)
      return
    }
    for (let taken = 0; taken < audio.length; ) {
      const part = audio.subarray(taken, taken + FRAME_SAMPLES - this.#filled)
      this.#frame.set(part, this.#filled)
      this.#filled += part.length
      taken += part.length
      if (this.#filled < FRAME_SAMPLES) continue
      const frame = this.#frame
      this.#frame = new Uint8Array(FRAME_SAMPLES)
      this.#filled = 0
      this.#emit(frame)
    }
  }

  #emit(frame: Uint8Array): void {
    const cursor = this.#frameCursor
    this.#frameCursor += FRAME_SAMPLES
    this.#older = this.#newer
    this.#newer = frame
    this.#onFrame(frame, cursor)
  }
}
