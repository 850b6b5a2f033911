/**
 * Temporal's test server that skips time: the official download, else its Maven artifact with a start
 * script (closed networks that reach nothing but package registries). Cached per user; tests only.
 */
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { findInPath } from '../../config/programs.ts'
import { cacheFolder, isExecutable, run, SetupError } from './command.ts'
import type { Progress } from './progress.ts'

const SERVER_VERSION = '1.31.0'

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>daeri</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${SERVER_VERSION}</version>
  </dependency></dependencies>
</project>
`

/** `undefined`: the official download works, let the test library use it; else the path of a start script. */
export async function ensureTimeSkippingServer(progress: Progress): Promise<string | undefined> {
  const folder = cacheFolder()
  const home = join(folder, `time-skipping-server-${SERVER_VERSION}`)
  const script = join(home, 'start')
  if (isExecutable(script)) return script
  const downloads = join(folder, 'downloads')
  const downloaded = await progress.attempt('Time-skipping test server: official download', async () => {
    const environment = await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'cached-download', downloadDir: downloads } },
    })
    await environment.teardown()
    return true
  })
  return downloaded === true ? undefined : buildFromMaven(home, progress)
}

async function buildFromMaven(home: string, progress: Progress): Promise<string> {
  const maven = findInPath('mvn')
  const java = findInPath('java')
  if (maven === undefined || java === undefined) {
    throw new SetupError(
      'The time-skipping test server could not be obtained: the official download is out of reach and Maven or Java is not installed.\n' +
        'Install Java 17 and Maven to run the workflow tests.',
    )
  }
  return progress.step('Time-skipping test server: from Maven, once', async (tell) => {
    const building = `${home}.building-${process.pid}`
    mkdirSync(building, { recursive: true })
    writeFileSync(join(building, 'pom.xml'), POM)
    await run(
      maven,
      ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime'],
      {
        cwd: building,
        onLine: tell,
      },
    )
    const start = join(building, 'start')
    // `exec`, so that a signal to the script reaches the server itself.
    writeFileSync(
      start,
      `#!/bin/sh\nexec ${java} -XX:TieredStopAtLevel=1 -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$@"\n`,
    )
    chmodSync(start, 0o755)
    renameSync(building, home)
    return join(home, 'start')
  })
}
