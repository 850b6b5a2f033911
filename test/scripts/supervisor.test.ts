import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadSettings } from '../../config/settings.ts'
import { type ChildEvents, SupervisedChild } from '../../scripts/supervisor/child.ts'
import { releaseLock, takeLock } from '../../scripts/supervisor/lock.ts'
import { takenPorts } from '../../scripts/supervisor/ports.ts'
import { keptSecrets } from '../../scripts/supervisor/secrets.ts'
import { eventually } from '../support/patience.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daeri-supervisor-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url))

function supervise(args: readonly string[]) {
  const events = { onLine: vi.fn(), onRestart: vi.fn(), onGaveUp: vi.fn() } satisfies ChildEvents
  const child = new SupervisedChild(
    {
      name: 'fixture',
      command: process.execPath,
      args: [fixture('process'), ...args],
      env: process.env,
      cwd: folder,
      stopSignal: 'SIGTERM',
    },
    join(folder, 'log'),
    events,
  )
  return { child, events }
}

describe('a supervised process', () => {
  it('is started again after kill -9, with another pid', async () => {
    const { child, events } = supervise([])
    await child.start()
    const first = child.details.pid
    child.crash()
    await eventually(() => expect(child.details.pid).not.toBe(first))
    expect(events.onRestart).toHaveBeenCalledWith('fixture', 'ended with SIGKILL', expect.any(Number))
    await child.stop()
  })

  it('is not started again when its configuration is wrong', async () => {
    const { child, events } = supervise(['exit', '78'])
    await expect(child.start()).rejects.toThrow('wrong configuration')
    expect(events.onGaveUp).toHaveBeenCalledOnce()
    await child.stop()
  })

  it('ends when it is stopped and stays ended', async () => {
    const { child, events } = supervise([])
    await child.start()
    const pid = Number(child.details.pid)
    await child.stop()
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(events.onRestart).not.toHaveBeenCalled()
  })

  it('is replaced: the new one serves before the old one ends, and a crash of the new one is mended', async () => {
    const { child, events } = supervise([])
    await child.start()
    const first = Number(child.details.pid)
    await child.replace({ overlaps: true })
    const second = Number(child.details.pid)
    expect(second).not.toBe(first)
    expect(() => process.kill(first, 0)).toThrow('ESRCH')
    expect(events.onRestart).not.toHaveBeenCalled()
    child.crash()
    await eventually(() => expect(Number(child.details.pid)).not.toBe(second))
    await child.stop()
    expect(() => process.kill(Number(child.details.pid), 0)).toThrow('ESRCH')
  })

  it('that holds a port has let it go before the new one begins', async () => {
    const { child, events } = supervise([])
    await child.start()
    const first = Number(child.details.pid)
    await child.replace({ overlaps: false })
    expect(() => process.kill(first, 0)).toThrow('ESRCH')
    expect(Number(child.details.pid)).not.toBe(first)
    expect(events.onRestart).not.toHaveBeenCalled()
    await child.stop()
  })

  it('that is stopped while it is being replaced leaves neither behind', async () => {
    const { child } = supervise([])
    await child.start()
    const first = Number(child.details.pid)
    const replaced = child.replace({ overlaps: true })
    await eventually(() => expect(Number(child.details.pid)).not.toBe(first))
    const second = Number(child.details.pid)
    const stopped = child.stop()
    await stopped
    await replaced
    for (const pid of [first, second]) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  it('that drains has as long as it has said, or until it is asked again', async () => {
    const { child, events } = supervise(['drain', '600000'])
    await child.start()
    const stopped = child.stop()
    await eventually(() => expect(events.onLine).toHaveBeenCalledWith('fixture', 'draining'))
    child.hurry()
    await stopped
    expect(child.end).toEqual({ code: 0, signal: null })
  })

  it('that outlasts what it has said is killed', async () => {
    const { child } = supervise(['drain', '-2900'])
    await child.start()
    await child.stop()
    expect(child.end).toEqual({ code: null, signal: 'SIGKILL' })
  })
})

describe('the warden', () => {
  it('ends a program whose supervisor was killed', async () => {
    const supervisor = spawn(process.execPath, [fixture('supervisor')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(createInterface({ input: supervisor.stdout }), 'line')) as [string]
    const program = Number(line)
    expect(process.kill(program, 0)).toBe(true)
    supervisor.kill('SIGKILL')
    await eventually(() => expect(() => process.kill(program, 0)).toThrow('ESRCH'))
  })
})

describe('the lock', () => {
  it('names the system that runs already, and is free again after its end', () => {
    writeFileSync(
      join(folder, 'daeri.lock'),
      JSON.stringify({ pid: process.ppid, appUrl: 'http://127.0.0.1:1' }),
    )
    expect(takeLock(folder, 'http://127.0.0.1:2')).toEqual({
      pid: process.ppid,
      appUrl: 'http://127.0.0.1:1',
    })
    releaseLock(folder)
    expect(takeLock(folder, 'http://127.0.0.1:2')).toBeUndefined()
  })

  it.each(['', '{"pid":4194305,"appUrl":"x"}'])('does not mind what a crash left: %j', (left) => {
    writeFileSync(join(folder, 'daeri.lock'), left)
    expect(takeLock(folder, 'http://127.0.0.1:2')).toBeUndefined()
  })
})

describe('ports', () => {
  it('tells which setting moves a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const free = {
      API_PORT: '0',
      WORLD_PORT: '0',
      MEDIA_SOCKET_PORT: '0',
      SIP_WS_PORT: '0',
      POSTGRES_PORT: '0',
      TEMPORAL_UI_PORT: '0',
    }
    const settings = loadSettings({
      ...free,
      TEMPORAL_PORT: String(port),
      SIP_PORT: '0',
      WORLD_SIP_PORT: '0',
    })
    expect(await takenPorts(settings)).toEqual([expect.stringContaining(`TCP port ${port} is taken`)])
    expect((await takenPorts(settings))[0]).toContain('TEMPORAL_PORT')
    server.close()
  })
})

describe('secrets', () => {
  it('are made once and kept for their owner only', () => {
    const made = keptSecrets(folder)
    expect(made.DAERI_DATA_KEY).toMatch(/^[0-9a-f]{64}$/)
    expect(keptSecrets(folder)).toEqual(made)
    expect(readFileSync(join(folder, 'secrets.env'), 'utf8')).toContain('DAERI_SECRET=')
  })
})
