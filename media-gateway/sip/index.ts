/** SIP user agent (RFC 3261) for the gateway and the simulated phones. */
export { createSipEndpoint } from './endpoint.ts'
export * from './errors.ts'
export type * from './types.ts'
