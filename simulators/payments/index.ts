import type { WorldPart } from '../world-part.ts'

export function createPayments(): WorldPart {
  return {}
}
