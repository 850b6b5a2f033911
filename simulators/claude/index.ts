import type { WorldPart } from '../world-part.ts'

export function createClaude(): WorldPart {
  return {}
}
