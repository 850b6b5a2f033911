/**
 * One Postgres and one Temporal development server for the whole test run, on free ports in a folder
 * of their own; whatever a test file needs beyond that it starts itself.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import type { TestProject } from 'vitest/node'
import { migrateToLatest } from '../../db/migrate.ts'
import { freePort } from '../../scripts/setup/free-port.ts'
import {
  preparePostgres,
  removePostgres,
  spawnPostgres,
  waitForPostgres,
} from '../../scripts/setup/postgres.ts'
import { consoleProgress } from '../../scripts/setup/progress.ts'
import { ensureTemporalCli } from '../../scripts/setup/temporal-cli.ts'
import { temporalServerArguments } from '../../scripts/setup/temporal-server.ts'
import { ensureTimeSkippingServer } from '../../scripts/setup/time-skipping-server.ts'
import { ensureSearchAttributes } from '../../temporal/search-attributes.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a server on which each test file makes its own database from the template `daeri_template`. */
    postgresUrl: string
    temporalAddress: string
    timeSkippingServer: string | null
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const progress = consoleProgress((text) => process.stderr.write(text))
  const folder = mkdtempSync(join(tmpdir(), 'daeri-test-'))
  const children: ChildProcess[] = []
  const stop = async () => {
    await Promise.all(children.map(stopChild))
    removePostgres(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const temporalCli = await ensureTemporalCli(progress)
    const timeSkipping = await ensureTimeSkippingServer(progress)

    const postgresPort = await freePort()
    const prepared = await preparePostgres(folder, postgresPort, [
      '-c',
      'fsync=off',
      '-c',
      'max_connections=300',
    ])
    children.push(spawnPostgres(prepared))
    const postgresUrl = `postgres://daeri:daeri@127.0.0.1:${postgresPort}/daeri_template`
    await waitForPostgres(postgresUrl)
    await migrateToLatest(postgresUrl)

    const temporalPort = await freePort()
    const server = spawn(
      temporalCli,
      temporalServerArguments({
        host: '127.0.0.1',
        port: temporalPort,
        uiPort: null,
        stateFile: null,
        uiPath: '',
        codecUrl: null,
      }),
      { stdio: 'ignore' },
    )
    children.push(server)
    const temporalAddress = `127.0.0.1:${temporalPort}`
    const connection = await Connection.connect({ address: temporalAddress, connectTimeout: '30s' })
    await ensureSearchAttributes(connection, 'default')
    await connection.close()

    project.provide('postgresUrl', postgresUrl)
    project.provide('temporalAddress', temporalAddress)
    project.provide('timeSkippingServer', timeSkipping ?? null)
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

/** SIGTERM, and SIGKILL for one that does not listen. */
function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill('SIGINT')
  })
}
