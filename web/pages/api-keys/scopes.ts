import type { ApiScope } from '../../api/types.ts'

/** A colon in the name of a text means something else. */
export const SCOPE_TEXT = {
  'outbound:read': 'outbound_read',
  'outbound:write': 'outbound_write',
  'campaigns:read': 'campaigns_read',
  'campaigns:write': 'campaigns_write',
  'consents:read': 'consents_read',
  'consents:write': 'consents_write',
} as const satisfies Readonly<Record<ApiScope, string>>

export const SCOPES = Object.keys(SCOPE_TEXT) as ApiScope[]
