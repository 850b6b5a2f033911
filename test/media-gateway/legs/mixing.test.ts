/** The pure parts of a conversation: lines, sums, music, and who hears whom. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FRAME_SAMPLES } from '../../../domain/media-socket.ts'
import { checkSeats, hears, type Seat } from '../../../media-gateway/legs/conference-rules.ts'
import { FrameLine, type Sound } from '../../../media-gateway/legs/frame-line.ts'
import { holdMusic, MusicPlayer, setHoldMusic } from '../../../media-gateway/legs/hold-music.ts'
import { LegOutput } from '../../../media-gateway/legs/leg-output.ts'
import { addSaturating, mixFor } from '../../../media-gateway/legs/mixer.ts'
import { loadOwnHoldMusic } from '../../../media-gateway/legs/own-hold-music.ts'
import { decodeG711, encodeG711, transcodeG711 } from '../../../media-gateway/rtp/index.ts'
import { tone, tonePcm } from '../../support/tones.ts'

/** Loud frames that can be told apart: the number is in the first two bytes. */
const frame = (number: number): Sound => {
  const bytes = tone('PCMU', 700, 20)
  bytes[0] = number & 0x7f
  bytes[1] = (number >> 7) & 0x7f
  return { codec: 'PCMU', frame: bytes }
}
const quiet: Sound = { codec: 'PCMU', frame: new Uint8Array(FRAME_SAMPLES).fill(0xff) }
const numberOf = (sound: Sound) => (sound.frame[0] ?? 0) + (sound.frame[1] ?? 0) * 128

describe('a line', () => {
  test('waits for two frames, then gives each once and in order', () => {
    const line = new FrameLine()
    line.push(frame(0))
    expect(line.pull()).toBeUndefined()
    const got: number[] = []
    for (let n = 1; n < 300; n++) {
      line.push(frame(n))
      const sound = line.pull()
      if (sound !== undefined) got.push(numberOf(sound))
    }
    expect(got).toEqual(Array.from({ length: got.length }, (_, i) => i))
    expect(got.length).toBeGreaterThanOrEqual(298)
  })

  test('whatever comes, frames are never doubled nor out of order, and delay is bounded', () => {
    const steps = fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 400 })
    fc.assert(
      fc.property(steps, (bursts) => {
        const line = new FrameLine()
        const got: number[] = []
        let number = 0
        for (const burst of bursts) {
          for (let i = 0; i < burst; i++) line.push(frame(number++))
          const sound = line.pull()
          if (sound !== undefined) got.push(numberOf(sound))
          expect(line.depth).toBeLessThanOrEqual(62)
        }
        expect(got).toEqual([...new Set(got)].sort((a, b) => a - b))
      }),
      { numRuns: 50 },
    )
  })

  test('a burst after a stall is caught up in the pauses, without losing a loud frame', () => {
    const line = new FrameLine()
    let number = 0
    for (let i = 0; i < 8; i++) line.push(frame(number++))
    const loud: number[] = []
    for (let i = 0; i < 400; i++) {
      const isPause = i % 20 >= 10
      line.push(isPause ? quiet : frame(number++))
      const sound = line.pull()
      if (sound !== undefined && sound !== quiet) loud.push(numberOf(sound))
    }
    expect(line.depth).toBeLessThanOrEqual(4)
    expect(loud).toEqual(Array.from({ length: loud.length }, (_, i) => i))
    expect(number - loud.length).toBeLessThanOrEqual(4)
  })

  test('a speaker whose clock is 1 % fast does not fall behind for ever', () => {
    const line = new FrameLine()
    for (let i = 0; i < 20_000; i++) {
      line.push(i % 10 < 5 ? quiet : frame(i))
      if (i % 100 === 0) line.push(quiet)
      line.pull()
      if (i > 1_000) expect(line.depth).toBeLessThanOrEqual(8)
    }
  })
})

