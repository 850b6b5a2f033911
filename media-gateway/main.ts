/** Entry of the media gateway process. */
import { setPriority } from 'node:os'
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker'
import { runProcess } from '../config/process.ts'
import { startGateway } from './gateway.ts'
import { temporalLogger } from './temporal/logger.ts'

/** Above what thinks and stores on the same machine: a packet that is 100 ms late is heard. */
const MEDIA_PRIORITY = -10
/** For hanging up, workers and sockets, when the drain is over. */
const AFTER_DRAIN_MS = 7_000

await runProcess('media-gateway', async (settings, logger) => {
  try {
    setPriority(MEDIA_PRIORITY)
  } catch (error) {
    logger.debug({ err: error }, 'no right to a higher priority')
  }
  Runtime.install({
    logger: temporalLogger(logger),
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
    },
    // Our own shutdown comes first: calls end, then workers.
    shutdownSignals: [],
  })
  const gateway = await startGateway(settings, logger)
  const { name, sipPort, mediaSocketPort } = gateway
  return {
    stop: () => gateway.stop(),
    hurry: () => gateway.hurry(),
    stopLimitMs: settings.sip.drainSeconds * 1_000 + AFTER_DRAIN_MS,
    details: { gatewayHost: name, sipPort, mediaSocketPort },
  }
})
