/** Prompts and flows as data: drafts, versions, and what is live. The owner's business only. */
import { createRoute, z } from '@hono/zod-openapi'
import {
  discardDraft,
  FlowConflict,
  type FlowDraftRecord,
  listReleases,
  listVersions,
  liveEdition,
  readDraft,
  readEdition,
  releaseDraft,
  releaseVersion,
  saveDraft,
} from '../../db/queries/flows.ts'
import { FLOW_NAMES, type FlowContent, type FlowName, isFlowName } from '../../domain/flow-content.ts'
import { FLOW_TOOLS } from '../../domain/flow-defaults.ts'
import {
  checkFlow,
  FLOW_LIMITS,
  type FlowProblem,
  phrasesOf,
  placeholdersOf,
} from '../../domain/flow-rules.ts'
import { trialNumberOf } from '../../domain/flow-trial-number.ts'
import type { Person } from '../context.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import {
  discardDraftSchema,
  type FlowContentView,
  type FlowDetail,
  type FlowDraft,
  flowDetailSchema,
  flowDraftSchema,
  flowListSchema,
  flowVersionSchema,
  releaseDraftSchema,
  releaseVersionSchema,
  saveDraftSchema,
} from '../schemas/flows.ts'
import { shownTime } from '../views/view-context.ts'
import { json, jsonBody, problems } from './responses.ts'

const tags = ['Flows']
export const flowParam = z.object({
  flow: z
    .string()
    .regex(/^[a-z]+_[a-z_]{1,40}$/, 'a flow is named like order_call')
    .openapi({ param: { name: 'flow', in: 'path' }, example: 'order_call' }),
})
const versionParam = flowParam.extend({
  version: z.coerce
    .number()
    .int()
    .min(0)
    .openapi({ param: { name: 'version', in: 'path' } }),
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/flows',
  tags,
  summary: 'All flows: which version is live, and whether there is a draft',
  responses: { 200: json(flowListSchema, 'Flows'), ...problems('unauthenticated', 'forbidden') },
})

const detailRoute = createRoute({
  method: 'get',
  path: '/api/flows/{flow}',
  tags,
  summary: 'One flow: what is live, the draft, the versions, and what may be changed',
  request: { params: flowParam },
  responses: {
    200: json(flowDetailSchema, 'The flow'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'invalid_request'),
  },
})

const versionRoute = createRoute({
  method: 'get',
  path: '/api/flows/{flow}/versions/{version}',
  tags,
  summary: 'The words of one version; 0 is what was shipped',
  request: { params: versionParam },
  responses: {
    200: json(flowVersionSchema, 'The version'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'invalid_request'),
  },
})

const changing = problems(
  'unauthenticated',
  'forbidden',
  'not_found',
  'invalid_request',
  'refused',
  'malformed_request',
)

const saveRoute = createRoute({
  method: 'patch',
  path: '/api/flows/{flow}/draft',
  tags,
  summary: 'Saves the draft, or begins one; problems name their field in dots',
  request: { params: flowParam, body: jsonBody(saveDraftSchema) },
  responses: { 200: json(flowDraftSchema, 'The draft as it is kept'), ...changing },
})

const discardRoute = createRoute({
  method: 'post',
  path: '/api/flows/{flow}/draft/discard',
  tags,
  summary: 'Throws the draft away',
  request: { params: flowParam, body: jsonBody(discardDraftSchema) },
  responses: { 200: json(flowDetailSchema, 'The flow'), ...changing },
})

const releaseDraftRoute = createRoute({
  method: 'post',
  path: '/api/flows/{flow}/draft/release',
  tags,
  summary: 'The draft, once it was tried, becomes the next version and is live for new conversations at once',
  request: { params: flowParam, body: jsonBody(releaseDraftSchema) },
  responses: { 200: json(flowDetailSchema, 'The flow'), ...changing },
})

const releaseVersionRoute = createRoute({
  method: 'post',
  path: '/api/flows/{flow}/releases',
  tags,
  summary: 'A version of before goes live again; conversations under way keep theirs',
  request: { params: flowParam, body: jsonBody(releaseVersionSchema) },
  responses: { 200: json(flowDetailSchema, 'The flow'), ...changing },
})

/** @throws ApiProblem not_found. */
export function flowOfPath(name: string): FlowName {
  if (!isFlowName(name)) throw new ApiProblem('not_found', 'There is no such flow.')
  return name
}