describe('the sum', () => {
  const samples = fc.array(fc.integer({ min: -32_768, max: 32_767 }), {
    minLength: FRAME_SAMPLES,
    maxLength: FRAME_SAMPLES,
  })

  test('is that of the samples, cut at 16 bits', () => {
    fc.assert(
      fc.property(samples, samples, (a, b) => {
        const sum = Int16Array.from(a)
        addSaturating(sum, Int16Array.from(b))
        const wanted = a.map((value, i) => Math.max(-32_768, Math.min(32_767, value + (b[i] ?? 0))))
        expect([...sum]).toEqual(wanted)
      }),
    )
  })

  test('of one voice is its own bytes, or their translation', () => {
    const sound = frame(3)
    expect(mixFor('PCMU', [sound])).toBe(sound.frame)
    expect(mixFor('PCMA', [sound])).toEqual(transcodeG711('PCMU', 'PCMA', sound.frame))
    expect(mixFor('PCMU', [])).toBeUndefined()
  })

  test('of two loud voices is loud and does not wrap round', () => {
    const loud = { codec: 'PCMU', frame: encodeG711('PCMU', tonePcm(500, 20, 30_000)) } as const
    const mixed = decodeG711('PCMU', mixFor('PCMU', [loud, loud]) ?? new Uint8Array())
    const alone = decodeG711('PCMU', loud.frame)
    for (const [i, sample] of mixed.entries()) expect(sample * (alone[i] ?? 0)).toBeGreaterThanOrEqual(0)
  })
})

describe('who hears whom', () => {
  const roles = fc.constantFrom('party', 'coach', 'listener' as const)
  const seats = fc.uniqueArray(fc.record({ id: fc.nat(9), role: roles }), {
    selector: ({ id }) => id,
    minLength: 1,
  })

  test('nobody themselves; parties by all; listeners by nobody; coaches by those they coach alone', () => {
    fc.assert(
      fc.property(seats, fc.nat(9), (drawn, coached) => {
        const all = drawn.map(({ id, role }) => ({ legId: `leg-${id}`, role, coaches: [`leg-${coached}`] }))
        for (const listener of all as unknown as Seat[])
          for (const speaker of all as unknown as Seat[]) {
            const heard = hears(listener, speaker)
            if (listener === speaker || speaker.role === 'listener') expect(heard).toBe(false)
            else if (speaker.role === 'party') expect(heard).toBe(true)
            else expect(heard).toBe(listener.legId === `leg-${coached}`)
          }
      }),
    )
  })

  test('a coach of somebody who is not there is a mistake', () => {
    const seat = { legId: 'leg-1', role: 'coach', coaches: ['leg-2'] } as unknown as Seat
    expect(() => checkSeats([seat])).toThrow("can't coach")
  })
})

describe('music', () => {
  const loudest = (pcm: Int16Array) => pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)

  test('is quiet, never silent for a second, and has no seam', () => {
    const piece = holdMusic()
    expect(piece.length).toBe(16 * 8_000)
    expect(loudest(piece)).toBeLessThanOrEqual(3_200)
    for (let at = 0; at < piece.length; at += 8_000)
      expect(loudest(piece.subarray(at, at + 8_000))).toBeGreaterThan(300)
    const steps = piece.map((sample, i) => Math.abs(sample - (piece[(i + 1) % piece.length] ?? 0)))
    expect(steps.at(-1)).toBeLessThanOrEqual(loudest(steps.subarray(0, -1)))
  })

  test('fades in and out, and then is over', () => {
    const player = new MusicPlayer(Int16Array.from({ length: 800 }, () => 1_000))
    const levels: number[] = []
    for (let i = 0; i < 25; i++) levels.push(loudest(player.next() ?? new Int16Array()))
    expect(levels[0]).toBeLessThanOrEqual(50)
    expect(levels.at(-1)).toBe(1_000)
    expect(levels).toEqual([...levels].sort((a, b) => a - b))
    player.stop()
    let frames = 0
    while (player.next() !== undefined) frames++
    expect(frames).toBe(20)
  })

  test('may be a file of the company’s; one that can not be played leaves ours', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daeri-music-'))
    const logger = { info: () => {}, debug: () => {} }
    try {
      await writeFile(join(folder, 'hold-music.wav'), 'no sound')
      await loadOwnHoldMusic(folder, logger)
      expect(holdMusic().length).toBe(16 * 8_000)
      await writeFile(join(folder, 'hold-music.mulaw'), tone('PCMU', 500, 1_000))
      await loadOwnHoldMusic(folder, logger)
      expect(holdMusic()).toEqual(decodeG711('PCMU', tone('PCMU', 500, 1_000)))
    } finally {
      setHoldMusic(undefined)
      await rm(folder, { recursive: true })
    }
  })

  test('makes room for what we say to a held party, and comes back under the voices', () => {
    const output = new LegOutput('PCMU')
    output.hold('music')
    for (let i = 0; i < 30; i++) output.nextFrame(undefined)
    const ours = tone('PCMU', 900, 20)
    expect(output.nextFrame(ours)).toEqual(ours)
    expect(output.nextFrame(undefined)).not.toBeUndefined()
    output.hold(null)
    for (let i = 0; i < 25; i++) output.nextFrame(undefined)
    expect(output.nextFrame(undefined)).toBeUndefined()
  })
})
