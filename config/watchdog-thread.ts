/** The thread of `watchThisThread`. */
import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import type { Watched } from './watchdog.ts'

const FATAL = 60
const STDERR = 2

const { beats, beatMs, maxMissed } = workerData as Watched
let seen = -1
let missed = 0

setInterval(() => {
  const now = Atomics.load(beats, 0)
  missed = now === seen ? missed + 1 : 0
  seen = now
  if (missed <= maxMissed) return
  // The logger lives in the thread that stands still.
  const line = { level: FATAL, time: Date.now(), pid: process.pid, msg: 'stood still, ended by its watchdog' }
  writeSync(STDERR, `${JSON.stringify(line)}\n`)
  process.kill(process.pid, 'SIGKILL')
}, beatMs)
