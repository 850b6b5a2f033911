/** What is asked again and again, kept to be asked with other words filled in. */
import { createRoute, z } from '@hono/zod-openapi'
import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { blanksOf } from '../../domain/outbound-template.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import {
  newOutboundTemplateSchema,
  type OutboundTemplateView,
  outboundTemplateListSchema,
  outboundTemplateSchema,
} from '../schemas/outbound-templates.ts'
import { shownTime } from '../views/view-context.ts'
import { json, jsonBody, problems } from './responses.ts'

const tags = ['Outbound calls']
const params = z.object({
  template_id: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_147_483_647)
    .openapi({ param: { name: 'template_id', in: 'path' } }),
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/outbound-templates',
  tags,
  summary: 'Templates of requested calls, by name',
  responses: { 200: json(outboundTemplateListSchema, 'The templates'), ...problems('unauthenticated') },
})
const saveRoute = createRoute({
  method: 'post',
  path: '/api/outbound-templates',
  tags,
  summary: 'Keep a template; one of the same name is replaced',
  request: { body: jsonBody(newOutboundTemplateSchema) },
  responses: {
    200: json(outboundTemplateSchema, 'The template'),
    ...problems('unauthenticated', 'forbidden', 'invalid_request'),
  },
})
const removeRoute = createRoute({
  method: 'delete',
  path: '/api/outbound-templates/{template_id}',
  tags,
  summary: 'Forget a template; calls that were asked for with it stay as they are',
  request: { params },
  responses: {
    200: json(outboundTemplateSchema, 'What it was'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'invalid_request'),
  },
})

const templateRows = (database: Database) => database.selectFrom('outbound_templates').selectAll()
const readRows = (database: Database) => templateRows(database).execute()
type TemplateRow = Awaited<ReturnType<typeof readRows>>[number]

/** Adds the routes of templates. */
export function addOutboundTemplateRoutes(router: ApiRouter, { database, now }: ApiDependencies): void {
  router.declare('outbound:read', listRoute, async (c) => {
    const rows = await templateRows(database).orderBy('name').orderBy('id').execute()
    return c.json({ templates: rows.map(viewTemplate) }, 200)
  })
  router.declare('outbound:write', saveRoute, async (c) => {
    const { caller_display_name = null, ...template } = c.req.valid('json')
    const values = {
      ...template,
      caller_display_name,
      changed_by: c.get('person').email,
      changed_at: now(),
    }
    const row = await database
      .insertInto('outbound_templates')
      .values(values)
      .onConflict((conflict) => conflict.expression(sql`lower(name)`).doUpdateSet(values))
      .returningAll()
      .executeTakeFirstOrThrow()
    return c.json(viewTemplate(row), 200)
  })
  router.declare('outbound:write', removeRoute, async (c) => {
    const row = await database
      .deleteFrom('outbound_templates')
      .where('id', '=', c.req.valid('param').template_id)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) throw new ApiProblem('not_found', 'There is no such template.')
    return c.json(viewTemplate(row), 200)
  })
}

const viewTemplate = (row: TemplateRow): OutboundTemplateView => ({
  id: row.id,
  name: row.name,
  caller_display_name: row.caller_display_name,
  purpose: row.purpose,
  questions: row.questions,
  blanks: [...blanksOf(row)],
  changed_by: row.changed_by,
  changed_at: shownTime(row.changed_at),
})
