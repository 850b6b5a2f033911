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
  const holder = lockHolder(dataDir)
  if (holder !== undefined && holder.pid !== process.pid) return holder
  writeFileSync(lockFile(dataDir), JSON.stringify({ pid: process.pid, appUrl } satisfies Lock))
  return undefined
}

/** The system that runs on this data folder; undefined when none does, whatever a crash left. */
export function lockHolder(dataDir: string): Lock | undefined {
  const file = lockFile(dataDir)
  const holder = existsSync(file) ? readLock(file) : undefined
  return holder !== undefined && isAlive(holder.pid) ? holder : undefined
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
