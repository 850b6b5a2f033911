/** Takes requests for calls in: what they may ask for, and the start of their workflow. */
import { randomBytes } from 'node:crypto'
import { findPhone } from '../activities/gateway-phones.ts'
import { isOnDoNotCall } from '../db/queries/do-not-call.ts'
import { countOutboundSince, takeOutbound } from '../db/queries/outbound-requests.ts'
import { makeOutboundId } from '../domain/ids.ts'
import { koreanIso, startOfKoreanDay } from '../domain/korean-time.ts'
import { OUTBOUND_LIMITS } from '../domain/outbound-policy.ts'
import { newProgress, type OutboundPriority, type OutboundRequest } from '../domain/outbound-request.ts'
import { mayBePutThrough } from '../domain/person-transfer.ts'
import type { OutboundRequestInput } from '../workflows/outbound-request-messages.ts'
import type { ApiDependencies } from './dependencies.ts'
import { outboundInput } from './outbound-input.ts'
import { ApiProblem, type FieldProblem } from './problems.ts'
import { findOutbound, type OutboundRow } from './queries/outbound.ts'
import type { OutboundRequestBody } from './schemas/outbound.ts'
import type { ViewContext } from './views/view-context.ts'

export interface OutboundDesk {
  /** @throws ApiProblem what is wrong with it. @returns its row; it is begun, now or as soon as the engine is back. */
  readonly take: (body: OutboundRequestBody, requestedBy: string) => Promise<OutboundRow>
  /** Whether calls may be made, by that number and this person, now. @throws ApiProblem */
  readonly check: (
    numbers: Pick<OutboundRequest, 'callerNumber' | 'calleeNumber'>,
    requestedBy: string,
  ) => Promise<void>
  /** Starts its workflow; where the engine is away it is started later (kept-outbound.ts). */
  readonly begin: (row: OutboundRow) => Promise<void>
  readonly inputOf: (row: OutboundRow) => OutboundRequestInput
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Clocks differ, and people take a moment. */
const LATE_MS = 5 * MINUTE_MS
/** An id has four bytes: another try finds a free one. */
const ID_TRIES = 5

export function createOutboundDesk(
  deps: Pick<ApiDependencies, 'database' | 'settings' | 'outbound' | 'logger' | 'now'>,
  view: ViewContext,
): OutboundDesk {
  const { database, settings, outbound, logger, now } = deps
  const { enabled, callerNumbers, dailyLimit, ratePerMinute, maxRetries } = settings.outbound

  const inputOf = (row: OutboundRow) => outboundInput(row, settings, view)

  const checkFields = (body: OutboundRequestBody) => {
    const errors = fieldProblems(body, settings, now().getTime())
    if (errors.length > 0)
      throw new ApiProblem('invalid_request', `${errors.length} field(s) are not valid.`, { errors })
  }

  const check: OutboundDesk['check'] = async ({ callerNumber, calleeNumber }, requestedBy) => {
    if (!enabled) throw new ApiProblem('outbound_disabled', 'Calls are switched off in the settings.')
    if (!callerNumbers.includes(callerNumber))
      throw new ApiProblem('forbidden', `${callerNumber} may not be shown as the caller.`, {
        code: 'caller_not_allowed',
      })
    // Before anything that a repetition later could get past: this one never will.
    if (await isOnDoNotCall(database, settings.dataKey, calleeNumber)) throw notToBeCalled()
    const at = now().getTime()
    const [today, lately] = await Promise.all([
      countOutboundSince(database, new Date(startOfKoreanDay(at))),
      countOutboundSince(database, new Date(at - MINUTE_MS), requestedBy),
    ])
    if (today >= dailyLimit)
      throw new ApiProblem('too_many_requests', `${dailyLimit} calls a day are the limit.`, {
        code: 'daily_limit',
        retryAfterSeconds: Math.ceil((startOfKoreanDay(at) + DAY_MS - at) / 1_000),
      })
    if (lately >= ratePerMinute)
      throw new ApiProblem('too_many_requests', `${ratePerMinute} requests a minute are the limit.`, {
        code: 'rate_limit',
        retryAfterSeconds: MINUTE_MS / 1_000,
      })
    if (!(await hasRoute(calleeNumber)))
      throw new ApiProblem('no_route', `Cannot resolve outbound target: ${calleeNumber}`)
  }

  const hasRoute = async (calleeNumber: string): Promise<boolean> =>
    settings.sip.trunks.some(({ prefixes }) => prefixes.some((prefix) => calleeNumber.startsWith(prefix))) ||
    (await findPhone(settings, calleeNumber)) !== null

  const begin: OutboundDesk['begin'] = async (row) => {
    try {
      await outbound.start(inputOf(row))
    } catch (error) {
      logger.info({ err: error, outboundId: row.outbound_id }, 'a requested call begins later')
    }
  }

  return {
    inputOf,
    check,
    begin,
    async take(body, requestedBy) {
      checkFields(body)
      const request = requestOf(body, maxRetries)
      await check(request, requestedBy)
      const createdAt = koreanIso(now().getTime())
      for (let tries = 0; tries < ID_TRIES; tries++) {
        const outboundId = makeOutboundId(randomBytes(4).toString('hex'))
        if ((await findOutbound(database, outboundId)) !== undefined) continue
        const fresh = { request, progress: newProgress(outboundId), requestedBy, createdAt }
        const taken = await takeOutbound(database, settings.dataKey, fresh)
        if (taken === 'do_not_call') throw notToBeCalled()
        if (taken === 'duplicate')
          throw new ApiProblem('refused', 'This number is being called already.', {
            code: 'duplicate_callee',
          })
        const row = await findOutbound(database, outboundId)
        if (row === undefined) throw new Error('a requested call vanished')
        await begin(row)
        return row
      }
      throw new Error('no free id for a requested call')
    },
  }
}

/** The number may not be called, now or later. */
export const notToBeCalled = () =>
  new ApiProblem('refused', 'Its owner does not want to be called: it is on the do-not-call list.', {
    code: 'do_not_call',
  })

/** What a schema alone can't tell. */
function fieldProblems(
  body: OutboundRequestBody,
  { outbound, agentCalls }: Pick<ApiDependencies['settings'], 'outbound' | 'agentCalls'>,
  nowMs: number,
): FieldProblem[] {
  const { maxDurationSeconds: maxDuration } = outbound
  const problems: FieldProblem[] = []
  const wrong = (field: string, message: string) => problems.push({ path: `body.${field}`, message })
  if (body.caller_number === body.callee_number) wrong('callee_number', 'is the number that calls')
  if (body.max_duration > maxDuration) wrong('max_duration', `at most ${maxDuration}`)
  if (body.transfer_to != null && !mayBePutThrough(body.transfer_to, agentCalls))
    wrong('transfer_to', 'may not be dialled')
  if (body.scheduled_at != null) {
    const at = Date.parse(body.scheduled_at)
    if (at < nowMs - LATE_MS) wrong('scheduled_at', 'lies in the past')
    if (at > nowMs + OUTBOUND_LIMITS.scheduleDays * DAY_MS)
      wrong('scheduled_at', `at most ${OUTBOUND_LIMITS.scheduleDays} days ahead`)
  }
  return problems
}

const requestOf = (body: OutboundRequestBody, maxRetries: number): OutboundRequest => ({
  callerNumber: body.caller_number,
  calleeNumber: body.callee_number,
  callerDisplayName: body.caller_display_name ?? null,
  purpose: body.purpose,
  questions: body.questions,
  maxDuration: body.max_duration,
  priority: body.priority as OutboundPriority,
  scheduledAt: body.scheduled_at ?? null,
  retryOnNoAnswer: body.retry_on_no_answer,
  maxRetries: body.max_retries ?? maxRetries,
  metadata: body.metadata ?? null,
  ...(body.transfer_to == null ? {} : { transferTo: body.transfer_to }),
  ...(body.transfer_mode == null ? {} : { transferMode: body.transfer_mode }),
})
