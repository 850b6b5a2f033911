/** Entry of the media gateway process. */
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker'
import { runProcess } from '../config/process.ts'
import { startGateway } from './gateway.ts'
import { temporalLogger } from './temporal/logger.ts'

await runProcess('media-gateway', async (settings, logger) => {
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
  return { stop: () => gateway.stop(), details: { gatewayHost: name, sipPort, mediaSocketPort } }
})
