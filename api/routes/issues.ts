/** Issues: the owner's list, one with everything, and what people do with it beside resolving it. */
import { join } from 'node:path'
import { createRoute, z } from '@hono/zod-openapi'
import {
  acknowledgeIssues,
  addIssueComment,
  handleIssue,
  type IssueHandling,
} from '../../db/queries/issues.ts'
import { mayDo } from '../action-rights.ts'
import type { Person } from '../context.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import {
  countIssues,
  decodeIssueCursor,
  findIssues,
  findIssuesOfTicket,
  listIssues,
  readComments,
} from '../queries/issues.ts'
import { findTickets } from '../queries/tickets.ts'
import type { ApiRouter } from '../routing.ts'
import {
  type IssueDetail,
  issueCommentSchema,
  issueCountsSchema,
  issueDetailSchema,
  issueHandlingSchema,
  issueListSchema,
  issueStateSchema,
  orderIssuesSchema,
} from '../schemas/issues.ts'
import { issueKindSchema } from '../schemas/tickets.ts'
import { storedFileResponse } from '../stored-files.ts'
import { viewIssue, viewIssueSummary } from '../views/issues.ts'
import { createViewContext } from '../views/view-context.ts'
import { json, jsonBody, limitParam, orderNoParam, problems } from './responses.ts'

const tags = ['Issues']

