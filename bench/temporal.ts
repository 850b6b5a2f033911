/** A Temporal development server of a benchmark's own, started as `npm start` does. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Connection } from '@temporalio/client'
import { freePort } from '../scripts/setup/free-port.ts'
import { consoleProgress } from '../scripts/setup/progress.ts'
import { ensureTemporalCli } from '../scripts/setup/temporal-cli.ts'
import { temporalServerArguments } from '../scripts/setup/temporal-server.ts'

/** A running server. */
export interface BenchTemporal {
  readonly address: string
  readonly stop: () => Promise<void>
}

/**
 * Returns once the server answers.
 * @param stateFile null: in memory, which a busy server was seen to lose after half an hour.
 */
export async function startTemporal(stateFile: string | null = null): Promise<BenchTemporal> {
  const program = await ensureTemporalCli(consoleProgress((text) => process.stderr.write(text)))
  const port = await freePort()
  const child = spawn(
    program,
    temporalServerArguments({
      host: '127.0.0.1',
      port,
      uiPort: null,
      stateFile,
      uiPath: '',
      codecUrl: null,
    }),
    { stdio: 'ignore' },
  )
  const address = `127.0.0.1:${port}`
  const connection = await Connection.connect({ address, connectTimeout: '30s' })
  await connection.close()
  return {
    address,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGINT')
      await ended
    },
  }
}
