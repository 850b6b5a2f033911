/** On which system a scenario runs: the one that is running, or one of its own on free ports. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSettings, readEnvironment, type Settings } from '../../config/settings.ts'
import { freePort, freeUdpPort } from '../setup/free-port.ts'
import { removePostgres } from '../setup/postgres.ts'
import type { Progress } from '../setup/progress.ts'
import type { ChildEvents } from '../supervisor/child.ts'
import { lockHolder } from '../supervisor/lock.ts'
import { type ProcessName, ROOT } from '../supervisor/processes.ts'
import { keptSecrets } from '../supervisor/secrets.ts'
import { type System, startSystem } from '../supervisor/system.ts'
import type { Replaceable } from './step-schema.ts'
import type { WorldClient } from './world-client.ts'

/** Who listens on no port: a new one is up before the old one is told to end. */
const OVERLAPPING: ReadonlySet<Replaceable> = new Set(['worker', 'dialogue-worker'])

export interface Target {
  readonly settings: Settings
  readonly owner: { readonly email: string; readonly password: string } | undefined
  /** SIGKILL; undefined on a system that belongs to somebody else. */
  readonly crash: ((name: ProcessName, awayMs?: number) => void) | undefined
  /** Resolves when the new process serves and the old one has ended; undefined as `crash`. */
  readonly replace: ((name: Replaceable) => Promise<void>) | undefined
  /** How the outside world is reached, where not by its own interface alone. */
  readonly openWorld?: (base: string) => WorldClient
  /** Folder with logs and data, told when a scenario fails. */
  readonly dataDir: string
  stop(options: { readonly keepData: boolean }): Promise<void>
}

/** The system that runs on the configured data folder, if one does. */
export function runningTarget(): Target | undefined {
  const environment = readEnvironment(ROOT)
  const { dataDir } = loadSettings(environment)
  if (lockHolder(dataDir) === undefined) return undefined
  const settings = loadSettings({ ...keptSecrets(dataDir), ...environment })
  const owner = firstSignIn(settings)
  return { settings, owner, crash: undefined, replace: undefined, dataDir, stop: async () => undefined }
}

/** A new system with the given settings on free ports in a temporary folder. @param without processes that are left out. */
export async function ownTarget(
  settings: Readonly<Record<string, string>>,
  progress: Progress,
  events: ChildEvents,
  without: readonly ProcessName[] = [],
): Promise<Target> {
  const dataDir = mkdtempSync(join(tmpdir(), 'daeri-scenario-'))
  const owner = { email: 'owner@example.com', password: randomBytes(12).toString('base64url') }
  const system: System = await startSystem({
    env: {
      ...(await freePorts()),
      DAERI_DATA_DIR: dataDir,
      OWNER_EMAIL: owner.email,
      OWNER_PASSWORD: owner.password,
      DEMO: 'false',
      ...settings,
    },
    progress,
    events,
    without,
    readEnvironment: false,
    postgresFlags: ['-c', 'max_connections=200'],
  })
  return {
    settings: system.settings,
    owner,
    dataDir,
    crash: (name, awayMs) => system.child(name).crash(awayMs),
    replace: (name) => system.child(name).replace({ overlaps: OVERLAPPING.has(name) }),
    async stop({ keepData }) {
      await system.stop()
      if (keepData) return
      removePostgres(dataDir)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Every port setting on a port that is free now, and a range of RTP ports. */
async function freePorts(): Promise<Record<string, string>> {
  const ports: Record<string, string> = {}
  const tcp = [
    'API_PORT',
    'WORLD_PORT',
    'MEDIA_SOCKET_PORT',
    'SIP_WS_PORT',
    'POSTGRES_PORT',
    'TEMPORAL_PORT',
    'TEMPORAL_UI_PORT',
  ]
  for (const name of tcp) ports[name] = String(await freePort())
  for (const name of ['SIP_PORT', 'WORLD_SIP_PORT']) ports[name] = String(await freeUdpPort())
  // The gateway skips ports of the range that are in use.
  const low = 10_000 + 2 * Math.floor(Math.random() * 10_000)
  return { ...ports, RTP_PORT_MIN: String(low), RTP_PORT_MAX: String(low + 199) }
}

/** Only right while the first password has not been changed. */
function firstSignIn(settings: Settings): Target['owner'] {
  if (settings.owner.password !== undefined)
    return { email: settings.owner.email, password: settings.owner.password }
  const file = join(settings.dataDir, 'first-sign-in.txt')
  if (!existsSync(file)) return undefined
  const [email, password] = readFileSync(file, 'utf8').trim().split(/\s+/)
  return email === undefined || password === undefined ? undefined : { email, password }
}
