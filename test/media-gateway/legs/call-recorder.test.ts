import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openRecording } from '../../../api/recordings.ts'
import { FRAME_SAMPLES } from '../../../domain/media-socket.ts'
import {
  newRecordingKey,
  openChunk,
  RECORDING_HEADER_BYTES,
  RecordingError,
  SEALED_CHUNK_BYTES,
  sealChunk,
} from '../../../domain/recording-file.ts'
import { CallRecorder } from '../../../media-gateway/legs/call-recorder.ts'
import { decodeG711 } from '../../../media-gateway/rtp/index.ts'
import { readRecording } from '../../support/recording.ts'

const KEY = '0123456789abcdef'.repeat(4)
const OTHER_KEY = 'f'.repeat(64)
let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daeri-recording-'))
  path = join(folder, 'a', 'leg.rec')
})
afterEach(() => rm(folder, { recursive: true }))

const frame = (code: number) => new Uint8Array(FRAME_SAMPLES).fill(code)
const value = (code: number) => decodeG711('PCMU', Uint8Array.of(code))[0]

function record(onError: (error: unknown) => void = () => {}): CallRecorder {
  return new CallRecorder(path, 'PCMU', KEY, onError)
}

/** Both sides for some frames of 20 ms. */
function say(recorder: CallRecorder, from: number, to: number, caller = 10, ours = 20): void {
  for (let i = from; i < to; i++) {
    recorder.caller(frame(caller))
    recorder.ours(frame(ours), i * FRAME_SAMPLES)
  }
}

test('left is the caller, right is us, in step, as a WAV that is whole', async () => {
  const recorder = record()
  for (let i = 0; i < 130; i++) {
    recorder.caller(frame(10))
    recorder.ours(i < 50 ? undefined : frame(20), i * FRAME_SAMPLES)
  }
  await recorder.close()
  const { wav, samples, at } = await readRecording(path, KEY)
  expect(wav.toString('latin1', 0, 4)).toBe('RIFF')
  expect(wav.readUInt32LE(4)).toBe(wav.length - 8)
  expect([wav.readUInt16LE(22), wav.readUInt32LE(24)]).toEqual([2, 8_000])
  expect(samples).toBe(130 * FRAME_SAMPLES)
  expect(at(0)).toEqual([value(10), 0])
  expect(at(50 * FRAME_SAMPLES)).toEqual([value(10), value(20)])
  expect(at(samples - 1)).toEqual([value(10), value(20)])
  expect(recorder.intact).toBe(true)
})

test('nothing of what was said lies readable on the disk', async () => {
  const recorder = record()
  say(recorder, 0, 100)
  await recorder.close()
  const stored = await readFile(path)
  for (const code of [10, 20]) expect(stored.includes(Buffer.alloc(16, code))).toBe(false)
  expect(stored.includes(Buffer.from(Array.from({ length: 16 }, (_, i) => (i % 2 ? 20 : 10))))).toBe(false)
})

test('a side that stops is filled up with silence; ours is put where the clock was when beats were lost', async () => {
  const recorder = record()
  recorder.caller(frame(10))
  for (let i = 0; i < 200; i++) recorder.ours(frame(20), i * FRAME_SAMPLES)
  recorder.ours(frame(20), 40_000)
  await recorder.close()
  const { samples, at } = await readRecording(path, KEY)
  expect(samples).toBe(40_160)
  expect([at(0), at(31_999), at(32_000), at(40_000)]).toEqual([
    [value(10), value(20)],
    [0, value(20)],
    [0, 0],
    [0, value(20)],
  ])
})

test('a disk that fails is told once and does not stop the call', async () => {
  await writeFile(join(folder, 'a'), '')
  const errors: unknown[] = []
  const recorder = record((error) => errors.push(error))
  say(recorder, 0, 100)
  await recorder.close()
  expect(errors.length).toBe(1)
  expect(recorder.intact).toBe(false)
})

