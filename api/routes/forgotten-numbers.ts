/** The owner of a number wants to be forgotten: what is kept of calls to it is erased. */
import { createRoute } from '@hono/zod-openapi'
import {
  countOfNumber,
  type Erased,
  forgetNumber,
  NumberInUseError,
} from '../../db/queries/erase-outbound.ts'
import { callOff } from '../called-off.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { deleteHistories } from '../history-deletion.ts'
import { deleteKeptFiles } from '../kept-file-deletion.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import { erasedSchema, forgetBodySchema } from '../schemas/call-law.ts'
import { dryRunQuery, lawTags } from './call-law-parts.ts'
import { json, jsonBody, problems } from './responses.ts'

const forgetRoute = createRoute({
  method: 'post',
  path: '/api/forgotten-numbers',
  tags: lawTags,
  summary:
    'Erase what is kept about a number that the AI called: requests, transcripts, summaries, recordings, captures, rows of campaigns; dry_run only counts. Calls that people of ours dialled themselves are not among them',
  request: { query: dryRunQuery, body: jsonBody(forgetBodySchema) },
  responses: {
    200: json(erasedSchema, 'How much there was'),
    ...problems('unauthenticated', 'forbidden', 'refused', 'invalid_request', 'workflow_engine_unavailable'),
  },
})

/** Adds the route. */
export function addForgottenNumberRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings, signIn, now } = deps

  /** Calls that wait are called off first; one that is talked on ends. */
  const forget = async (phone: string): Promise<Erased> => {
    try {
      return await forgetNumber(database, settings.dataKey, phone, now())
    } catch (error) {
      if (!(error instanceof NumberInUseError)) throw error
      await callOff(deps, error.outboundIds, 'forgotten')
    }
    try {
      return await forgetNumber(database, settings.dataKey, phone, now())
    } catch (error) {
      if (!(error instanceof NumberInUseError)) throw error
      throw new ApiProblem('refused', 'A call to this number is not over yet.', { code: 'number_in_use' })
    }
  }

  router.declare('admin', forgetRoute, async (c) => {
    const { phone } = c.req.valid('json')
    const isDry = c.req.valid('query').dry_run === 'true'
    if (isDry) {
      const counts = await countOfNumber(database, settings.dataKey, phone)
      return c.json({ dry_run: true, ...shown(counts), files_waiting: 0 }, 200)
    }
    const counts = shown(await forget(phone))
    await signIn.writeAudit({
      actor: c.get('person').email,
      action: 'forget_number',
      orderId: null,
      // Whose number it was is what had to be forgotten.
      reason: Object.entries(counts)
        .map(([what, count]) => `${what} ${count}`)
        .join(', '),
    })
    // What is not reached now is reached by `outbound-retention.ts`.
    const { waiting } = await deleteKeptFiles(deps, briefly())
    await deleteHistories(deps, briefly())
    return c.json({ dry_run: false, ...counts, files_waiting: waiting }, 200)
  })
}

/** Somebody waits for the answer. */
const LONGEST_MS = 15_000

function briefly(): () => boolean {
  const endsAtMs = Date.now() + LONGEST_MS
  return () => Date.now() > endsAtMs
}

const shown = ({ requests, calls, campaignRows, lawLines }: Erased) => ({
  requests,
  calls,
  campaign_rows: campaignRows,
  law_lines: lawLines,
})
