/** Numbers that nobody calls any more: looked at, added one by one or by file, taken off with a reason. */
import { createRoute, z } from '@hono/zod-openapi'
import {
  type OptedOut,
  type OptOut,
  optOut,
  optOutAll,
  takeOffDoNotCall,
} from '../../db/queries/do-not-call.ts'
import { missingLawColumns, OPT_OUT_SOURCES, readDoNotCallList } from '../../domain/call-law-list.ts'
import { parseCampaignId } from '../../domain/ids.ts'
import { callOffListed } from '../called-off.ts'
import { readListFile } from '../campaign-file.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import { countDoNotCall, listDoNotCall, listDoNotCallChanges, phoneSearch } from '../queries/call-law.ts'
import type { ApiRouter } from '../routing.ts'
import {
  doNotCallBodySchema,
  doNotCallChangesSchema,
  doNotCallListSchema,
  importedListSchema,
  phoneQuery,
  reasonBodySchema,
} from '../schemas/call-law.ts'
import { importErrorsCsv, viewDoNotCall, viewDoNotCallChange, viewImport } from '../views/call-law.ts'
import { createViewContext } from '../views/view-context.ts'
import {
  bytesOf,
  csvAnswer,
  csvBody,
  dryRunQuery,
  idParam,
  languageQuery,
  lawTags,
  pageOf,
  pageQuery,
} from './call-law-parts.ts'
import { json, jsonBody, problems } from './responses.ts'

