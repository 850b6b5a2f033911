/** A whole running system under one supervisor: for `npm start`, scenarios and end-to-end tests alike. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadSettings, readEnvironment, type Settings } from '../../config/settings.ts'
import type { Progress } from '../setup/progress.ts'
import { type ChildDefinition, type ChildEvents, SupervisedChild } from './child.ts'
import {
  ownProcesses,
  type ProcessName,
  postgresProcess,
  prepareStores,
  ROOT,
  speechModel,
  temporalProcess,
} from './processes.ts'
import { keptSecrets } from './secrets.ts'
import type { WardenMessage } from './warden-message.ts'

export interface SystemOptions {
  /** Overlaid on `.env` and the environment. */
  readonly env: Readonly<Record<string, string>>
  readonly progress: Progress
  readonly events: ChildEvents
  /** Flags of the embedded Postgres, e.g. without fsync in tests. */
  readonly postgresFlags?: readonly string[]
  /** Processes that are left out, because somebody else does their work. */
  readonly without?: readonly ProcessName[]
  /** false: `.env` and the environment of this process are not read (tests). */
  readonly readEnvironment?: boolean
}

/** A running system. */
export interface System {
  readonly settings: Settings
  child(name: ProcessName): SupervisedChild
  readonly children: readonly SupervisedChild[]
  /** Ends all in order: our processes first, so that what is under way is written down, then the stores. */
  stop(): Promise<void>
  /** What takes its time in stopping (live calls) is not waited for any longer. */
  hurry(): void
}

/** Starts everything; resolves when every process serves. What was started is ended when one can't start. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const base = options.readEnvironment === false ? options.env : { ...readEnvironment(ROOT), ...options.env }
  const { dataDir } = loadSettings(base)
  mkdirSync(join(dataDir, 'logs'), { recursive: true })
  const env: Record<string, string | undefined> = {
    ...keptSecrets(dataDir),
    ...base,
    DAERI_DATA_DIR: dataDir,
  }
  const settings = loadSettings(env)
  const childEnv =
    options.readEnvironment === false
      ? { ...machineEnvironment(), ...env, DAERI_ENV_FILE: 'off' }
      : { ...process.env, ...env }
  const warden = fork(join(dirname(fileURLToPath(import.meta.url)), 'warden.ts'), {
    detached: true,
    stdio: 'ignore',
  })
  warden.unref()
  warden.channel?.unref()
  const children: SupervisedChild[] = []
  const launch = async (definition: ChildDefinition) => {
    const child = new SupervisedChild(
      definition,
      join(dataDir, 'logs', `${definition.name}.log`),
      options.events,
    )
    children.push(child)
    const watched = definition.waitUntilReady !== undefined
    if (watched)
      child.onLaunch = (pid) =>
        tell(warden, { type: 'watch', name: definition.name, pid, signal: definition.stopSignal })
    await child.start()
  }
  const stop = async () => {
    const [stores, own] = [children.filter(isStore), children.filter((child) => !isStore(child))]
    // Whoever is on the phone is served to the end: the gateway drains while all the others live.
    const [gateways, others] = [own.filter(isGateway), own.filter((child) => !isGateway(child))]
    for (const group of [gateways, others]) await Promise.all(group.map((child) => child.stop()))
    for (const child of stores.reverse()) await child.stop()
    await release(warden)
  }
  try {
    const stores = [
      await postgresProcess(settings, options.postgresFlags ?? []),
      await temporalProcess(settings, options.progress),
    ]
    await options.progress.step('Starting Postgres and Temporal', async () => {
      await Promise.all(stores.map((definition) => definition && launch(definition)))
      await prepareStores(settings)
    })
    const found = await speechModel(settings, options.progress)
    await options.progress.step('Starting Daeri', async () => {
      const own = ownProcesses(settings, { ...childEnv, ...found })
      const left = own.filter(({ name }) => !(options.without ?? []).some((out) => out === name))
      await Promise.all(left.map(launch))
    })
  } catch (error) {
    await stop()
    throw error
  }
  return {
    settings,
    children,
    stop,
    hurry: () => children.find(isGateway)?.hurry(),
    child(name) {
      const found = children.find((child) => child.definition.name === name)
      if (found === undefined) throw new Error(`this system has no process ${name}`)
      return found
    },
  }
}

/** What a process needs of the machine, without the settings of whoever runs the tests. */
function machineEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']
  return Object.fromEntries(names.map((name) => [name, process.env[name]]))
}

const isGateway = (child: SupervisedChild) => child.definition.name === 'media-gateway'
const isStore = (child: SupervisedChild) => child.definition.waitUntilReady !== undefined

function tell(warden: ChildProcess, message: WardenMessage): void {
  if (warden.connected) warden.send(message)
}

async function release(warden: ChildProcess): Promise<void> {
  if (!warden.connected) return
  await new Promise<void>((resolve) =>
    warden.send({ type: 'release' } satisfies WardenMessage, () => resolve()),
  )
  warden.disconnect()
}
