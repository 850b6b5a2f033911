/** Entry of the media gateway process. */
import { runProcess } from '../config/process.ts'
import { startGateway } from './gateway.ts'

await runProcess('media-gateway', async (settings, logger) => {
  const gateway = await startGateway(settings, logger)
  const { name, sipPort, mediaSocketPort } = gateway
  return { stop: () => gateway.stop(), details: { gatewayHost: name, sipPort, mediaSocketPort } }
})
