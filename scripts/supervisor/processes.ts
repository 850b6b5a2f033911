/** Which processes make up a system, and how each is started. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Connection } from '@temporalio/client'
import { type Settings, TEMPORAL_UI_PATH } from '../../config/settings.ts'
import { migrateToLatest } from '../../db/migrate.ts'
import { ensureSearchAttributes } from '../../temporal/search-attributes.ts'
import { preparePostgres, waitForPostgres } from '../setup/postgres.ts'
import type { Progress } from '../setup/progress.ts'
import { ensureSpeechModel } from '../setup/speech-model.ts'
import { ensureTemporalCli } from '../setup/temporal-cli.ts'
import { temporalServerArguments } from '../setup/temporal-server.ts'
import type { ChildDefinition } from './child.ts'

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Names as shown to people and used by scenarios that kill one. */
export type ProcessName =
  | 'postgres'
  | 'temporal'
  | 'outside-world'
  | 'media-gateway'
  | 'worker'
  | 'dialogue-worker'
  | 'api'

const ENTRIES: Readonly<Record<Exclude<ProcessName, 'postgres' | 'temporal'>, string>> = {
  'outside-world': 'simulators/main.ts',
  'media-gateway': 'media-gateway/main.ts',
  worker: 'temporal/workers/business.ts',
  'dialogue-worker': 'temporal/workers/dialogue.ts',
  api: 'api/main.ts',
}

/** The embedded database; undefined when DATABASE_URL names another. */
export async function postgresProcess(
  settings: Settings,
  flags: readonly string[],
): Promise<ChildDefinition | undefined> {
  if (!settings.ownsDatabase) return undefined
  const prepared = await preparePostgres(settings.dataDir, settings.ports.postgres, flags)
  return {
    name: 'postgres',
    command: prepared.command,
    args: prepared.args,
    env: { ...process.env, LC_MESSAGES: 'C' },
    cwd: prepared.folder,
    identity: prepared.identity,
    stopSignal: 'SIGINT', // fast shutdown: open connections are closed
    waitUntilReady: () => waitForPostgres(settings.databaseUrl),
  }
}

/** The development server; undefined when TEMPORAL_ADDRESS names another. */
export async function temporalProcess(
  settings: Settings,
  progress: Progress,
): Promise<ChildDefinition | undefined> {
  if (!settings.temporal.owned) return undefined
  const { ports, host, dataDir } = settings
  return {
    name: 'temporal',
    command: await ensureTemporalCli(progress),
    args: temporalServerArguments({
      host,
      port: ports.temporal,
      uiPort: ports.temporalUi,
      stateFile: join(dataDir, 'temporal.db'),
      uiPath: TEMPORAL_UI_PATH,
      codecUrl: '/codec',
    }),
    env: { ...process.env },
    cwd: dataDir,
    stopSignal: 'SIGINT',
    waitUntilReady: () => waitForTemporal(settings),
  }
}

/** What the gateway must be told of the model of speech. Without one it serves all the same, and says what it lacks. */
export async function speechModel(
  { sip }: Settings,
  progress: Progress,
): Promise<{ readonly SPEECH_MODEL_FILE?: string }> {
  if (!sip.judgesPersons || sip.speechModelFile !== undefined) return {}
  const file = await ensureSpeechModel(progress).catch((error: unknown) => progress.line(String(error)))
  return file === undefined ? {} : { SPEECH_MODEL_FILE: file }
}

/** Our own processes, in the order of their start. */
export function ownProcesses(settings: Settings, env: NodeJS.ProcessEnv): ChildDefinition[] {
  return Object.entries(ENTRIES)
    .filter(([name]) => name !== 'outside-world' || settings.simulators)
    .map(([name, entry]) => ({
      name,
      command: process.execPath,
      args: ['--enable-source-maps', '--disable-warning=ExperimentalWarning', join(ROOT, entry)],
      env,
      cwd: ROOT,
      stopSignal: 'SIGTERM' as const,
    }))
}

/** Migrations and search attributes: both are safe to repeat. */
export async function prepareStores(settings: Settings): Promise<void> {
  await waitForPostgres(settings.databaseUrl)
  await migrateToLatest(settings.databaseUrl)
  const connection = await connect(settings)
  await ensureSearchAttributes(connection, settings.temporal.namespace)
  await connection.close()
}

const CONNECT_LIMIT_MS = 60_000

async function waitForTemporal(settings: Settings): Promise<void> {
  const connection = await connect(settings)
  await connection.close()
}

function connect(settings: Settings): Promise<Connection> {
  const { address, apiKey } = settings.temporal
  return Connection.connect({
    address,
    connectTimeout: CONNECT_LIMIT_MS,
    ...(apiKey === undefined ? {} : { apiKey, tls: true }),
  })
}
