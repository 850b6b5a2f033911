/** What a browser needs to be a telephone. */
import { z } from '@hono/zod-openapi'

export const softphoneCredentialsSchema = z
  .object({
    /** WebSocket of this API that leads to the gateway. */
    path: z.string(),
    /** Host of the SIP address. */
    domain: z.string(),
    username: z.string(),
    password: z.string(),
    display_name: z.string(),
    /** The number that rings it. */
    extension: z.string(),
    expires_at: z.iso.datetime({ offset: true }),
  })
  .openapi('SoftphoneCredentials')

export type SoftphoneCredentialsView = z.infer<typeof softphoneCredentialsSchema>
