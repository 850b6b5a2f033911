/** Calls to many: made, started, steered and looked at. Whom they call: campaign-lists.ts. */
import { randomBytes } from 'node:crypto'
import { createRoute } from '@hono/zod-openapi'
import {
  changeDraft,
  deleteDraft,
  insertCampaign,
  markStarting,
} from '../../db/queries/campaign-snapshots.ts'
import { nextOpening } from '../../domain/calling-hours.ts'
import type { CampaignPlan } from '../../domain/campaign.ts'
import { fillRow, tooLong, variablesOf } from '../../domain/campaign-template.ts'
import { type CampaignId, makeCampaignId, parseCampaignId } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { OutboundPriority } from '../../domain/outbound-request.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import { listCampaigns, listRows } from '../queries/campaigns.ts'
import type { ApiRouter } from '../routing.ts'
import {
  campaignListSchema,
  campaignSchema,
  campaignSpeedSchema,
  type NewCampaignBody,
  newCampaignSchema,
} from '../schemas/campaigns.ts'
import { viewCampaigns } from '../views/campaigns.ts'
import { createViewContext } from '../views/view-context.ts'
import { auditCampaign, campaignIdParam, readCampaign } from './campaign-parts.ts'
import { json, jsonBody, problems } from './responses.ts'

