/** A flow is talked to in writing before customers hear it: nothing outside is touched by that. */
import { randomBytes } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { readDraft, readEdition } from '../../db/queries/flows.ts'
import type { FlowEdition, FlowName } from '../../domain/flow-content.ts'
import { makeTrialId, parseTrialId } from '../../domain/ids.ts'
import type { TrialView } from '../../workflows/flow-trial-messages.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import { type FlowTrialView, flowTrialSchema, openTrialSchema, trialMessageSchema } from '../schemas/flows.ts'
import { flowOfPath, flowParam } from './flows.ts'
import { json, jsonBody, problems } from './responses.ts'

const tags = ['Flows']
const trialParam = z.object({
  trial_id: z
    .string()
    .regex(/^trial-[0-9a-f]{12}$/, 'a trial is named like trial-0123456789ab')
    .openapi({ param: { name: 'trial_id', in: 'path' } }),
})
const asked = problems(
  'unauthenticated',
  'forbidden',
  'not_found',
  'invalid_request',
  'refused',
  'malformed_request',
  'workflow_engine_unavailable',
)

const openRoute = createRoute({
  method: 'post',
  path: '/api/flows/{flow}/trials',
  tags,
  summary: 'Begins to talk with the draft, or with a version',
  request: { params: flowParam, body: jsonBody(openTrialSchema) },
  responses: { 201: json(flowTrialSchema, 'The conversation as it begins'), ...asked },
})

const sayRoute = createRoute({
  method: 'post',
  path: '/api/flow-trials/{trial_id}/messages',
  tags,
  summary: 'Says something as the customer would; an empty text is silence',
  request: { params: trialParam, body: jsonBody(trialMessageSchema) },
  responses: { 200: json(flowTrialSchema, 'The conversation with the answer'), ...asked },
})

/** Adds the routes of trials. */
export function addFlowTrialRoutes(router: ApiRouter, { database, settings, trials }: ApiDependencies): void {
  const { company, order } = settings

  const tried = async (
    flow: FlowName,
    version: number | null,
  ): Promise<{ readonly edition: FlowEdition; readonly revision: number | null }> => {
    if (version !== null) {
      const edition = await readEdition(database, flow, version)
      if (edition === null) throw new ApiProblem('not_found', `There is no version ${version}.`)
      return { edition, revision: null }
    }
    const draft = await readDraft(database, flow)
    if (draft === null) throw new ApiProblem('refused', 'There is no draft any more.', { code: 'no_draft' })
    return { edition: { version: draft.basedOn, content: draft.content }, revision: draft.revision }
  }

  router.declare('admin', openRoute, async (c) => {
    const flow = flowOfPath(c.req.valid('param').flow)
    const { edition, revision } = await tried(flow, c.req.valid('json').version)
    const trialId = makeTrialId(randomBytes(6).toString('hex'))
    const input = { flow, edition, revision, companyName: company.name, priceWon: order.priceWon }
    return c.json(viewTrial(trialId, await trials.open(trialId, input)), 201)
  })

  router.declare('admin', sayRoute, async (c) => {
    const trialId = parseTrialId(c.req.valid('param').trial_id)
    return c.json(viewTrial(trialId, await trials.say(trialId, c.req.valid('json').text)), 200)
  })
}

const viewTrial = (trialId: string, { lines, order, placed, end }: TrialView): FlowTrialView => ({
  trial_id: trialId,
  lines: lines.map(({ tools, ...line }) => ({ ...line, tools: [...tools] })),
  order,
  placed,
  end,
})
