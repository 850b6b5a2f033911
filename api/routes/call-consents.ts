/** Who may be called for what, and who not at all. */
import { createRoute } from '@hono/zod-openapi'
import { optOut, recordConsents } from '../../db/queries/consents.ts'
import { makeOutboundId, parseCampaignId } from '../../domain/ids.ts'
import type { ApiDependencies } from '../dependencies.ts'
import type { ApiRouter } from '../routing.ts'
import { callConsentsSchema, doNotCallBodySchema } from '../schemas/campaigns.ts'
import { jsonBody, problems } from './responses.ts'

const tags = ['Campaigns']
const consentRoute = createRoute({
  method: 'post',
  path: '/api/call-consents',
  tags,
  summary: 'Record that somebody agreed to advertising calls, or withdrew it; nothing earlier is changed',
  request: { body: jsonBody(callConsentsSchema) },
  responses: {
    204: { description: 'Recorded' },
    ...problems('unauthenticated', 'forbidden', 'invalid_request'),
  },
})
const doNotCallRoute = createRoute({
  method: 'post',
  path: '/api/do-not-call',
  tags,
  summary: 'Never call this number again: it takes effect at once, also for calls that wait',
  request: { body: jsonBody(doNotCallBodySchema) },
  responses: {
    204: { description: 'It is not called any more' },
    ...problems('unauthenticated', 'invalid_request'),
  },
})

/** Adds the routes. */
export function addCallConsentRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings, signIn, outbound, campaigns } = deps
  router.declare('admin', consentRoute, async (c) => {
    const { email } = c.get('person')
    const { consents } = c.req.valid('json')
    await recordConsents(
      database,
      settings.dataKey,
      consents.map(({ given, ...consent }) => ({ ...consent, isGiven: given, recordedBy: email })),
    )
    const audit = { actor: email, action: 'call_consents', orderId: null } as const
    await signIn.writeAudit({ ...audit, reason: String(consents.length) })
    return c.body(null, 204)
  })
  router.declare('signed_in', doNotCallRoute, async (c) => {
    const { email } = c.get('person')
    const { phone } = c.req.valid('json')
    const wish = { phone, source: 'person', outboundId: null, recordedBy: email } as const
    const { openOutboundIds, campaignIds } = await optOut(database, settings.dataKey, wish)
    await signIn.writeAudit({
      actor: email,
      action: 'do_not_call',
      orderId: null,
      reason: `…${phone.slice(-4)}`,
    })
    for (const id of openOutboundIds) await outbound.cancel(makeOutboundId(id.slice('ob-'.length)), 'opt_out')
    for (const id of campaignIds) await campaigns.tellOfRows(parseCampaignId(id)).catch(() => {})
    return c.body(null, 204)
  })
}
