import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const FIXTURE = fileURLToPath(new URL('./fixtures/process.ts', import.meta.url))

function start(mode: 'serve' | 'wait', env: Record<string, string> = {}): ChildProcess {
  return fork(FIXTURE, [mode], {
    env: { ...process.env, DAERI_ENV_FILE: 'off', LOG_LEVEL: 'silent', ...env },
    stdio: 'pipe',
  })
}

async function message(child: ChildProcess, type: string): Promise<unknown> {
  for (;;) {
    const [received] = (await once(child, 'message')) as [{ type: string }]
    if (received.type === type) return received
  }
}

describe('a process', () => {
  it('tells its supervisor when it serves, and ends in peace on SIGTERM', async () => {
    const child = start('serve')
    expect(await message(child, 'ready')).toEqual({
      type: 'ready',
      name: 'fixture',
      details: { port: 1 },
      stopLimitMs: 15_000,
    })
    const stopped = message(child, 'stopped')
    child.kill('SIGTERM')
    await stopped
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('ends when its supervisor is gone', async () => {
    const child = start('serve')
    await message(child, 'ready')
    child.disconnect()
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('ends also while it still waits to start', async () => {
    const child = start('wait')
    await message(child, 'starting')
    child.disconnect()
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('says all mistakes of its configuration and that a restart will not help', async () => {
    const child = start('serve', { API_PORT: 'x', WREATH_PRICE: '-1' })
    let told = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      told += chunk.toString()
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(78)
    expect(told).toMatch(/2 mistake[\s\S]*API_PORT[\s\S]*WREATH_PRICE/)
  })
})