const tags = ['Campaigns']
const createCampaignRoute = createRoute({
  method: 'post',
  path: '/api/campaigns',
  tags,
  summary: 'Make a campaign: a template, its hours and its speed. Nobody is called before it is started',
  request: { body: jsonBody(newCampaignSchema) },
  responses: {
    201: json(campaignSchema, 'The campaign, without a list'),
    ...problems('unauthenticated', 'forbidden', 'invalid_request'),
  },
})
const changeRoute = createRoute({
  method: 'put',
  path: '/api/campaigns/{campaign_id}',
  tags,
  summary: 'Change a campaign that was never started; its list stays, and has to fit',
  request: { params: campaignIdParam, body: jsonBody(newCampaignSchema) },
  responses: {
    200: json(campaignSchema, 'As it is now'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'refused', 'invalid_request'),
  },
})
const deleteRoute = createRoute({
  method: 'delete',
  path: '/api/campaigns/{campaign_id}',
  tags,
  summary: 'Delete a campaign that was never started, with its list',
  request: { params: campaignIdParam },
  responses: {
    204: { description: 'It is gone' },
    ...problems('unauthenticated', 'forbidden', 'not_found', 'refused', 'invalid_request'),
  },
})
const listRoute = createRoute({
  method: 'get',
  path: '/api/campaigns',
  tags,
  summary: 'Campaigns with their counts, the newest first',
  responses: { 200: json(campaignListSchema, 'At most 200'), ...problems('unauthenticated') },
})
const detailRoute = createRoute({
  method: 'get',
  path: '/api/campaigns/{campaign_id}',
  tags,
  summary: 'One campaign: progress, forecast, why it stands still',
  request: { params: campaignIdParam },
  responses: {
    200: json(campaignSchema, 'The campaign'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})
const actionRoute = (action: 'start' | 'pause' | 'resume' | 'stop', summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/campaigns/{campaign_id}/${action}`,
    tags,
    summary,
    request: { params: campaignIdParam },
    responses: {
      200: json(campaignSchema, 'As it stands now'),
      ...problems(
        'unauthenticated',
        'not_found',
        'refused',
        'invalid_request',
        'workflow_engine_unavailable',
      ),
    },
  })
const startRoute = actionRoute('start', 'Begin to call')
const pauseRoute = actionRoute('pause', 'Begin no more calls; those under way go on')
const resumeRoute = actionRoute('resume', 'Go on, also after the circuit breaker')
const stopRoute = actionRoute('stop', 'End it for good; who waits says so')
const speedRoute = createRoute({
  method: 'post',
  path: '/api/campaigns/{campaign_id}/speed',
  tags,
  summary: 'Change how fast it goes, also while it runs',
  request: { params: campaignIdParam, body: jsonBody(campaignSpeedSchema) },
  responses: {
    200: json(campaignSchema, 'As it stands now'),
    ...problems('unauthenticated', 'not_found', 'refused', 'invalid_request', 'workflow_engine_unavailable'),
  },
})
/** Adds the routes of campaigns but those of their lists. */
export function addCampaignRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings, campaigns, now } = deps

  const show = async (campaignId: string) => {
    const [campaign] = await viewCampaigns(database, [await readCampaign(deps, campaignId)], now().getTime())
    if (campaign === undefined) throw new Error('a campaign vanished')
    return campaign
  }

  router.declare('campaigns:write', createCampaignRoute, async (c) => {
    const body = c.req.valid('json')
    const plan = planFrom(body)
    checkPlan(plan, settings.outbound, now().getTime())
    const campaignId = makeCampaignId(randomBytes(4).toString('hex'))
    const { email } = c.get('person')
    const { window_size, calls_per_second } = body.speed
    const isNew = await insertCampaign(database, {
      campaignId,
      name: body.name,
      kind: body.kind,
      plan,
      speed: { windowSize: window_size, callsPerSecond: calls_per_second },
      requestedBy: email,
      createdAt: koreanIso(now().getTime()),
    })
    if (!isNew) throw new ApiProblem('refused', 'Please try again.', { code: 'id_taken' })
    await auditCampaign(deps, email, 'campaign_create', campaignId)
    return c.json(await show(campaignId), 201)
  })
  router.declare('campaigns:write', changeRoute, async (c) => {
    const row = await readCampaign(deps, c.req.valid('param').campaign_id)
    const body = c.req.valid('json')
    const plan = planFrom(body)
    checkPlan(plan, settings.outbound, now().getTime())
    await checkListFits(deps, row.id, plan)
    const { window_size, calls_per_second } = body.speed
    const isChanged = await changeDraft(database, parseCampaignId(row.campaign_id), {
      name: body.name,
      kind: body.kind,
      plan,
      speed: { windowSize: window_size, callsPerSecond: calls_per_second },
    })
    if (!isChanged) throw new ApiProblem('refused', 'It was started already.', { code: 'started' })
    await auditCampaign(deps, c.get('person').email, 'campaign_change', row.campaign_id)
    return c.json(await show(row.campaign_id), 200)
  })
  router.declare('campaigns:write', deleteRoute, async (c) => {
    const { campaign_id } = await readCampaign(deps, c.req.valid('param').campaign_id)
    if (!(await deleteDraft(database, parseCampaignId(campaign_id))))
      throw new ApiProblem('refused', 'It was started already.', { code: 'started' })
    await auditCampaign(deps, c.get('person').email, 'campaign_delete', campaign_id)
    return c.body(null, 204)
  })
  router.declare('campaigns:read', listRoute, async (c) => {
    const rows = await listCampaigns(database)
    return c.json({ campaigns: await viewCampaigns(database, rows, now().getTime()) }, 200)
  })
  router.declare('campaigns:read', detailRoute, async (c) =>
    c.json(await show(c.req.valid('param').campaign_id), 200),
  )

  router.declare('campaigns:write', startRoute, async (c) => {
    const row = await readCampaign(deps, c.req.valid('param').campaign_id)
    const campaignId = parseCampaignId(row.campaign_id)
    if (!settings.outbound.enabled)
      throw new ApiProblem('refused', 'Calls are switched off in the settings.', {
        code: 'outbound_disabled',
      })
    if (row.state !== 'draft') throw new ApiProblem('refused', 'It was started already.', { code: 'started' })
    if (row.zones.length === 0) throw new ApiProblem('refused', 'Its list is empty.', { code: 'no_rows' })
    await campaigns.ensureReachable()
    if (!(await markStarting(database, campaignId, now())))
      throw new ApiProblem('refused', 'It was started already.', { code: 'started' })
    await campaigns.start(campaignId, { windowSize: row.window_size, callsPerSecond: row.calls_per_second })
    await auditCampaign(deps, c.get('person').email, 'campaign_start', campaignId)
    return c.json(await show(campaignId), 200)
  })
  const steer = async (
    campaignId: CampaignId,
    person: string,
    to: Parameters<ApiDependencies['campaigns']['change']>[1],
  ) => {
    const row = await readCampaign(deps, campaignId)
    if (row.state === 'done' || row.state === 'stopped')
      throw new ApiProblem('refused', 'This campaign is over.', { code: 'over' })
    if ((await campaigns.change(campaignId, to)) === null)
      throw new ApiProblem('refused', 'This campaign does not run.', { code: 'not_running' })
    const action = typeof to === 'object' ? 'campaign_speed' : (`campaign_${to}` as const)
    await auditCampaign(deps, person, action, campaignId)
    return await show(campaignId)
  }
  const idOf = ({ campaign_id }: { readonly campaign_id: string }) => parseCampaignId(campaign_id)
  router.declare('campaigns:write', pauseRoute, async (c) =>
    c.json(await steer(idOf(c.req.valid('param')), c.get('person').email, 'pause'), 200),
  )
  router.declare('campaigns:write', resumeRoute, async (c) =>
    c.json(await steer(idOf(c.req.valid('param')), c.get('person').email, 'resume'), 200),
  )
  router.declare('campaigns:write', stopRoute, async (c) =>
    c.json(await steer(idOf(c.req.valid('param')), c.get('person').email, 'stop'), 200),
  )
  router.declare('campaigns:write', speedRoute, async (c) => {
    const { window_size, calls_per_second } = c.req.valid('json')
    const speed = { windowSize: window_size, callsPerSecond: calls_per_second }
    return c.json(await steer(idOf(c.req.valid('param')), c.get('person').email, speed), 200)
  })
}

/** @throws ApiProblem where somebody on the list has no value for a variable, or one that makes the words too long. */
async function checkListFits(
  { database, settings }: Pick<ApiDependencies, 'database' | 'settings'>,
  campaign: number,
  plan: CampaignPlan,
): Promise<void> {
  const view = createViewContext(settings)
  let after = 0
  let unfit = 0
  for (;;) {
    const rows = await listRows(database, { campaign, after, limit: FIT_PAGE })
    for (const row of rows) {
      const variables = JSON.parse(view.plain(row.variables)) as Readonly<Record<string, string>>
      const isUnfit = variablesOf(plan).some((name) => !Object.hasOwn(variables, name))
      if (isUnfit || tooLong(fillRow(plan, variables)) !== null) unfit++
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < FIT_PAGE) break
    after = last.id
  }
  if (unfit === 0) return
  const errors = [{ path: 'body.purpose', message: `does not fit ${unfit} people of its list` }]
  throw new ApiProblem('invalid_request', '1 field(s) are not valid.', { errors })
}
const FIT_PAGE = 2_000

/** @throws ApiProblem numbers that may not be shown, hours that never open. */
function checkPlan(
  { callerNumbers, hours, maxDuration }: CampaignPlan,
  outbound: ApiDependencies['settings']['outbound'],
  nowMs: number,
): void {
  const foreign = callerNumbers.find((number) => !outbound.callerNumbers.includes(number))
  if (foreign !== undefined)
    throw new ApiProblem('forbidden', `${foreign} may not be shown as the caller.`, {
      code: 'caller_not_allowed',
    })
  const errors = [
    ...(nextOpening(nowMs, hours, 'Asia/Seoul') === null
      ? [{ path: 'body.hours', message: 'there is no such hour' }]
      : []),
    ...(maxDuration > outbound.maxDurationSeconds
      ? [{ path: 'body.max_duration', message: `at most ${outbound.maxDurationSeconds}` }]
      : []),
  ]
  if (errors.length > 0)
    throw new ApiProblem('invalid_request', `${errors.length} field(s) are not valid.`, { errors })
}

function planFrom(body: NewCampaignBody): CampaignPlan {
  const { hours, breaker, retries } = body
  return {
    callerNumbers: body.caller_numbers,
    callerDisplayName: body.caller_display_name ?? null,
    purpose: body.purpose,
    questions: body.questions,
    maxDuration: body.max_duration,
    priority: body.priority as OutboundPriority,
    retries: Object.fromEntries(Object.entries(retries).filter(([, seconds]) => seconds !== undefined)),
    maxRetries: body.max_retries,
    hours: {
      from: hours.from,
      until: hours.until,
      weekdays: hours.weekdays,
      onHolidays: hours.on_holidays,
      closedDays: hours.closed_days,
    },
    breaker: { seconds: breaker.seconds, minCalls: breaker.min_calls, share: breaker.share },
    frequency: body.frequency,
  }
}
