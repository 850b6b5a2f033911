/**
 * Ends the programs that can't notice by themselves that the supervisor is gone (Postgres, Temporal).
 * Gets their pids over IPC; acts when the channel closes without a word that all is stopped.
 */
import type { WardenMessage } from './warden-message.ts'

const programs = new Map<string, { pid: number; signal: 'SIGTERM' | 'SIGINT' }>()
let released = false

process.on('message', (message: WardenMessage) => {
  if (message.type === 'watch') programs.set(message.name, { pid: message.pid, signal: message.signal })
  else released = true
})
process.on('disconnect', () => {
  if (!released) for (const { pid, signal } of programs.values()) end(pid, signal)
  process.exit(0)
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

function end(pid: number, signal: 'SIGTERM' | 'SIGINT'): void {
  try {
    process.kill(pid, signal)
  } catch {
    // already gone
  }
}
