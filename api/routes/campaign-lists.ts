/** Whom a campaign calls: lists taken in and mended, the people on them, and what they brought. */
import { createRoute, z } from '@hono/zod-openapi'
import { addCampaignRows, skipCampaignRow } from '../../db/queries/campaign-rows.ts'
import { isZone } from '../../domain/calling-hours.ts'
import { type CampaignPlan, ROW_STATES } from '../../domain/campaign.ts'
import {
  guessColumns,
  type ListColumns,
  missingColumns,
  type ReadList,
  readList,
} from '../../domain/campaign-list.ts'
import { fillRow } from '../../domain/campaign-template.ts'
import { toCsv } from '../../domain/csv.ts'
import { parseCampaignId } from '../../domain/ids.ts'
import { maskPhone } from '../../domain/phone-number.ts'
import { type ListFile, readListFile } from '../campaign-file.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { parseJson } from '../parse-json.ts'
import { ApiProblem } from '../problems.ts'
import { campaignCostWon, listResults, listRows } from '../queries/campaigns.ts'
import type { ApiRouter } from '../routing.ts'
import {
  campaignAnswersSchema,
  campaignRowsSchema,
  listColumnsSchema,
  type UploadedList,
  uploadedListSchema,
} from '../schemas/campaigns.ts'
import { AnswerCount, planOf, resultsCsv, viewRow } from '../views/campaigns.ts'
import { createViewContext } from '../views/view-context.ts'
import { auditCampaign, campaignIdParam, readCampaign } from './campaign-parts.ts'
import { json, limitParam, problems } from './responses.ts'

const tags = ['Campaigns']
const csvBody = {
  required: true,
  content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
}
const csvAnswer = (description: string) => ({
  description,
  content: { 'text/csv': { schema: z.string().openapi({ format: 'binary' }) } },
})
const columnsQuery = {
  columns: z
    .string()
    .max(4_000)
    .optional()
    .describe('JSON of UploadedList.columns: which heading is what; default: as the headings say'),
}
const languageQuery = { lang: z.enum(['ko', 'en']).default('ko') }
const SHOWN_ERRORS = 100
const SHOWN_ROWS = 5
const RESULT_PAGE = 2_000

