import type { WorldPart } from '../world-part.ts'

export function createSms(): WorldPart {
  return {}
}
