/** Worker state changes and retried attempts are not what a test tells. */
import { DefaultLogger, Runtime } from '@temporalio/worker'

/** Before the first worker or environment of a test file. */
export function quietRuntime(): void {
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { filter: 'ERROR' } },
    })
  } catch {
    // Installed by an earlier file of the same process.
  }
}
