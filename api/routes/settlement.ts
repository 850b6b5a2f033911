/** Earnings by day, week, month and vendor; statements of vendors against our own purchase orders. */
import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import {
  findStatement,
  type Interval,
  keepStatement,
  listStatements,
  readMovements,
  readPurchaseOrders,
  readVendorNames,
} from '../../db/queries/settlement.ts'
import { addDays, dayOf, settle, startOfDay } from '../../domain/settlement.ts'
import { compareStatement, mapColumns, readStatement } from '../../domain/statement.ts'
import type { ApiEnv } from '../context.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import {
  type SettlementView,
  settlementPeriodSchema,
  settlementSchema,
  statementListSchema,
  statementSchema,
} from '../schemas/settlement.ts'
import { readStatementFile } from '../statement-file.ts'
import {
  settlementCsv,
  statementCsv,
  viewSettlement,
  viewStatement,
  viewStatementSummary,
} from '../views/settlement.ts'
import { json, problems } from './responses.ts'

const tags = ['Settlement']
/** A longer range is a job for a spreadsheet. */
const MAX_DAYS = 400
const DEFAULT_DAYS = 30

const rangeQuery = z.object({
  from: z.iso.date().optional().describe('Korean day; 30 days back unless told'),
  to: z.iso.date().optional().describe('Korean day, included; today unless told'),
  period: settlementPeriodSchema.default('day'),
})
const languageQuery = { lang: z.enum(['ko', 'en']).default('ko') }
const idParam = z.object({
  id: z.coerce
    .number()
    .int()
    .positive()
    .openapi({ param: { name: 'id', in: 'path' }, example: 3 }),
})
const csv = (description: string) => ({
  description,
  content: { 'text/csv': { schema: z.string().openapi({ format: 'binary' }) } },
})