/** Adds the routes of flows. */
export function addFlowRoutes(router: ApiRouter, { database, signIn }: ApiDependencies): void {
  const audit = (person: Person, action: 'flow_release' | 'flow_discard', reason: string) =>
    signIn.writeAudit({ actor: person.email, action, orderId: null, reason })

  const detail = async (flow: FlowName): Promise<FlowDetail> => {
    const [live, draft, versions, releases] = await Promise.all([
      liveEdition(database, flow),
      readDraft(database, flow),
      listVersions(database, flow),
      listReleases(database, flow),
    ])
    return {
      flow,
      trial_number: trialNumberOf(flow),
      live: { version: live.version, content: viewContent(live.content) },
      draft: draft === null ? null : viewDraft(draft),
      versions: versions.map(({ version, basedOn, createdBy, createdAt }) => ({
        version,
        based_on: basedOn,
        created_by: createdBy,
        created_at: shownTime(createdAt),
      })),
      releases: releases.map(({ version, releasedAt, releasedBy, reason }) => ({
        version,
        released_at: shownTime(releasedAt),
        released_by: releasedBy,
        reason,
      })),
      rules: rulesOf(flow),
    }
  }

  router.declare('admin', listRoute, async (c) => {
    const flows = await Promise.all(
      FLOW_NAMES.map(async (flow) => {
        const [releases, draft] = await Promise.all([listReleases(database, flow), readDraft(database, flow)])
        const [newest] = releases
        return {
          flow,
          live_version: newest?.version ?? 0,
          released_at: newest === undefined ? null : shownTime(newest.releasedAt),
          released_by: newest?.releasedBy ?? null,
          draft:
            draft === null
              ? null
              : {
                  state: stateOf(draft),
                  changed_by: draft.changedBy,
                  changed_at: shownTime(draft.changedAt),
                },
        }
      }),
    )
    return c.json({ flows }, 200)
  })

  router.declare('admin', detailRoute, async (c) =>
    c.json(await detail(flowOfPath(c.req.valid('param').flow)), 200),
  )

  router.declare('admin', versionRoute, async (c) => {
    const { flow, version } = c.req.valid('param')
    const edition = await readEdition(database, flowOfPath(flow), version)
    if (edition === null) throw new ApiProblem('not_found', `There is no version ${version}.`)
    return c.json({ version, content: viewContent(edition.content) }, 200)
  })

  router.declare('admin', saveRoute, async (c) => {
    const flow = flowOfPath(c.req.valid('param').flow)
    const { content: given, revision } = c.req.valid('json')
    const content = contentOf(given)
    const wrong = checkFlow(flow, content)
    if (wrong.length > 0) throw invalidContent(wrong)
    const { name } = c.get('person')
    const draft = await unlessConflict(() => saveDraft(database, { flow, content, revision, by: name }))
    return c.json(viewDraft(draft), 200)
  })

  router.declare('admin', discardRoute, async (c) => {
    const flow = flowOfPath(c.req.valid('param').flow)
    await unlessConflict(() => discardDraft(database, flow, c.req.valid('json').revision))
    await audit(c.get('person'), 'flow_discard', flow)
    return c.json(await detail(flow), 200)
  })

  router.declare('admin', releaseDraftRoute, async (c) => {
    const flow = flowOfPath(c.req.valid('param').flow)
    const person = c.get('person')
    const version = await unlessConflict(() =>
      releaseDraft(database, { flow, by: person.name, ...c.req.valid('json') }),
    )
    await audit(person, 'flow_release', `${flow} v${version}: ${c.req.valid('json').reason}`)
    return c.json(await detail(flow), 200)
  })

  router.declare('admin', releaseVersionRoute, async (c) => {
    const flow = flowOfPath(c.req.valid('param').flow)
    const { version, reason } = c.req.valid('json')
    const person = c.get('person')
    await unlessConflict(() => releaseVersion(database, { flow, version, reason, by: person.name }))
    await audit(person, 'flow_release', `${flow} v${version}: ${reason}`)
    return c.json(await detail(flow), 200)
  })
}

const stateOf = ({ triedRevision, revision }: FlowDraftRecord) =>
  triedRevision === revision ? ('tried' as const) : ('draft' as const)

function viewDraft(draft: FlowDraftRecord): FlowDraft {
  return {
    content: viewContent(draft.content),
    based_on: draft.basedOn,
    revision: draft.revision,
    state: stateOf(draft),
    changed_by: draft.changedBy,
    changed_at: shownTime(draft.changedAt),
  }
}

function viewContent({ persona, knowledge, tools, phrases }: FlowContent): FlowContentView {
  return { persona, knowledge: [...knowledge], tools: [...tools], phrases }
}

/** Ends of lines and of texts are nobody's wish. */
function contentOf({ persona, knowledge, tools, phrases }: FlowContentView): FlowContent {
  const tidy = (text: string) =>
    text
      .normalize('NFC')
      .replaceAll(/\r\n?/g, '\n')
      .replaceAll(/[ \t]+$/gm, '')
      .trim()
  const tidyTexts = (texts: Record<string, string | undefined>) =>
    Object.fromEntries(
      Object.entries(texts).flatMap(([language, text]) =>
        text === undefined ? [] : [[language, tidy(text)]],
      ),
    )
  return {
    persona: tidy(persona),
    knowledge: knowledge.map(({ title, text }) => ({ title: tidy(title), text: tidy(text) })),
    tools,
    phrases: Object.fromEntries(
      Object.entries(phrases).map(([name, texts]) => [name, tidyTexts(texts ?? {})]),
    ),
  }
}

function rulesOf(flow: FlowName): FlowDetail['rules'] {
  const { permitted, required } = FLOW_TOOLS[flow]
  return {
    tools: permitted.map((name) => ({ name, required: required.includes(name) })),
    phrases: phrasesOf(flow).map(([name, languages]) => ({ name, languages: [...languages] })),
    placeholders: placeholdersOf(flow).map((name) => `{${name}}`),
    limits: { ...FLOW_LIMITS },
  }
}

/** Each problem at its field; its message is the code, with what it is about. */
function invalidContent(wrong: readonly FlowProblem[]): ApiProblem {
  const errors = wrong.map(({ path, code, detail }) => ({
    path: `body.content.${path}`,
    message: detail === undefined ? code : `${code}: ${detail}`,
  }))
  return new ApiProblem('invalid_request', `${errors.length} field(s) are not valid.`, { errors })
}

async function unlessConflict<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof FlowConflict)) throw error
    throw new ApiProblem(error.code === 'no_such_version' ? 'not_found' : 'refused', error.message, {
      code: error.code,
    })
  }
}
