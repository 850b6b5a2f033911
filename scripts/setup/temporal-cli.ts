/**
 * The Temporal development server: `temporal` in PATH, else the official download, else built from
 * the Go module (closed networks that reach nothing but package registries). Cached per user.
 */
import { existsSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { findInPath } from '../../config/programs.ts'
import { cacheFolder, isExecutable, run, SetupError } from './command.ts'
import type { Progress } from './progress.ts'

/** Later tags carry a replace directive that `go install` refuses. */
const CLI_VERSION = '1.5.1'

/** Path of a `temporal` program. @throws SetupError telling what to install when there is no way to get one. */
export async function ensureTemporalCli(progress: Progress): Promise<string> {
  const named = process.env.TEMPORAL_CLI
  if (named !== undefined) {
    if (!isExecutable(named)) throw new SetupError(`TEMPORAL_CLI names ${named}, which is not a program`)
    return named
  }
  const installed = findInPath('temporal')
  if (installed !== undefined) return installed
  const folder = cacheFolder()
  const cached = join(folder, `temporal-${CLI_VERSION}`)
  if (isExecutable(cached)) return cached

  const downloaded = await progress.attempt('Temporal server: official download', () => download(folder))
  if (downloaded !== undefined) return downloaded

  const go = findInPath('go')
  if (go === undefined) {
    throw new SetupError(
      'No Temporal server could be obtained: the official download is out of reach and Go is not installed.\n' +
        'Install the Temporal CLI (`temporal` in PATH), or Go 1.25 or newer, or set TEMPORAL_ADDRESS to a running server.',
    )
  }
  return progress.step(
    `Temporal server: building ${CLI_VERSION} from its Go module, once (about 5 minutes)`,
    async (tell) => {
      const target = join(folder, 'go-bin')
      await run(
        go,
        ['install', '-v', '-ldflags', '-s -w', `github.com/temporalio/cli/cmd/temporal@v${CLI_VERSION}`],
        {
          cwd: folder,
          env: { GOBIN: target, GOFLAGS: '-buildvcs=false' },
          onLine: tell,
        },
      )
      renameSync(join(target, 'temporal'), cached)
      return cached
    },
  )
}

/** Lets the test library download the program, and ends the server that it also starts. */
async function download(folder: string): Promise<string> {
  const downloads = join(folder, 'downloads')
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir: downloads } },
  })
  await environment.teardown()
  const file = existsSync(downloads)
    ? readdirSync(downloads).find((name) => name.startsWith('temporal'))
    : undefined
  if (file === undefined) throw new SetupError('the download left no program')
  return join(downloads, file)
}
