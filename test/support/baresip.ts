/** baresip, a phone of other people: started with an account of its own, and told what to do while it runs. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../scripts/setup/free-port.ts'

const HOST = '127.0.0.1'
const BARESIP = '/usr/bin/baresip'
const MODULES = '/usr/lib/baresip/modules'

/** Whether it and these modules of it are here; prints why tests are skipped. */
export function hasBaresip(...modules: readonly string[]): boolean {
  const isInstalled = [BARESIP, ...modules.map((name) => join(MODULES, `${name}.so`))].every(existsSync)
  if (!isInstalled) console.log('baresip is not installed (Debian package baresip): its tests are skipped')
  return isInstalled
}

export interface BaresipOptions {
  /** A line of its `accounts`. */
  readonly account: string
  /** Further lines of its `config`; `{folder}` is its own folder. */
  readonly config?: readonly string[]
  /** Written into its folder. */
  readonly files?: Readonly<Record<string, string | Buffer>>
  /** What it does once it has started, e.g. `/dial sip:...`. */
  readonly first?: string
}

export interface Baresip {
  kill(signal: NodeJS.Signals): void
  /** Has it carry out a command of its menu, e.g. `hold`; resolves when it has answered. Needs module ctrl_tcp. */
  command(name: string, params?: string): Promise<void>
  /** Ends it at once; its folder is removed. */
  stop(): Promise<void>
}

/** @returns it, started; what it does then is seen by who it talks to. */
export async function startBaresip(options: BaresipOptions): Promise<Baresip> {
  const folder = await mkdtemp(join(tmpdir(), 'baresip-'))
  const port = await freePort()
  const config = [
    `module_path ${MODULES}`,
    `sip_listen ${HOST}:0`,
    'audio_alert aufile,/dev/null',
    `ctrl_tcp_listen ${HOST}:${port}`,
    'module g711.so',
    'module aufile.so',
    ...(options.config ?? []).map((line) => line.replaceAll('{folder}', folder)),
    'module_tmp account.so',
    'module_app menu.so',
    'module_app ctrl_tcp.so',
    '',
  ]
  const files = {
    ...options.files,
    accounts: `${options.account}\n`,
    contacts: '',
    config: config.join('\n'),
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  const first = options.first === undefined ? [] : ['-e', options.first]
  const child = spawn(BARESIP, ['-f', folder, ...first], {
    stdio: ['ignore', process.env.TEST_LOG ? 'inherit' : 'ignore', 'ignore'],
  })
  const ended = once(child, 'close')
  return {
    kill: (signal) => void child.kill(signal),
    command: (name, params = '') => tell(port, name, params),
    stop: async () => {
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** JSON in a netstring, answered by one whose `response` is true; events come between. */
async function tell(port: number, command: string, params: string): Promise<void> {
  const socket = connect({ host: HOST, port })
  try {
    await once(socket, 'connect')
    const json = JSON.stringify({ command, params, token: command })
    socket.write(`${Buffer.byteLength(json)}:${json},`)
    await answered(socket, command)
  } finally {
    socket.destroy()
  }
}

function answered(socket: Socket, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = ''
    socket.on('data', (data) => {
      received += data.toString()
      if (!received.includes('"response":true')) return
      if (/"ok":true/.test(received)) resolve()
      else reject(new Error(`baresip refuses ${token}: ${received}`))
    })
    socket.on('close', () => reject(new Error(`baresip went away at ${token}`)))
    socket.on('error', reject)
  })
}
