/** One system for each data folder: a lock file with the supervisor's pid and its address. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Lock {
  readonly pid: number
  readonly appUrl: string
}

/** The system that already runs on this data folder, or undefined after taking the lock. */
export function takeLock(dataDir: string, appUrl: string): Lock | undefined {
  mkdirSync(dataDir, { recursive: true })
  const file = lockFile(dataDir)
  if (existsSync(file)) {
    const holder = readLock(file)
    if (holder !== undefined && holder.pid !== process.pid && isAlive(holder.pid)) return holder
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid, appUrl } satisfies Lock))
  return undefined
}

export function releaseLock(dataDir: string): void {
  rmSync(lockFile(dataDir), { force: true })
}

const lockFile = (dataDir: string) => join(dataDir, 'daeri.lock')

function readLock(file: string): Lock | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Lock
  } catch {
    return undefined // half written when the machine stopped
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
