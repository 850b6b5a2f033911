/** The process of the outside world. */
import { runProcess } from '../config/process.ts'
import { readEnvironment } from '../config/settings.ts'
import { VOICE_PARTS } from './voice-parts.ts'
import { DEFAULT_PACE, startWorld } from './world.ts'

await runProcess('world', async (settings, logger) => {
  const stepSeconds = Number(readEnvironment().WORLD_ERP_STEP_SECONDS)
  const erpStepMs = stepSeconds > 0 ? stepSeconds * 1000 : DEFAULT_PACE.erpStepMs
  const world = await startWorld({ settings, logger, parts: VOICE_PARTS, pace: { erpStepMs } })
  return { stop: world.stop, details: { port: world.port, url: world.origin } }
})
