import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { meQuery } from '../api/session.ts'
import { ErrorPage } from '../components/error-page.tsx'
import { PageMissing } from '../components/page-missing.tsx'
import { PageSkeleton } from '../components/page-skeleton.tsx'
import { Shell } from '../components/shell/shell.tsx'
import { type BoardSearch, readBoardSearch } from '../pages/board/board-search.ts'
import { type CallLawSearch, readCallLawSearch } from '../pages/call-law/call-law-search.ts'
import { type CampaignSearch, readCampaignSearch } from '../pages/campaigns/campaign-search.ts'
import {
  type ConversationSearch,
  readConversationSearch,
} from '../pages/conversations/conversation-search.ts'
import { type IssueSearch, readIssueSearch } from '../pages/issues/issue-search.ts'
import { type OutboundSearch, readOutboundSearch } from '../pages/outbound/outbound-search.ts'
import { readSettlementSearch, type SettlementSearch } from '../pages/settlement/settlement-search.ts'
import { isOutsideApp } from './outside-app.ts'

interface RouterContext {
  readonly queryClient: QueryClient
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: PageMissing,
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search.next === 'string' && search.next.startsWith('/') && !search.next.startsWith('//')
      ? { next: search.next }
      : {},
  beforeLoad: async ({ context, search }) => {
    const me = await context.queryClient.ensureQueryData(meQuery)
    if (me === null) return
    const href = search.next ?? '/'
    throw redirect({ href, reloadDocument: isOutsideApp(href) })
  },
  component: lazyRouteComponent(() => import('../pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
})

/** Everything behind the sign-in. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const me = await context.queryClient.ensureQueryData(meQuery)
    if (me === null)
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } })
    return { me }
  },
  component: Shell,
})

const boardRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  validateSearch: (search: Record<string, unknown>): BoardSearch => readBoardSearch(search),
  component: lazyRouteComponent(() => import('../pages/board/board-page.tsx'), 'BoardPage'),
})

const ticketRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/tickets/$orderNo',
  component: lazyRouteComponent(() => import('../pages/ticket/ticket-page.tsx'), 'TicketPage'),
})

const callsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/calls',
  component: lazyRouteComponent(() => import('../pages/calls/calls-page.tsx'), 'CallsPage'),
})

const callRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/calls/$callId',
  component: lazyRouteComponent(() => import('../pages/calls/call-page.tsx'), 'CallPage'),
})

const outboundRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/outbound',
  validateSearch: (search: Record<string, unknown>): OutboundSearch => readOutboundSearch(search),
  component: lazyRouteComponent(() => import('../pages/outbound/outbound-page.tsx'), 'OutboundPage'),
})

const newOutboundRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/outbound/new',
  component: lazyRouteComponent(() => import('../pages/outbound/new-outbound-page.tsx'), 'NewOutboundPage'),
})

const outboundCallRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/outbound/$outboundId',
  component: lazyRouteComponent(() => import('../pages/outbound/outbound-call-page.tsx'), 'OutboundCallPage'),
})

const campaignsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/campaigns',
  component: lazyRouteComponent(() => import('../pages/campaigns/campaigns-page.tsx'), 'CampaignsPage'),
})

const newCampaignRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/campaigns/new',
  validateSearch: (search: Record<string, unknown>): { campaign?: string } =>
    typeof search.campaign === 'string' ? { campaign: search.campaign } : {},
  component: lazyRouteComponent(() => import('../pages/campaigns/new-campaign-page.tsx'), 'NewCampaignPage'),
})

const campaignRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/campaigns/$campaignId',
  validateSearch: (search: Record<string, unknown>): CampaignSearch => readCampaignSearch(search),
  component: lazyRouteComponent(() => import('../pages/campaigns/campaign-page.tsx'), 'CampaignPage'),
})

const callLawRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/call-law',
  validateSearch: (search: Record<string, unknown>): CallLawSearch => readCallLawSearch(search),
  component: lazyRouteComponent(() => import('../pages/call-law/call-law-page.tsx'), 'CallLawPage'),
})

const conversationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/conversations',
  validateSearch: (search: Record<string, unknown>): ConversationSearch => readConversationSearch(search),
  component: lazyRouteComponent(
    () => import('../pages/conversations/conversations-page.tsx'),
    'ConversationsPage',
  ),
})

const noConversationRoute = createRoute({
  getParentRoute: () => conversationsRoute,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/conversations/conversation.tsx'), 'NoConversation'),
})

const conversationRoute = createRoute({
  getParentRoute: () => conversationsRoute,
  path: '$threadId',
  component: lazyRouteComponent(() => import('../pages/conversations/conversation.tsx'), 'Conversation'),
})

const issuesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/issues',
  validateSearch: (search: Record<string, unknown>): IssueSearch => readIssueSearch(search),
  component: lazyRouteComponent(() => import('../pages/issues/issues-page.tsx'), 'IssuesPage'),
})

const morningRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/morning',
  validateSearch: (search: Record<string, unknown>): { date?: string } =>
    typeof search.date === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(search.date) ? { date: search.date } : {},
  component: lazyRouteComponent(() => import('../pages/morning/morning-page.tsx'), 'MorningPage'),
})

const newOrderRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/new',
  component: lazyRouteComponent(() => import('../pages/new-order/new-order-page.tsx'), 'NewOrderPage'),
})

const paymentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/payments',
  component: lazyRouteComponent(() => import('../pages/payments/payments-page.tsx'), 'PaymentsPage'),
})

const settlementRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settlement',
  validateSearch: (search: Record<string, unknown>): SettlementSearch => readSettlementSearch(search),
  component: lazyRouteComponent(() => import('../pages/settlement/settlement-page.tsx'), 'SettlementPage'),
})

const latencyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/latency',
  component: lazyRouteComponent(() => import('../pages/latency/latency-page.tsx'), 'LatencyPage'),
})

const vendorsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/vendors',
  component: lazyRouteComponent(() => import('../pages/vendors/vendors-page.tsx'), 'VendorsPage'),
})

const flowsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/flows',
  component: lazyRouteComponent(() => import('../pages/flows/flows-page.tsx'), 'FlowsPage'),
})

const flowRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/flows/$flow',
  component: lazyRouteComponent(() => import('../pages/flows/flow-page.tsx'), 'FlowPage'),
})

const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people',
  component: lazyRouteComponent(() => import('../pages/people/people-page.tsx'), 'PeoplePage'),
})

const apiKeysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('../pages/api-keys/api-keys-page.tsx'), 'ApiKeysPage'),
})

const systemRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/system',
  component: lazyRouteComponent(() => import('../pages/system/system-page.tsx'), 'SystemPage'),
})

const routeTree = rootRoute.addChildren([
  signInRoute,
  shellRoute.addChildren([
    boardRoute,
    ticketRoute,
    issuesRoute,
    morningRoute,
    callsRoute,
    callRoute,
    outboundRoute,
    newOutboundRoute,
    outboundCallRoute,
    campaignsRoute,
    newCampaignRoute,
    campaignRoute,
    callLawRoute,
    conversationsRoute.addChildren([noConversationRoute, conversationRoute]),
    newOrderRoute,
    paymentsRoute,
    settlementRoute,
    latencyRoute,
    vendorsRoute,
    flowsRoute,
    flowRoute,
    peopleRoute,
    apiKeysRoute,
    systemRoute,
  ]),
])

export const createAppRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    // The frame stands still; it is the content that scrolls.
    scrollToTopSelectors: ['#content'],
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: ErrorPage,
    defaultPendingMs: 150,
  })
