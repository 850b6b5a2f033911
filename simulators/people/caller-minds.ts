/** Which head a caller has. */
import { type CallerMind, type CallerMindInput, RuleMind } from './caller-mind.ts'
import { ClaudeMind, type ClaudeMindInput } from './claude-mind.ts'
import type { Persona } from './persona.ts'

/** Who never speaks needs no head of Claude's. */
export const isPlayedByClaude = ({ mind, goal }: Persona): boolean => mind === 'claude' && goal !== 'silent'

export const mindOf = (input: CallerMindInput, claude: ClaudeMindInput['claude']): CallerMind =>
  isPlayedByClaude(input.persona) ? new ClaudeMind({ ...input, claude }) : new RuleMind(input)
