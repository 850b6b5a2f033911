/** A system of its own on which people phone without sound. */
import { createDialogueModel } from '../../activities/claude/dialogue-model.ts'
import { ownTarget, type Target } from '../../scripts/scenario/target.ts'
import type { Progress } from '../../scripts/setup/progress.ts'
import { mindOf } from '../../simulators/people/caller-minds.ts'
import { personaSchema } from '../../simulators/people/persona.ts'
import { TextExchange } from './text-exchange.ts'

const SILENT = { onLine: () => {}, onRestart: () => {}, onGaveUp: () => {} }

/** @param makeModel default: the models of the settings. */
export async function openTextTarget(
  settings: Readonly<Record<string, string>>,
  progress: Progress,
  makeModel: typeof createDialogueModel = createDialogueModel,
): Promise<Target> {
  const target = await ownTarget(settings, progress, SILENT, ['media-gateway', 'dialogue-worker'])
  try {
    const exchange = await TextExchange.open({
      settings: target.settings,
      mindOf: (number, persona) =>
        mindOf(
          { persona: personaSchema.parse(persona), ownNumber: number, now: Date.now },
          target.settings.claude,
        ),
      makeModel,
    })
    return {
      ...target,
      openWorld: (base) => exchange.world(base),
      async stop(options) {
        await exchange.close()
        await target.stop(options)
      },
    }
  } catch (error) {
    await target.stop({ keepData: false })
    throw error
  }
}
