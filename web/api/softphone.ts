import { request } from './client.ts'
import type { SoftphoneCredentialsView } from './types.ts'

/** Who this browser is at the gateway, for some hours. */
export const softphoneCredentials = (): Promise<SoftphoneCredentialsView> =>
  request('POST', '/api/softphone/credentials', { body: {} })
