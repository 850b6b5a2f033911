/** Who agreed to which calls: looked at, recorded one by one or by file, withdrawn. Nothing earlier is ever changed. */
import { createRoute, z } from '@hono/zod-openapi'
import { recordConsents } from '../../db/queries/consents.ts'
import { CONSENT_PURPOSES, missingLawColumns, readConsentList } from '../../domain/call-law-list.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { readListFile } from '../campaign-file.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import { findConsent, listConsentHistory, listConsents, phoneSearch } from '../queries/call-law.ts'
import type { ApiRouter } from '../routing.ts'
import {
  CONSENT_STATES,
  callConsentListSchema,
  callConsentsSchema,
  consentHistorySchema,
  importedListSchema,
  phoneQuery,
  reasonBodySchema,
} from '../schemas/call-law.ts'
import { importErrorsCsv, viewConsent, viewImport } from '../views/call-law.ts'
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
  path: '/api/call-consents',
  tags,
  summary: 'What counts now of each number and purpose, recorded last first',
  request: {
    query: z.object({
      q: phoneQuery,
      purpose: z.enum(CONSENT_PURPOSES).optional(),
      state: z.enum(CONSENT_STATES).optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json(callConsentListSchema, 'A page of them'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})
const historyRoute = createRoute({
  method: 'get',
  path: '/api/call-consents/{consent_id}/history',
  tags,
  summary: 'All that the owner of that number ever said, the newest first',
  request: { params: idParam('consent_id') },
  responses: {
    200: json(consentHistorySchema, 'The lines'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})
const recordRoute = createRoute({
  method: 'post',
  path: '/api/call-consents',
  tags,
  summary: 'Record that somebody agreed to advertising calls, or withdrew it; nothing earlier is changed',
  request: { body: jsonBody(callConsentsSchema) },
  responses: {
    204: { description: 'Recorded' },
    ...problems('unauthenticated', 'forbidden', 'invalid_request'),
  },
})
const withdrawRoute = createRoute({
  method: 'post',
  path: '/api/call-consents/{consent_id}/withdraw',
  tags,
  summary: 'Record that the owner of that number has withdrawn it; the reason is how they said so',
  request: { params: idParam('consent_id'), body: jsonBody(reasonBodySchema) },
  responses: {
    204: { description: 'Withdrawn' },
    ...problems('unauthenticated', 'forbidden', 'not_found', 'refused', 'invalid_request'),
  },
})
const importRoute = createRoute({
  method: 'post',
  path: '/api/call-consents/import',
  tags,
  summary: 'Record the consents of a CSV in UTF-8, UTF-16 or CP949; dry_run only tells what would be',
  request: { query: dryRunQuery, body: csvBody },
  responses: {
    200: json(importedListSchema, 'Each line is recorded, was there, or has an error'),
    ...problems('unauthenticated', 'forbidden', 'too_large', 'invalid_request'),
  },
})
const importErrorsRoute = createRoute({
  method: 'post',
  path: '/api/call-consents/import/errors',
  tags,
  summary: 'The lines of a CSV that are no consents, as a CSV to mend and import again',
  request: { query: languageQuery, body: csvBody },
  responses: { 200: csvAnswer, ...problems('unauthenticated', 'forbidden', 'too_large', 'invalid_request') },
})

/** Adds the routes of consents. */
export function addCallConsentRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings, signIn, now } = deps
  const view = createViewContext(settings)
  const readConsent = async (id: number) => {
    const consent = await findConsent(database, id)
    if (consent === undefined) throw new ApiProblem('not_found', 'There is no such consent.')
    return consent
  }
  const audit = (
    actor: string,
    action: 'call_consents' | 'consent_import' | 'consent_withdraw',
    reason: string,
  ) => signIn.writeAudit({ actor, action, orderId: null, reason })

  router.declare('consents:read', listRoute, async (c) => {
    const { q, purpose, state, limit, cursor } = c.req.valid('query')
    const nowMs = now().getTime()
    const search = phoneSearch(q, settings.dataKey)
    const rows = await listConsents(database, {
      search,
      purpose,
      state,
      nowMs,
      before: cursor,
      limit: limit + 1,
    })
    const { shown, next_cursor } = pageOf(rows, limit)
    return c.json({ consents: shown.map((row) => viewConsent(row, view, nowMs)), next_cursor }, 200)
  })
  router.declare('consents:read', historyRoute, async (c) => {
    const { phone_hash } = await readConsent(c.req.valid('param').consent_id)
    const nowMs = now().getTime()
    const rows = await listConsentHistory(database, phone_hash)
    return c.json({ consents: rows.map((row) => viewConsent(row, view, nowMs)) }, 200)
  })
  router.declare('admin', recordRoute, async (c) => {
    const { email } = c.get('person')
    const { consents } = c.req.valid('json')
    const nowMs = now().getTime()
    const late = consents.findIndex(({ at }) => Date.parse(at) > nowMs + CLOCKS_DIFFER_MS)
    if (late >= 0) {
      const errors = [{ path: `body.consents.${late}.at`, message: 'lies in the future' }]
      throw new ApiProblem('invalid_request', '1 field(s) are not valid.', { errors })
    }
    await recordConsents(
      database,
      settings.dataKey,
      consents.map(({ given, ...consent }) => ({ ...consent, isGiven: given, recordedBy: email })),
    )
    await audit(email, 'call_consents', String(consents.length))
    return c.body(null, 204)
  })
  router.declare('admin', withdrawRoute, async (c) => {
    const { email } = c.get('person')
    const { phone, phone_tail, purpose, is_given } = await readConsent(c.req.valid('param').consent_id)
    if (!is_given) throw new ApiProblem('refused', 'It was withdrawn already.', { code: 'withdrawn' })
    if (phone === null)
      throw new ApiProblem('refused', 'The number of this consent is not known.', { code: 'phone_unknown' })
    const consent = {
      phone: view.plain(phone),
      purpose: CONSENT_PURPOSES.find((one) => one === purpose) ?? 'advertising',
      isGiven: false,
      at: koreanIso(now().getTime()),
      source: c.req.valid('json').reason,
      recordedBy: email,
    } as const
    await recordConsents(database, settings.dataKey, [consent])
    await audit(email, 'consent_withdraw', `…${phone_tail ?? ''} ${purpose}`)
    return c.body(null, 204)
  })
  router.declare('admin', importRoute, async (c) => {
    const { email } = c.get('person')
    const file = await readListFile(await bytesOf(c.req))
    const missing = missingLawColumns(file.headings, 'consents')
    const { consents, errors } =
      missing.length > 0 ? { consents: [], errors: [] } : readConsentList(file, now().getTime())
    const valid = consents.length
    if (missing.length > 0 || c.req.valid('query').dry_run === 'true')
      return c.json(viewImport({ file, missing, valid, errors, added: null }), 200)
    const added = await recordConsents(
      database,
      settings.dataKey,
      consents.map(({ phone, purpose, isGiven, atMs, source }) => ({
        phone,
        purpose,
        isGiven,
        at: koreanIso(atMs),
        source,
        recordedBy: email,
      })),
    )
    await audit(email, 'consent_import', String(added))
    return c.json(viewImport({ file, missing, valid, errors, added }), 200)
  })
  router.declare('admin', importErrorsRoute, async (c) => {
    const file = await readListFile(await bytesOf(c.req))
    const { errors } = readConsentList(file, now().getTime())
    c.header('content-type', 'text/csv; charset=utf-8')
    c.header('content-disposition', 'attachment; filename="errors.csv"')
    return c.body(importErrorsCsv(file, errors, c.req.valid('query').lang), 200)
  })
}

/** A program's clock may be ahead of ours. */
const CLOCKS_DIFFER_MS = 5 * 60_000
