import type { WorldPart } from '../world-part.ts'

export function createWorldPage(): WorldPart {
  return {}
}
