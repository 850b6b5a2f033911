/** Which live events a program hears, by the scopes of its key. */
import type { ApiScope } from '../../domain/api-scopes.ts'
import type { LiveEvent } from '../schemas/live-events.ts'

/** Those of requested calls are named after what they tell of. */
export const scopeOfEvent = (type: LiveEvent['type']): ApiScope | null => {
  if (type.startsWith('outbound_')) return 'outbound:read'
  return type === 'campaign_changed' ? 'campaigns:read' : null
}

/** `resync` reaches everybody: it is about the connection itself. */
export const hears =
  (scopes: readonly ApiScope[]) =>
  (type: LiveEvent['type']): boolean => {
    const scope = scopeOfEvent(type)
    return type === 'resync' || (scope !== null && scopes.includes(scope))
  }
