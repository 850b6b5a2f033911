import type { WorldPart } from '../world-part.ts'

export function createVendorErp(): WorldPart {
  return {}
}