describe('a pause', () => {
  test('leaves both sides out, is marked, and the rest stays in its place', async () => {
    const recorder = record()
    say(recorder, 0, 75)
    recorder.pause()
    expect(recorder.paused).toBe(true)
    say(recorder, 75, 175, 11, 21)
    recorder.resume()
    expect(recorder.paused).toBe(false)
    say(recorder, 175, 300)
    await recorder.close()
    const { samples, at } = await readRecording(path, KEY)
    expect(samples).toBe(300 * FRAME_SAMPLES)
    // What is on its way when it ends belongs to it: 200 ms.
    const [from, to] = [75 * FRAME_SAMPLES, 185 * FRAME_SAMPLES]
    for (let i = 0; i < samples; i += 40)
      expect([i, at(i)]).toEqual([i, i >= from && i < to ? [0, 0] : [value(10), value(20)]])
    expect(recorder.pauses).toEqual([{ fromMs: 1_500, toMs: 3_700 }])
  })

  test('is nowhere in the file, not even encrypted', async () => {
    const recorder = record()
    recorder.pause()
    say(recorder, 0, 120, 11, 21)
    await recorder.close()
    const { wav } = await readRecording(path, KEY)
    expect(wav.subarray(44).every((byte) => byte === 0)).toBe(true)
    expect(recorder.pauses).toEqual([{ fromMs: 0, toMs: 2_400 }])
  })

  test('begins at once also for the side that is behind, however both lie', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(40),
        fc.nat(40),
        fc.integer({ min: 1, max: 60 }),
        async (callerFirst, oursFirst, paused) => {
          const recorder = record()
          for (let i = 0; i < callerFirst; i++) recorder.caller(frame(10))
          for (let i = 0; i < oursFirst; i++) recorder.ours(frame(20), i * FRAME_SAMPLES)
          recorder.pause()
          for (let i = 0; i < paused; i++) {
            recorder.caller(frame(11))
            recorder.ours(frame(21), (oursFirst + i) * FRAME_SAMPLES)
          }
          recorder.resume()
          await recorder.close()
          const { samples, at } = await readRecording(path, KEY)
          for (let i = 0; i < samples; i += 20) {
            expect(at(i)[0]).not.toBe(value(11))
            expect(at(i)[1]).not.toBe(value(21))
          }
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('after a crash', () => {
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  test('everything up to the last second is readable (kill -9 in the middle of a call)', async () => {
    const url = (file: string) => JSON.stringify(new URL(`../../../${file}`, import.meta.url).href)
    const script = `
      const { CallRecorder } = await import(${url('media-gateway/legs/call-recorder.ts')})
      const recorder = new CallRecorder(${JSON.stringify(path)}, 'PCMU', ${JSON.stringify(KEY)}, (error) => { throw error })
      let i = 0
      setInterval(() => {
        for (let n = 0; n < 5; n++, i++) {
          recorder.caller(new Uint8Array(160).fill(10))
          recorder.ours(new Uint8Array(160).fill(20), i * 160)
        }
        process.stdout.write(i + '\\n')
      }, 5)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    let frames = 0
    for await (const text of child.stdout ?? []) {
      frames = Number(String(text).trim().split('\n').at(-1))
      if (frames > 320) break
    }
    child.kill('SIGKILL')
    await once(child, 'close')
    const { samples, at } = await readRecording(path, KEY)
    expect(samples / FRAME_SAMPLES).toBeGreaterThanOrEqual(frames - 100)
    expect(samples % 8_000).toBe(0)
    for (let i = 0; i < samples; i += 100) expect(at(i)).toEqual([value(10), value(20)])
  })

  test('a second that was only half written is left out, wherever it was cut', async () => {
    const recorder = record()
    say(recorder, 0, 120)
    await recorder.close()
    const { size } = await stat(path)
    for (const cut of [1, 2, 100, 6_000, size - RECORDING_HEADER_BYTES - 2 * SEALED_CHUNK_BYTES, 10_000]) {
      await truncate(path, size - cut)
      const { samples } = await readRecording(path, KEY)
      expect(samples).toBe(cut > size - RECORDING_HEADER_BYTES - 2 * SEALED_CHUNK_BYTES ? 8_000 : 16_000)
      await truncate(path, 0)
      await rm(path)
      const again = record()
      say(again, 0, 120)
      await again.close()
    }
  })
})

describe('reading', () => {
  test('any range is that part of the whole', async () => {
    const recorder = record()
    for (let i = 0; i < 137; i++) {
      recorder.caller(frame(i))
      recorder.ours(frame(255 - i), i * FRAME_SAMPLES)
    }
    await recorder.close()
    const { wav } = await readRecording(path, KEY)
    const source = await openRecording(path, [OTHER_KEY, KEY])
    expect(source.size).toBe(wav.length)
    await fc.assert(
      fc.asyncProperty(fc.nat(wav.length - 1), fc.nat(wav.length - 1), async (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)]
        const part = Buffer.concat(await source.read(start, end).toArray())
        expect(part.equals(wav.subarray(start, end + 1))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('another key, another file and a changed byte are refused', async () => {
    const recorder = record()
    say(recorder, 0, 110)
    await recorder.close()
    await expect(openRecording(path, [OTHER_KEY])).rejects.toThrow(RecordingError)
    const stored = await readFile(path)
    for (const at of [8, 25, 5_000]) {
      const changed = Buffer.from(stored)
      changed[at] = (changed[at] ?? 0) ^ 1
      await writeFile(path, changed)
      await expect(readRecording(path, KEY)).rejects.toThrow(RecordingError)
    }
    await writeFile(path, 'RIFF')
    await expect(openRecording(path, [KEY])).rejects.toThrow(RecordingError)
  })

  test('seconds can not be exchanged, within a file or between files', () => {
    const second = {
      caller: new Uint8Array(8_000),
      ours: new Uint8Array(8_000),
      paused: Array(50).fill(false),
    }
    const [a, b] = [newRecordingKey('PCMA', KEY), newRecordingKey('PCMA', KEY)]
    const sealed = sealChunk(a, 3, second)
    expect(openChunk(a, 3, sealed)).toEqual(second)
    expect(() => openChunk(a, 4, sealed)).toThrow(RecordingError)
    expect(() => openChunk(b, 3, sealed)).toThrow(RecordingError)
  })
})