const tags = lawTags
const listRoute = createRoute({
  method: 'get',
  path: '/api/do-not-call',
  tags,
  summary: 'Numbers that are not called any more, those listed last first',
  request: { query: z.object({ q: phoneQuery, source: z.enum(OPT_OUT_SOURCES).optional(), ...pageQuery }) },
  responses: {
    200: json(doNotCallListSchema, 'A page of them'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})
const changesRoute = createRoute({
  method: 'get',
  path: '/api/do-not-call/changes',
  tags,
  summary: 'Who put numbers on the list and took them off, when and why',
  request: { query: z.object({ q: phoneQuery, ...pageQuery }) },
  responses: {
    200: json(doNotCallChangesSchema, 'A page of them'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})
const addRoute = createRoute({
  method: 'post',
  path: '/api/do-not-call',
  tags,
  summary: 'Never call this number again: it takes effect at once, also for calls that wait',
  request: { body: jsonBody(doNotCallBodySchema) },
  responses: {
    204: { description: 'It is not called any more' },
    ...problems('unauthenticated', 'invalid_request'),
  },
})
const importRoute = createRoute({
  method: 'post',
  path: '/api/do-not-call/import',
  tags,
  summary: 'Add the numbers of a CSV in UTF-8, UTF-16 or CP949; dry_run only tells what would be',
  request: { query: dryRunQuery, body: csvBody },
  responses: {
    200: json(importedListSchema, 'Each line is added, was there, or has an error'),
    ...problems('unauthenticated', 'too_large', 'invalid_request'),
  },
})
const importErrorsRoute = createRoute({
  method: 'post',
  path: '/api/do-not-call/import/errors',
  tags,
  summary: 'The lines of a CSV that hold no number, as a CSV to mend and import again',
  request: { query: languageQuery, body: csvBody },
  responses: { 200: csvAnswer, ...problems('unauthenticated', 'too_large', 'invalid_request') },
})
const removeRoute = createRoute({
  method: 'post',
  path: '/api/do-not-call/{entry_id}/remove',
  tags,
  summary: 'Take a number off the list, with the reason; consents stay withdrawn',
  request: { params: idParam('entry_id'), body: jsonBody(reasonBodySchema) },
  responses: {
    204: { description: 'It may be called again' },
    ...problems('unauthenticated', 'forbidden', 'not_found', 'invalid_request'),
  },
})

/** Adds the routes of the do-not-call list. */
export function addDoNotCallRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings, signIn, campaigns, logger } = deps
  const view = createViewContext(settings)

  /** The numbers are listed; calls that wait for them are called off now, or by `kept-outbound.ts` in a moment. */
  const takeEffect = async ({ openOutboundIds, campaignIds }: OptedOut) => {
    for (const id of campaignIds) await campaigns.tellOfRows(parseCampaignId(id)).catch(() => {})
    await callOffListed(deps, openOutboundIds).catch((error: unknown) => {
      logger.info({ err: error }, 'calls to a listed number are called off later')
    })
  }

  router.declare('consents:read', listRoute, async (c) => {
    const { q, source, limit, cursor } = c.req.valid('query')
    const search = phoneSearch(q, settings.dataKey)
    const [rows, total] = await Promise.all([
      listDoNotCall(database, { search, source, before: cursor, limit: limit + 1 }),
      countDoNotCall(database),
    ])
    const { shown, next_cursor } = pageOf(rows, limit)
    return c.json({ entries: shown.map((row) => viewDoNotCall(row, view)), total, next_cursor }, 200)
  })
  router.declare('consents:read', changesRoute, async (c) => {
    const { q, limit, cursor } = c.req.valid('query')
    const search = phoneSearch(q, settings.dataKey)
    const rows = await listDoNotCallChanges(database, { search, before: cursor, limit: limit + 1 })
    const { shown, next_cursor } = pageOf(rows, limit)
    return c.json({ changes: shown.map((row) => viewDoNotCallChange(row, view)), next_cursor }, 200)
  })
  router.declare('consents:write', addRoute, async (c) => {
    const { email } = c.get('person')
    const { phone, reason } = c.req.valid('json')
    const wish: OptOut = {
      phone,
      source: 'person',
      outboundId: null,
      recordedBy: email,
      ...(reason === undefined ? {} : { reason }),
    }
    const opted = await optOut(database, settings.dataKey, wish)
    await signIn.writeAudit({
      actor: email,
      action: 'do_not_call',
      orderId: null,
      reason: `…${phone.slice(-4)}`,
    })
    await takeEffect(opted)
    return c.body(null, 204)
  })
  router.declare('consents:write', importRoute, async (c) => {
    const { email } = c.get('person')
    const file = await readListFile(await bytesOf(c.req))
    const missing = missingLawColumns(file.headings, 'do_not_call')
    const { phones, errors } = missing.length > 0 ? { phones: [], errors: [] } : readDoNotCallList(file)
    if (missing.length > 0 || c.req.valid('query').dry_run === 'true')
      return c.json(viewImport({ file, missing, valid: phones.length, errors, added: null }), 200)
    const opted = await optOutAll(database, settings.dataKey, {
      phones: phones.map(({ phone }) => phone),
      source: 'file',
      outboundId: null,
      recordedBy: email,
    })
    const reason = String(opted.listed)
    await signIn.writeAudit({ actor: email, action: 'do_not_call_import', orderId: null, reason })
    await takeEffect(opted)
    return c.json(viewImport({ file, missing, valid: phones.length, errors, added: opted.listed }), 200)
  })
  router.declare('consents:write', importErrorsRoute, async (c) => {
    const file = await readListFile(await bytesOf(c.req))
    const { errors } = readDoNotCallList(file)
    c.header('content-type', 'text/csv; charset=utf-8')
    c.header('content-disposition', 'attachment; filename="errors.csv"')
    return c.body(importErrorsCsv(file, errors, c.req.valid('query').lang), 200)
  })
  router.declare('admin', removeRoute, async (c) => {
    const { email } = c.get('person')
    const { reason } = c.req.valid('json')
    const id = c.req.valid('param').entry_id
    const tail = await takeOffDoNotCall(database, { id, reason, by: email })
    if (tail === undefined) throw new ApiProblem('not_found', 'It is not on the list.')
    await signIn.writeAudit({
      actor: email,
      action: 'do_not_call_remove',
      orderId: null,
      reason: `…${tail ?? ''}: ${reason}`,
    })
    return c.body(null, 204)
  })
}
