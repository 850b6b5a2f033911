import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FRAME_SAMPLES } from '../../../domain/media-socket.ts'
import { WavRecorder } from '../../../media-gateway/legs/wav-recorder.ts'
import { decodeG711 } from '../../../media-gateway/rtp/index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daeri-wav-'))
})
afterEach(() => rm(folder, { recursive: true }))

const frame = (code: number) => new Uint8Array(FRAME_SAMPLES).fill(code)
const value = (code: number) => decodeG711('PCMU', Uint8Array.of(code))[0]

function read(wav: Buffer) {
  expect(wav.toString('latin1', 0, 4)).toBe('RIFF')
  expect(wav.readUInt32LE(4)).toBe(wav.length - 8)
  expect(wav.readUInt16LE(22)).toBe(2)
  expect(wav.readUInt32LE(24)).toBe(8_000)
  const samples = wav.readUInt32LE(40) / 4
  return { samples, at: (i: number) => [wav.readInt16LE(44 + i * 4), wav.readInt16LE(46 + i * 4)] }
}

test('left is the caller, right is us, in step', async () => {
  const path = join(folder, 'a', 'leg.wav')
  const recorder = new WavRecorder(path, 'PCMU', () => {})
  for (let i = 0; i < 100; i++) {
    recorder.caller(frame(10))
    recorder.ours(i < 50 ? undefined : frame(20), i * FRAME_SAMPLES)
  }
  await recorder.close()
  const { samples, at } = read(await readFile(path))
  expect(samples).toBe(100 * FRAME_SAMPLES)
  expect(at(0)).toEqual([value(10), 0])
  expect(at(50 * FRAME_SAMPLES)).toEqual([value(10), value(20)])
  expect(recorder.intact).toBe(true)
})

test('what a crash leaves behind is a whole file up to the last second', async () => {
  const path = join(folder, 'leg.wav')
  const recorder = new WavRecorder(path, 'PCMU', () => {})
  for (let i = 0; i < 120; i++) {
    recorder.caller(frame(10))
    recorder.ours(frame(20), i * FRAME_SAMPLES)
  }
  let samples = 0
  while (samples < 16_000) {
    const wav = await readFile(path).catch(() => Buffer.alloc(0))
    if (wav.length > 44) samples = wav.readUInt32LE(40) / 4
  }
  expect(samples).toBe(16_000)
  await recorder.close()
})

test('a side that stops is filled up with silence', async () => {
  const path = join(folder, 'leg.wav')
  const recorder = new WavRecorder(path, 'PCMU', () => {})
  recorder.caller(frame(10))
  for (let i = 0; i < 200; i++) recorder.ours(frame(20), i * FRAME_SAMPLES)
  await recorder.close()
  const { samples, at } = read(await readFile(path))
  expect(samples).toBe(200 * FRAME_SAMPLES)
  expect(at(samples - 1)).toEqual([0, value(20)])
})

test('our side is put where the clock was when beats were lost', async () => {
  const path = join(folder, 'leg.wav')
  const recorder = new WavRecorder(path, 'PCMU', () => {})
  recorder.ours(frame(20), 0)
  recorder.ours(frame(20), 8_000)
  await recorder.close()
  const { samples, at } = read(await readFile(path))
  expect(samples).toBe(8_160)
  expect([at(159)[1], at(160)[1], at(8_000)[1]]).toEqual([value(20), 0, value(20)])
})

test('a disk that fails is told once and does not stop the call', async () => {
  await writeFile(join(folder, 'file'), '')
  const errors: unknown[] = []
  const recorder = new WavRecorder(join(folder, 'file', 'leg.wav'), 'PCMU', (error) => errors.push(error))
  recorder.caller(frame(1))
  await recorder.close()
  expect(errors.length).toBe(1)
  expect(recorder.intact).toBe(false)
})