const settlementRoute = createRoute({
  method: 'get',
  path: '/api/settlement',
  tags,
  summary: 'Revenue, vendor cost, refunds, fees and margin; refunds count on the day on which they were made',
  request: { query: rangeQuery },
  responses: {
    200: json(settlementSchema, 'The figures'),
    ...problems('unauthenticated', 'forbidden', 'invalid_request'),
  },
})
const exportRoute = createRoute({
  method: 'get',
  path: '/api/settlement/export',
  tags,
  summary: 'The same as CSV',
  request: { query: rangeQuery.extend(languageQuery) },
  responses: { 200: csv('The figures'), ...problems('unauthenticated', 'forbidden', 'invalid_request') },
})
const uploadRoute = createRoute({
  method: 'post',
  path: '/api/settlement/statements',
  tags,
  summary: 'Compares a vendor’s statement, CSV in UTF-8 or CP949, with our purchase orders of its days',
  request: {
    query: z.object({
      vendor: z.string().min(1).max(100),
      from: z.iso.date(),
      to: z.iso.date(),
      file_name: z.string().min(1).max(200),
    }),
    body: {
      required: true,
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
  responses: {
    201: json(statementSchema, 'The comparison'),
    ...problems('unauthenticated', 'forbidden', 'invalid_request'),
  },
})
const statementsRoute = createRoute({
  method: 'get',
  path: '/api/settlement/statements',
  tags,
  summary: 'Comparisons, the newest first',
  responses: {
    200: json(statementListSchema, 'The comparisons'),
    ...problems('unauthenticated', 'forbidden'),
  },
})
const statementRoute = createRoute({
  method: 'get',
  path: '/api/settlement/statements/{id}',
  tags,
  summary: 'One comparison, line by line',
  request: { params: idParam },
  responses: {
    200: json(statementSchema, 'The comparison'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'invalid_request'),
  },
})
const statementExportRoute = createRoute({
  method: 'get',
  path: '/api/settlement/statements/{id}/export',
  tags,
  summary: 'The same as CSV',
  request: { params: idParam, query: z.object(languageQuery) },
  responses: {
    200: csv('The comparison'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'invalid_request'),
  },
})

/** Adds the routes. */
export function addSettlementRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings, now } = deps

  const figures = async (query: z.infer<typeof rangeQuery>): Promise<SettlementView> => {
    const today = dayOf(now().getTime())
    const to = query.to ?? today
    const from = query.from ?? addDays(to, -DEFAULT_DAYS + 1)
    const movements = await readMovements(database, intervalOf(from, to))
    const { period } = query
    const settlement = settle(movements, { from, to, period }, settings.money.fees)
    return viewSettlement(settlement, { from, to, period, vendor_names: await readVendorNames(database) })
  }

  router.declare('admin', settlementRoute, async (c) => c.json(await figures(c.req.valid('query')), 200))

  router.declare('admin', exportRoute, async (c) => {
    const query = c.req.valid('query')
    const view = await figures(query)
    return csvFile(c, `settlement-${view.from}-${view.to}.csv`, settlementCsv(view, query.lang))
  })

  router.declare('admin', uploadRoute, async (c) => {
    const { vendor, from, to, file_name: fileName } = c.req.valid('query')
    const interval = intervalOf(from, to)
    const known = await readVendorNames(database)
    if (!known.includes(vendor)) {
      throw new ApiProblem('invalid_request', 'No vendor of ours has this name.', {
        code: 'vendor_unknown',
        errors: [{ path: 'query.vendor', message: `one of: ${known.join(', ')}` }],
      })
    }
    const { heading, cells } = readStatementFile(new Uint8Array(await c.req.arrayBuffer()))
    const columns = mapColumns(heading)
    const hasKey = columns.reference !== undefined || columns.erp_order_id !== undefined
    if (!hasKey || columns.amount === undefined) {
      const missing = hasKey ? 'amount' : 'reference'
      throw new ApiProblem('invalid_request', 'The heading names no number of the order, or no amount.', {
        code: 'columns_missing',
        errors: [{ path: `body.${missing}`, message: heading.join(', ').slice(0, 200) }],
      })
    }
    const { rows, problems: unread } = readStatement(cells, columns)
    const compared = compareStatement(rows, await readPurchaseOrders(database, vendor, interval))
    const id = await keepStatement(database, {
      vendor,
      fileName,
      uploadedBy: c.get('person').email,
      fromDay: from,
      toDay: to,
      ...compared,
      problems: unread,
    })
    return c.json(await statement(id), 201)
  })

  const statement = async (id: number) => {
    const row = await findStatement(database, id)
    if (row === undefined) throw new ApiProblem('not_found', 'There is no such comparison.')
    return viewStatement(row)
  }

  router.declare('admin', statementsRoute, async (c) =>
    c.json({ statements: (await listStatements(database)).map(viewStatementSummary) }, 200),
  )

  router.declare('admin', statementRoute, async (c) => c.json(await statement(c.req.valid('param').id), 200))

  router.declare('admin', statementExportRoute, async (c) => {
    const view = await statement(c.req.valid('param').id)
    return csvFile(c, `statement-${view.from}-${view.to}.csv`, statementCsv(view, c.req.valid('query').lang))
  })
}

/** @throws ApiProblem invalid_request for days that are no range. */
function intervalOf(from: string, to: string): Interval {
  if (from > to || addDays(from, MAX_DAYS) < to) {
    throw new ApiProblem(
      'invalid_request',
      `A range begins before it ends and has at most ${MAX_DAYS} days.`,
      {
        errors: [{ path: 'query.from', message: 'not a range' }],
      },
    )
  }
  return { from: new Date(startOfDay(from)), until: new Date(startOfDay(addDays(to, 1))) }
}

function csvFile(c: Context<ApiEnv>, name: string, text: string) {
  c.header('content-type', 'text/csv; charset=utf-8')
  c.header('content-disposition', `attachment; filename="${name}"`)
  c.header('cache-control', 'no-store')
  return c.body(text, 200)
}
