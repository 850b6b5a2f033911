/** Builds and starts the native peer where Go and its modules are to be had. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { placed } from './process.ts'

const SOURCE = fileURLToPath(new URL('native-peer', import.meta.url))
const BUILD_LIMIT_MS = 300_000
const STOP_LIMIT_MS = 3_000

export interface NativePeer {
  readonly pid: number
  readonly sipPort: number
  stop(): Promise<void>
}

/** @returns why there is none, where there is none. */
export async function startNativePeer(folder: string, core: number): Promise<NativePeer | string> {
  const binary = `${folder}/native-peer`
  const built = spawnSync('go', ['build', '-o', binary, '.'], {
    cwd: SOURCE,
    encoding: 'utf8',
    timeout: BUILD_LIMIT_MS,
  })
  if (built.error !== undefined) return 'Go is not in the PATH'
  if (built.status !== 0) return `it could not be built: ${built.stderr.split('\n')[0]}`
  const sipPort = await freePort()
  const [program, args] = placed(core, [binary, String(sipPort), folder])
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    // One core, as the gateway has.
    env: { ...process.env, GOMAXPROCS: '1' },
  })
  await listening(sipPort, child)
  return { pid: child.pid ?? 0, sipPort, stop: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
  await exited
  clearTimeout(timer)
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** It is there when it answers OPTIONS, with whatever. */
async function listening(port: number, child: ChildProcess): Promise<void> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const answered = once(socket, 'message')
  const ask = () => {
    const { port: own } = socket.address()
    const lines = [
      `OPTIONS sip:127.0.0.1:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${own};branch=z9hG4bK-${Math.random()}`,
      'From: <sip:ping@127.0.0.1>;tag=1',
      `To: <sip:127.0.0.1:${port}>`,
      `Call-ID: ${Math.random()}`,
      'CSeq: 1 OPTIONS',
      'Max-Forwards: 70',
      'Content-Length: 0',
    ]
    socket.send(`${lines.join('\r\n')}\r\n\r\n`, port, '127.0.0.1')
  }
  const timer = setInterval(ask, 100)
  try {
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('the native peer ended at once')))
    await Promise.race([answered, ended])
  } finally {
    clearInterval(timer)
    socket.close()
  }
}
