/** A Postgres of a benchmark's own, with the settings that `npm start` uses, in a folder that may be kept. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { freePort } from '../scripts/setup/free-port.ts'
import {
  POSTGRES_PASSWORD,
  POSTGRES_USER,
  preparePostgres,
  spawnPostgres,
  waitForPostgres,
} from '../scripts/setup/postgres.ts'

const DATABASE = 'bench'

/** A running server. */
export interface BenchPostgres {
  readonly url: string
  /** Where its files lie. */
  readonly files: string
  /** Throws the database away and makes an empty one. */
  readonly empty: () => Promise<void>
  /** Ends the server, its files closed in order. */
  readonly stop: () => Promise<void>
}

/** @param folder for its files; made when it is not there, and used again when it is. */
export async function startPostgres(folder: string): Promise<BenchPostgres> {
  const port = await freePort()
  const prepared = await preparePostgres(folder, port)
  const child = spawnPostgres(prepared)
  // What it writes is thrown away, but read, or the pipe would fill.
  child.stdout?.resume()
  child.stderr?.resume()
  const url = `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@127.0.0.1:${port}/${DATABASE}`
  await waitForPostgres(url)
  const empty = async () => {
    const admin = new pg.Client({ connectionString: url.replace(/\/bench$/, '/postgres') })
    await admin.connect()
    await admin.query(`drop database if exists ${DATABASE} with (force)`)
    await admin.query(`create database ${DATABASE}`)
    await admin.end()
  }
  return { url, files: prepared.folder, empty, stop: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  await ended
}
