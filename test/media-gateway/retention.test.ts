/** Recordings and SIP messages whose time is over go; all else stays. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Retention } from '../../media-gateway/operations/retention.ts'

const NOW = Date.parse('2026-11-26T12:00:00Z')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daeri-retention-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A file that was written last so many days ago. */
function keep(name: string, days: number): void {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'sealed')
  const at = NOW / 1_000 - days * 86_400
  utimesSync(path, at, at)
}
const names = (within: string) =>
  existsSync(join(folder, within)) ? readdirSync(join(folder, within)).sort() : []
const sweep = (recordingDays: number, signallingDays: number, captureDays = 0) => {
  const logger = pino({ level: 'silent' })
  return new Retention({ folder, recordingDays, signallingDays, captureDays, logger }).sweep(NOW)
}

test('what is older than its days is deleted, and folders that are empty then', async () => {
  keep('recordings/leg-aaaaaaaaaaaa.rec', 11)
  keep('recordings/leg-bbbbbbbbbbbb.rec', 9)
  keep('recordings/leg-cccccccccccc.wav', 11)
  keep('recordings/notes.txt', 400)
  keep('signalling/call-aaaaaaaaaaaa/leg-aaaaaaaaaaaa.sealed', 6)
  keep('signalling/call-bbbbbbbbbbbb/leg-aaaaaaaaaaaa.sealed', 6)
  keep('signalling/call-bbbbbbbbbbbb/leg-bbbbbbbbbbbb.sealed', 4)
  keep('missed-calls/call-aaaaaaaaaaaa.json', 400)
  expect(await sweep(10, 5)).toBe(4)
  expect(names('recordings')).toEqual(['leg-bbbbbbbbbbbb.rec', 'notes.txt'])
  expect(names('signalling')).toEqual(['call-bbbbbbbbbbbb'])
  expect(names('signalling/call-bbbbbbbbbbbb')).toEqual(['leg-bbbbbbbbbbbb.sealed'])
  expect(names('missed-calls')).toHaveLength(1)
  expect(await sweep(10, 5)).toBe(0)
})

test('0 days keep for ever, and a host without files has nothing to do', async () => {
  expect(await sweep(10, 10)).toBe(0)
  keep('recordings/leg-aaaaaaaaaaaa.rec', 4_000)
  keep('signalling/call-aaaaaaaaaaaa/leg-aaaaaaaaaaaa.sealed', 4_000)
  expect(await sweep(0, 0)).toBe(0)
  expect(names('recordings')).toHaveLength(1)
})

test('captured packets have days of their own', async () => {
  keep('captures/call-aaaaaaaaaaaa/leg-aaaaaaaaaaaa.sealed', 4)
  keep('captures/call-bbbbbbbbbbbb/leg-bbbbbbbbbbbb.sealed', 2)
  keep('signalling/call-aaaaaaaaaaaa/leg-aaaaaaaaaaaa.sealed', 4)
  expect(await sweep(10, 10)).toBe(0)
  expect(await sweep(10, 10, 3)).toBe(1)
  expect(names('captures')).toEqual(['call-bbbbbbbbbbbb'])
  expect(names('signalling')).toHaveLength(1)
})
