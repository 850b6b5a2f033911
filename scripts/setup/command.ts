/** Finds and runs the programs that set-up needs. */
import { spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A program that set-up needs is missing or failed; the message says what to install or set. */
export class SetupError extends Error {
  readonly retryable = false
}

/** Per-user cache of programs that were built or fetched once. */
export function cacheFolder(): string {
  const folder = join(
    process.env.DAERI_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'daeri'),
  )
  mkdirSync(folder, { recursive: true })
  return folder
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Runs a command to its end; `onLine` gets each line it prints.
 * @throws SetupError with the last lines it printed when it fails.
 */
export function run(
  command: string,
  args: readonly string[],
  options: {
    cwd?: string
    env?: NodeJS.ProcessEnv
    uid?: number
    gid?: number
    onLine?: (line: string) => void
  } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { onLine, env, ...spawnOptions } = options
    const child = spawn(command, args, {
      ...spawnOptions,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const tail: string[] = []
    const take = (chunk: Buffer) => {
      for (const line of chunk.toString().split('\n')) {
        if (line.trim() === '') continue
        tail.push(line)
        if (tail.length > 15) tail.shift()
        onLine?.(line.trim().slice(0, 100))
      }
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', (error) => reject(new SetupError(`${command} could not be started: ${error.message}`)))
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new SetupError(`${command} ${args.join(' ')} failed (${code}):\n${tail.join('\n')}`))
    })
  })
}
