/** The process of the outside world. */
import { runProcess } from '../config/process.ts'
import { VOICE_PARTS } from './voice-parts.ts'
import { startWorld } from './world.ts'

await runProcess('world', async (settings, logger) => {
  const erpStepMs = settings.worldErpStepSeconds * 1000
  const world = await startWorld({ settings, logger, parts: VOICE_PARTS, pace: { erpStepMs } })
  return { stop: world.stop, details: { port: world.port, url: world.origin } }
})