const uploadRoute = createRoute({
  method: 'post',
  path: '/api/campaigns/{campaign_id}/rows',
  tags,
  summary:
    'Add people from a CSV in UTF-8, UTF-16 or CP949; also while it runs. dry_run only tells what would be',
  request: {
    params: campaignIdParam,
    query: z.object({ ...columnsQuery, dry_run: z.enum(['true', 'false']).default('false') }),
    body: csvBody,
  },
  responses: {
    200: json(uploadedListSchema, 'Each line is added, or has an error'),
    ...problems('unauthenticated', 'not_found', 'refused', 'too_large', 'invalid_request'),
  },
})
const uploadErrorsRoute = createRoute({
  method: 'post',
  path: '/api/campaigns/{campaign_id}/rows/errors',
  tags,
  summary:
    'The lines of a CSV that can not be called, each with its reason, as a CSV to mend and upload again',
  request: { params: campaignIdParam, query: z.object({ ...columnsQuery, ...languageQuery }), body: csvBody },
  responses: {
    200: csvAnswer('The same columns, and the reason'),
    ...problems('unauthenticated', 'not_found', 'too_large', 'invalid_request'),
  },
})
const rowsRoute = createRoute({
  method: 'get',
  path: '/api/campaigns/{campaign_id}/rows',
  tags,
  summary: 'The people of its list, and why each was not called',
  request: {
    params: campaignIdParam,
    query: z.object({
      state: z.enum(ROW_STATES).optional(),
      limit: limitParam,
      cursor: z.coerce.number().int().min(0).default(0),
    }),
  },
  responses: {
    200: json(campaignRowsSchema, 'A page of them'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})
const resultsRoute = createRoute({
  method: 'get',
  path: '/api/campaigns/{campaign_id}/results',
  tags,
  summary: 'What it brought: a line for each person, called or not',
  request: { params: campaignIdParam, query: z.object(languageQuery) },
  responses: {
    200: csvAnswer('The results'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})
const answersRoute = createRoute({
  method: 'get',
  path: '/api/campaigns/{campaign_id}/answers',
  tags,
  summary: 'Answers taken together, how long they talked, and when they answer the phone',
  request: { params: campaignIdParam },
  responses: {
    200: json(campaignAnswersSchema, 'The figures'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})
const skipRoute = createRoute({
  method: 'post',
  path: '/api/campaigns/{campaign_id}/rows/{row_id}/skip',
  tags,
  summary: 'Leave somebody out who still waits',
  request: {
    params: campaignIdParam.extend({
      row_id: z.coerce
        .number()
        .int()
        .min(1)
        .max(2 ** 31 - 1)
        .openapi({ param: { name: 'row_id', in: 'path' } }),
    }),
  },
  responses: {
    204: { description: 'They are not called' },
    ...problems('unauthenticated', 'not_found', 'refused', 'invalid_request'),
  },
})

/** Adds the routes of the lists of campaigns. */
export function addCampaignListRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings, campaigns } = deps
  const view = createViewContext(settings)

  router.declare('campaigns:write', uploadRoute, async (c) => {
    const { columns: told, dry_run } = c.req.valid('query')
    const row = await readCampaign(deps, c.req.valid('param').campaign_id)
    if (row.state === 'done' || row.state === 'stopped')
      throw new ApiProblem('refused', 'This campaign is over.', { code: 'over' })
    const plan = planOf(row)
    const file = await readListFile(new Uint8Array(await c.req.arrayBuffer()))
    const { columns, missing, list } = read(file, told, plan)
    const isDry = dry_run === 'true' || columns === null || missing.length > 0
    const campaignId = parseCampaignId(row.campaign_id)
    const added = isDry ? null : await addCampaignRows(database, settings.dataKey, campaignId, list.rows)
    if (added !== null && added.added > 0) {
      await auditCampaign(deps, c.get('person').email, 'campaign_rows', `${campaignId}: ${added.added}`)
      // The rows are there; a workflow that can't be told finds them by itself within the hour.
      if (row.state !== 'draft') await campaigns.tellOfRows(campaignId).catch(() => {})
    }
    return c.json(uploaded({ file, columns, missing, list, isDry, added, plan }), 200)
  })
  router.declare('campaigns:write', uploadErrorsRoute, async (c) => {
    const { columns: told, lang } = c.req.valid('query')
    const plan = planOf(await readCampaign(deps, c.req.valid('param').campaign_id))
    const file = await readListFile(new Uint8Array(await c.req.arrayBuffer()))
    const { list } = read(file, told, plan)
    const lines = list.errors.map(({ line, problem, detail }) => [
      ...file.headings.map((_, index) => file.cells[line - 2]?.[index] ?? ''),
      line,
      problem,
      detail,
    ])
    c.header('content-type', 'text/csv; charset=utf-8')
    c.header('content-disposition', 'attachment; filename="errors.csv"')
    const heading = lang === 'ko' ? ['행', '오류', '내용'] : ['line', 'error', 'detail']
    return c.body(toCsv([...file.headings, ...heading], lines), 200)
  })

  router.declare('campaigns:read', rowsRoute, async (c) => {
    const { state, limit, cursor } = c.req.valid('query')
    const { id } = await readCampaign(deps, c.req.valid('param').campaign_id)
    const rows = await listRows(database, { campaign: id, state, after: cursor, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    const last = rows.length > limit ? shown.at(-1) : undefined
    return c.json(
      {
        rows: shown.map((row) => viewRow(row, view)),
        next_cursor: last === undefined ? null : String(last.id),
      },
      200,
    )
  })
  const readResults = async (campaign: number) => {
    const results: Awaited<ReturnType<typeof listResults>> = []
    for (;;) {
      const after = results.at(-1)?.id ?? 0
      const page = await listResults(database, { campaign, after, limit: RESULT_PAGE })
      results.push(...page)
      if (page.length < RESULT_PAGE) return results
    }
  }
  router.declare('campaigns:read', resultsRoute, async (c) => {
    const row = await readCampaign(deps, c.req.valid('param').campaign_id)
    const { lang } = c.req.valid('query')
    c.header('content-type', 'text/csv; charset=utf-8')
    c.header('content-disposition', `attachment; filename="${row.campaign_id}.csv"`)
    return c.body(resultsCsv(await readResults(row.id), planOf(row).questions, view, lang), 200)
  })
  router.declare('campaigns:read', answersRoute, async (c) => {
    const row = await readCampaign(deps, c.req.valid('param').campaign_id)
    const count = new AnswerCount(planOf(row).questions, view)
    for (const result of await readResults(row.id)) count.add(result)
    return c.json(count.result(await campaignCostWon(database, row.campaign_id)), 200)
  })

  router.declare('campaigns:write', skipRoute, async (c) => {
    const { campaign_id, row_id } = c.req.valid('param')
    const campaignId = parseCampaignId((await readCampaign(deps, campaign_id)).campaign_id)
    if (!(await skipCampaignRow(database, campaignId, row_id)))
      throw new ApiProblem('refused', 'This person does not wait.', { code: 'not_waiting' })
    await auditCampaign(deps, c.get('person').email, 'campaign_skip', `${campaignId}: ${row_id}`)
    await campaigns.tellOfRows(campaignId).catch(() => {})
    return c.body(null, 204)
  })
}

interface ReadFile {
  readonly columns: ListColumns | null
  readonly missing: readonly string[]
  readonly list: ReadList
}

/** @throws ApiProblem where the mapping is none. */
function read(file: ListFile, told: string | undefined, plan: CampaignPlan): ReadFile {
  const given = told === undefined ? undefined : listColumnsSchema.safeParse(parseJson(told))
  if (given !== undefined && !given.success) {
    const errors = [{ path: 'query.columns', message: 'not a mapping of columns' }]
    throw new ApiProblem('invalid_request', '1 field(s) are not valid.', { errors })
  }
  const columns = given?.data ?? guessColumns(file.headings, plan)
  if (columns === null) return { columns, missing: [], list: { rows: [], errors: [] } }
  const missing = missingColumns(file.headings, columns, plan)
  const list = missing.length > 0 ? { rows: [], errors: [] } : readList(file, columns, plan, isZone)
  return { columns, missing, list }
}

function uploaded(
  result: ReadFile & {
    readonly file: ListFile
    readonly isDry: boolean
    readonly added: { readonly added: number; readonly duplicates: readonly number[] } | null
    readonly plan: CampaignPlan
  },
): UploadedList {
  const { file, columns, missing, list, isDry, added, plan } = result
  return {
    dry_run: isDry,
    encoding: file.encoding,
    headings: [...file.headings],
    columns: columns === null ? null : { ...columns, variables: { ...columns.variables } },
    missing_columns: [...missing],
    valid: list.rows.length,
    added: added?.added ?? 0,
    already_there: added?.duplicates.length ?? 0,
    invalid: list.errors.length,
    errors: list.errors.slice(0, SHOWN_ERRORS).map((error) => ({ ...error })),
    preview: list.rows.slice(0, SHOWN_ROWS).map(({ line, phone, variables }) => ({
      line,
      callee_number: maskPhone(phone),
      purpose: fillRow(plan, variables).purpose,
    })),
  }
}
