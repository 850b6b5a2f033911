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

export const phoneColleaguesSchema = z
  .object({
    colleagues: z.array(
      z.object({
        name: z.string(),
        extension: z.string(),
        /** `busy`: in a call; `away`: their telephone is off. */
        presence: z.enum(['free', 'busy', 'away']),
      }),
    ),
  })
  .openapi('PhoneColleagues')

export type PhoneColleagues = z.infer<typeof phoneColleaguesSchema>
export type SoftphoneCredentialsView = z.infer<typeof softphoneCredentialsSchema>
