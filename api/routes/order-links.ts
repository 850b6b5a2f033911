/** What staff does with the link to a customer's order page: text it once more, or take all links back. */
import { createRoute, z } from '@hono/zod-openapi'
import { revokeLinks } from '../../db/queries/order-links.ts'
import { parseOrderNo } from '../../domain/ids.ts'
import { sendOrderLink } from '../../workflows/ticket-messages.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import { findTickets } from '../queries/tickets.ts'
import type { ApiRouter } from '../routing.ts'
import { json, jsonBody, orderNoParam, problems } from './responses.ts'

const orderLinkRequestSchema = z
  .discriminatedUnion('action', [
    z.object({ action: z.literal('send') }),
    z.object({
      action: z.literal('revoke'),
      reason: z.string().trim().min(3).max(200).describe('kept in the audit log'),
    }),
  ])
  .openapi('OrderLinkRequest')

const linkRoute = createRoute({
  method: 'post',
  path: '/api/tickets/{order_no}/link',
  tags: ['Tickets'],
  summary: 'Text the customer the link to their order page, or end all links given out',
  description: 'After `revoke` no link opens the page until `send` gives a new one.',
  request: { params: orderNoParam, body: jsonBody(orderLinkRequestSchema) },
  responses: {
    200: json(z.object({ done: z.literal(true) }), 'Done'),
    ...problems('unauthenticated', 'not_found', 'refused', 'invalid_request', 'workflow_engine_unavailable'),
  },
})

/** Adds the route of order page links. */
export function addOrderLinkRoutes(router: ApiRouter, deps: ApiDependencies): void {
  router.declare('signed_in', linkRoute, async (c) => {
    const orderNo = parseOrderNo(c.req.valid('param').order_no)
    const request = c.req.valid('json')
    const actor = c.get('person').email
    const [row] = await findTickets(deps.database, [orderNo])
    if (row === undefined) throw new ApiProblem('not_found', `There is no order ${orderNo}.`)
    if (request.action === 'send') {
      await deps.tickets.update(orderNo, sendOrderLink, { actor })
    } else {
      const { reason } = request
      await deps.signIn.writeAudit({ actor, action: 'revoke_links', orderId: row.order_id, reason })
      await revokeLinks(deps.database, orderNo)
    }
    return c.json({ done: true } as const, 200)
  })
}
