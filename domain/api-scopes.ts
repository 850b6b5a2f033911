/** What an API key may be allowed to do. A person who has signed in may do all of it. */
export const API_SCOPES = [
  'outbound:read',
  'outbound:write',
  'campaigns:read',
  'campaigns:write',
  'consents:read',
  'consents:write',
] as const
export type ApiScope = (typeof API_SCOPES)[number]

export const isApiScope = (text: string): text is ApiScope => API_SCOPES.some((scope) => scope === text)
