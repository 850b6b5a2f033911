/** The language model of a process: the models of the settings as one. */
import type { Settings } from '../../config/settings.ts'
import { Endpoints, type EndpointsOptions } from '../providers/endpoints.ts'
import { failoverModel } from './failover.ts'
import { createClaudeModel, type DialogueModel } from './model.ts'

export function createDialogueModel(
  { claude, providerBreaker }: Pick<Settings, 'claude' | 'providerBreaker'>,
  logger: EndpointsOptions['logger'],
): DialogueModel {
  const { fallback, ...preferred } = claude
  const all = fallback === undefined ? [preferred] : [preferred, fallback]
  return failoverModel(
    new Endpoints(
      all.map((settings) => ({ name: settings.model, provider: createClaudeModel(settings) })),
      { policy: providerBreaker, logger },
    ),
  )
}