const issueIdParam = z.object({
  issue_id: z
    .string()
    .regex(/^\d{6}-[2-9A-HJ-NP-Z]{4}-I\d{1,4}$/, 'an Issue looks like 261121-7KQ2-I1')
    .openapi({ param: { name: 'issue_id', in: 'path' }, example: '261121-7KQ2-I1' }),
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/issues',
  tags,
  summary: 'Issues: open ones by when they are due, resolved ones the latest first',
  request: {
    query: z.object({
      state: issueStateSchema.default('open'),
      kind: issueKindSchema.optional(),
      assignee: z.string().max(254).optional().describe('an e-mail, or "none" for those nobody looks after'),
      cursor: z.string().max(300).optional(),
      limit: limitParam,
    }),
  },
  responses: {
    200: json(issueListSchema, 'A page of Issues'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})

const countsRoute = createRoute({
  method: 'get',
  path: '/api/issues/counts',
  tags,
  summary: 'How many are open, unseen and overdue',
  responses: { 200: json(issueCountsSchema, 'The numbers'), ...problems('unauthenticated') },
})

const detailRoute = createRoute({
  method: 'get',
  path: '/api/issues/{issue_id}',
  tags,
  summary: 'One Issue with its evidence and comments',
  request: { params: issueIdParam },
  responses: {
    200: json(issueDetailSchema, 'The Issue'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})

const ofOrderRoute = createRoute({
  method: 'get',
  path: '/api/tickets/{order_no}/issues',
  tags,
  summary: 'All Issues of one order with their evidence and comments',
  request: { params: orderNoParam },
  responses: {
    200: json(orderIssuesSchema, 'The first one first; none for an order that has had none'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})

const handleRoute = createRoute({
  method: 'patch',
  path: '/api/issues/{issue_id}',
  tags,
  summary: 'Say who looks after it and until when',
  request: { params: issueIdParam, body: jsonBody(issueHandlingSchema) },
  responses: {
    200: json(issueDetailSchema, 'The Issue after it'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})

const commentRoute = createRoute({
  method: 'post',
  path: '/api/issues/{issue_id}/comments',
  tags,
  summary: 'Say something about it',
  request: { params: issueIdParam, body: jsonBody(issueCommentSchema) },
  responses: {
    201: json(issueDetailSchema, 'The Issue after it'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})

const acknowledgeRoute = createRoute({
  method: 'post',
  path: '/api/issues/{issue_id}/acknowledge',
  tags,
  summary: 'Say that it has been seen: its alarm goes quiet',
  request: { params: issueIdParam },
  responses: {
    200: json(issueDetailSchema, 'The Issue after it'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})

/** Adds the routes of Issues. */
export function addIssueRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings, alarms } = deps
  const view = createViewContext(settings)

  const readDetail = async (id: string, person: Person): Promise<IssueDetail> => {
    const [row] = await findIssues(database, [id])
    if (row === undefined) throw new ApiProblem('not_found', `There is no Issue ${id}.`)
    return viewIssue(row, await readComments(database, [id]), mayDo(person), view)
  }

  router.declare('signed_in', listRoute, async (c) => {
    const { state, kind, assignee, cursor: text, limit } = c.req.valid('query')
    const cursor = text === undefined ? undefined : decodeIssueCursor(text, state)
    if (cursor === null) {
      const errors = [{ path: 'query.cursor', message: 'not a cursor of this list' }]
      throw new ApiProblem('invalid_request', '1 field(s) are not valid.', { errors })
    }
    const { rows, nextCursor } = await listIssues(database, { state, kind, assignee }, { limit, cursor })
    const may = mayDo(c.get('person'))
    return c.json({ issues: rows.map((row) => viewIssueSummary(row, may)), next_cursor: nextCursor }, 200)
  })

  router.declare('signed_in', countsRoute, async (c) => c.json(await countIssues(database, deps.now()), 200))

  router.declare('signed_in', detailRoute, async (c) =>
    c.json(await readDetail(c.req.valid('param').issue_id, c.get('person')), 200),
  )

  router.declare('signed_in', ofOrderRoute, async (c) => {
    const { order_no } = c.req.valid('param')
    const [ticket] = await findTickets(database, [order_no])
    if (ticket === undefined) throw new ApiProblem('not_found', `There is no order ${order_no}.`)
    const rows = await findIssuesOfTicket(database, ticket.id)
    const comments = await readComments(
      database,
      rows.map((row) => row.id),
    )
    const may = mayDo(c.get('person'))
    return c.json({ issues: rows.map((row) => viewIssue(row, comments, may, view)) }, 200)
  })

  router.declare('signed_in', handleRoute, async (c) => {
    const { issue_id } = c.req.valid('param')
    const { assignee, due_at } = c.req.valid('json')
    if (assignee !== undefined && assignee !== null) await mustBeColleague(assignee)
    const handling: IssueHandling = {
      ...(assignee === undefined ? {} : { assignee }),
      ...(due_at === undefined ? {} : { dueAt: due_at === null ? null : new Date(due_at) }),
    }
    if (!(await handleIssue(database, issue_id, handling))) throw missing(issue_id)
    return c.json(await readDetail(issue_id, c.get('person')), 200)
  })

  router.declare('signed_in', commentRoute, async (c) => {
    const { issue_id: issueId } = c.req.valid('param')
    const person = c.get('person')
    const comment = { issueId, author: person.email, body: c.req.valid('json').text }
    if (!(await addIssueComment(database, settings.dataKey, comment))) throw missing(issueId)
    return c.json(await readDetail(issueId, person), 201)
  })

  router.declare('signed_in', acknowledgeRoute, async (c) => {
    const { issue_id } = c.req.valid('param')
    const person = c.get('person')
    const seen = await acknowledgeIssues(database, [issue_id], { actor: person.email, via: 'app' })
    await alarms.acknowledged(seen)
    return c.json(await readDetail(issue_id, person), 200)
  })

  router.declarePlain('signed_in', 'get', '/api/evidence/:key{.+}', async (c) => {
    const file = await storedFileResponse({
      folder: join(settings.dataDir, 'evidence'),
      key: c.req.param('key') ?? '',
      request: c.req.raw,
      cacheControl: 'private, max-age=86400, immutable',
    })
    if (file === null) throw new ApiProblem('not_found', 'There is no such picture.')
    return file
  })

  async function mustBeColleague(email: string): Promise<void> {
    const found = await database
      .selectFrom('auth_users')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirst()
    if (found !== undefined) return
    const errors = [{ path: 'body.assignee', message: 'nobody with this e-mail can sign in' }]
    throw new ApiProblem('invalid_request', '1 field(s) are not valid.', { errors })
  }
}

const missing = (id: string): ApiProblem => new ApiProblem('not_found', `There is no Issue ${id}.`)
