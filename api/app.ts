/** The whole API as one Hono app: every route with its permission, testable with `app.request()`. */

import { addAlarmPage } from './alarm-page/routes.ts'
import { createKeyFinder } from './auth/api-keys.ts'
import { addOrderPage } from './customer-pages/order-page/routes.ts'
import { addCustomerPages } from './customer-pages/routes.ts'
import type { ApiDependencies } from './dependencies.ts'
import { hears } from './events/key-events.ts'
import { closeSockets, SOCKET_LIMITS, serveSocket } from './events/socket.ts'
import { createUpgrades, type Upgrades } from './events/upgrade.ts'
import { createMetrics } from './metrics.ts'
import { ApiProblem, createErrorHandler, problemResponse } from './problems.ts'
import { addAccountRoutes } from './routes/accounts.ts'
import { addApiKeyRoutes } from './routes/api-keys.ts'
import { addBoardRoutes } from './routes/board.ts'
import { addCallConsentRoutes } from './routes/call-consents.ts'
import { addCallRoutes } from './routes/calls.ts'
import { addCampaignListRoutes } from './routes/campaign-lists.ts'
import { addCampaignRoutes } from './routes/campaigns.ts'
import { addChatRoutes } from './routes/chats.ts'
import { addCodecRoutes, temporalUiOrigins } from './routes/codec.ts'
import { addDoNotCallRoutes } from './routes/do-not-call.ts'
import { addDocumentRoutes } from './routes/documents.ts'
import { addFlowTrialRoutes } from './routes/flow-trials.ts'
import { addFlowRoutes } from './routes/flows.ts'
import { addForgottenNumberRoutes } from './routes/forgotten-numbers.ts'
import { addIssueRoutes } from './routes/issues.ts'
import { addLatencyRoutes } from './routes/latency.ts'
import { addLiveCallRoutes } from './routes/live-calls.ts'
import { addMorningRoute } from './routes/morning.ts'
import { addOrderLinkRoutes } from './routes/order-links.ts'
import { addOutboundRoutes } from './routes/outbound.ts'
import { addOutboundTemplateRoutes } from './routes/outbound-templates.ts'
import { addPaymentRoutes } from './routes/payments.ts'
import { addPeopleRoutes } from './routes/people.ts'
import { addPersonTransferRoutes } from './routes/person-transfers.ts'
import { addSettlementRoutes } from './routes/settlement.ts'
import { addSoftphoneRoutes } from './routes/softphone.ts'
import { addSystemRoutes } from './routes/system.ts'
import { addTelephoneRoutes } from './routes/telephone.ts'
import { addTemporalUi, sendToSignIn } from './routes/temporal-ui.ts'
import { addThreadRoutes } from './routes/threads.ts'
import { addTicketRoutes } from './routes/tickets.ts'
import { addVendorRoutes } from './routes/vendors.ts'
import { addWebhookDeliveryRoutes } from './routes/webhook-deliveries.ts'
import { type ApiRouter, createRouter } from './routing.ts'
import { createOriginCheck, createSecurityHeaders, limitBodies } from './security.ts'
import { addWebApp } from './web-app.ts'
import { addKakao } from './webhooks/kakao.ts'
import { addWebhooks } from './webhooks/routes.ts'
import { addSmsInbound } from './webhooks/sms-inbound.ts'

export interface Api {
  readonly app: ApiRouter['app']
  readonly permissions: ApiRouter['permissions']
  /** Gives the app the WebSockets of a server. */
  readonly attachSockets: Upgrades['attach']
  /** Tells browsers that this copy goes away. */
  readonly closeSockets: () => void
}

/** Makes the app. It opens nothing by itself: connections belong to the dependencies. */
export function createApp(deps: ApiDependencies): Api {
  const { settings, signIn, events, logger } = deps
  const metrics = createMetrics()
  // Before any socket: who asks about its session then asks the database.
  events.watchSessions(signIn.hearOfSessions)
  const codecOrigins = temporalUiOrigins(settings.temporal.uiUrl)
  const findKeyHolder = createKeyFinder(deps.database, settings.secret, deps.now)
  const router = createRouter(
    signIn,
    [
      metrics.measure,
      sendToSignIn,
      ...createSecurityHeaders(settings.publicUrl),
      limitBodies,
      createOriginCheck(settings.publicUrl, (path) => (path.startsWith('/codec/') ? codecOrigins : [])),
    ],
    findKeyHolder,
  )
  const { app } = router
  app.onError(createErrorHandler(logger))
  app.notFound(() => problemResponse(new ApiProblem('not_found', 'There is nothing at this address.')))

  const upgrades = createUpgrades(app)
  addPeopleRoutes(router, deps)
  addAccountRoutes(router, deps)
  addApiKeyRoutes(router, deps)
  addBoardRoutes(router, deps)
  addTicketRoutes(router, deps)
  addIssueRoutes(router, deps)
  addOrderLinkRoutes(router, deps)
  addMorningRoute(router, deps)
  addPaymentRoutes(router, deps)
  addSettlementRoutes(router, deps)
  addCallRoutes(router, deps)
  addTelephoneRoutes(router, deps)
  addLiveCallRoutes(router, deps)
  addPersonTransferRoutes(router, deps)
  addOutboundRoutes(router, deps)
  addCampaignRoutes(router, deps)
  addCampaignListRoutes(router, deps)
  addCallConsentRoutes(router, deps)
  addDoNotCallRoutes(router, deps)
  addForgottenNumberRoutes(router, deps)
  addOutboundTemplateRoutes(router, deps)
  addWebhookDeliveryRoutes(router, deps)
  addChatRoutes(router, deps)
  addThreadRoutes(router, deps)
  addVendorRoutes(router, deps)
  addFlowRoutes(router, deps)
  addFlowTrialRoutes(router, deps)
  addSoftphoneRoutes(router, deps)
  addLatencyRoutes(router, deps, metrics)
  addSystemRoutes(router, deps, metrics)
  addWebhooks(router, deps, metrics)
  addSmsInbound(router, deps, metrics)
  addKakao(router, deps, metrics)
  addCustomerPages(router, deps)
  addOrderPage(router, deps)
  addAlarmPage(router, deps)
  addCodecRoutes(router, deps)
  router.declarePlain('any_scope', 'get', '/api/events', (c) => {
    const { headers } = c.req.raw
    const scopes = c.get('scopes')
    const isStillThere = async () => {
      if (scopes === null) return (await signIn.findPerson(headers)) !== null
      const holder = await findKeyHolder(headers)
      return holder !== null && holder !== 'no_key'
    }
    c.env.acceptUpgrade?.((socket) => {
      metrics.sockets.inc()
      socket.on('close', () => metrics.sockets.dec())
      serveSocket(socket, events, isStillThere, SOCKET_LIMITS, scopes === null ? null : hears(scopes))
    })
    return problemResponse(new ApiProblem('malformed_request', 'This address speaks WebSocket.'))
  })
  addTemporalUi(router, deps)
  addDocumentRoutes(router, signIn.cookieName)
  addWebApp(router, deps.webFolder)
  return {
    app,
    permissions: router.permissions,
    attachSockets: upgrades.attach,
    closeSockets: () => closeSockets(upgrades.sockets),
  }
}
