/** Calls as the API shows them. */
import { z } from '@hono/zod-openapi'
import { SPEECH_PROVIDER } from '../../db/queries/call-usage.ts'
import type { CallAnalysis } from '../../domain/call-analysis.ts'
import type { CallEvents } from '../queries/call-guests.ts'
import type { CallRow, TurnRow } from '../queries/calls.ts'
import {
  type CallDetail,
  type CallSummary,
  callAnalysisSchema,
  callDetailSchema,
  callSummarySchema,
  type TranscriptLine,
} from '../schemas/tickets.ts'
import { shownTime, shownTimeOrNull, type ViewContext } from './view-context.ts'

const { direction, state } = callSummarySchema.shape
const { flow } = callDetailSchema.shape

/** A call in a list. */
export function viewCallSummary(row: CallRow, context: ViewContext): CallSummary {
  return {
    call_id: row.call_id,
    direction: direction.parse(row.direction),
    state: state.parse(row.state),
    from_number: context.maskedPhone(row.from_number),
    // The other side of an outbound call is a customer; of an inbound one it is us.
    to_number: shownCompanySide(row.to_number, context),
    called_at: shownTime(row.called_at),
    answered_at: shownTimeOrNull(row.answered_at),
    ended_at: shownTimeOrNull(row.ended_at),
    duration_seconds: durationSeconds(row),
    order_no: row.order_no,
    summary: row.summary === null ? null : context.plain(row.summary),
    has_recording: hasRecording(row, context),
    workflow_url: context.workflowUrl(row.workflow_id),
    placed_by: row.placed_by_name === null ? null : { person_id: row.placed_by, name: row.placed_by_name },
  }
}

/** A call with its transcript. `turns` and `events` are in order, perhaps with those of other calls. */
export function viewCall(
  row: CallRow,
  turns: readonly TurnRow[],
  events: CallEvents,
  context: ViewContext,
): CallDetail {
  const isOurs = ({ call_id }: { readonly call_id: string }) => call_id === row.call_id
  return {
    ...viewCallSummary(row, context),
    transcript: turns.filter(isOurs).map((turn) => viewTurn(turn, context)),
    recording_url: hasRecording(row, context) ? `/api/calls/${row.call_id}/recording` : null,
    recording_pauses: events.pauses.filter(isOurs).map(({ from_ms, to_ms, paused_by, resumed_by }) => ({
      from: from_ms / 1_000,
      to: to_ms === null ? null : to_ms / 1_000,
      paused_by,
      resumed_by,
    })),
    guests: events.guests.filter(isOurs).map((guest) => ({
      person_id: guest.user_id,
      name: guest.person_name,
      mode: callDetailSchema.shape.guests.element.shape.mode.parse(guest.mode),
      asked_at: shownTime(guest.asked_at),
      joined_at: shownTimeOrNull(guest.joined_at),
      left_at: shownTimeOrNull(guest.left_at),
    })),
    usage: viewUsage(events.usage.filter(isOurs)),
    analysis: row.analysis === null ? null : viewAnalysis(context.plain(row.analysis)),
    flow: row.flow_version === null ? null : flow.parse({ name: row.flow, version: row.flow_version }),
  }
}

const hasRecording = (row: CallRow, context: ViewContext): boolean =>
  row.recording_key !== null && context.keepsRecording(row.ended_at)

/** @param json column `analysis`: CallAnalysis of domain/call-analysis.ts. */
function viewAnalysis(json: string) {
  const { followUps, ...analysis } = JSON.parse(json) as CallAnalysis
  return callAnalysisSchema.parse({ ...analysis, follow_ups: followUps })
}

/** Null where nothing was counted. */
function viewUsage(rows: CallEvents['usage']): CallDetail['usage'] {
  if (rows.length === 0) return null
  const speech = rows.find(({ provider }) => provider === SPEECH_PROVIDER)
  const models = rows.filter((row) => row !== speech)
  return {
    models: models.map((row) => ({
      model: row.provider,
      input_tokens: Number(row.input_tokens),
      output_tokens: Number(row.output_tokens),
      cache_read_tokens: Number(row.cache_read_tokens),
      cache_write_tokens: Number(row.cache_write_tokens),
      cost: won(row.cost_won),
    })),
    recognition_seconds: Math.round(Number(speech?.recognition_ms ?? 0) / 100) / 10,
    characters: Number(speech?.characters ?? 0),
    speech_cost: won(speech?.cost_won ?? 0),
    cost: won(rows.reduce((sum, row) => sum + Number(row.cost_won), 0)),
  }
}

/** To the hundredth: a call costs some won, a turn parts of one. */
const won = (amount: number): number => Math.round(Number(amount) * 100) / 100

/** One utterance. */
export function viewTurn(row: TurnRow, context: ViewContext): TranscriptLine {
  return {
    utterance_id: row.utterance_id,
    timestamp: row.start_ms / 1000,
    end: row.end_ms === null ? null : row.end_ms / 1000,
    speaker: row.speaker === 'ai' ? 'ai' : 'customer',
    text: context.plain(row.text),
    confidence: row.confidence,
    interrupted: row.interrupted,
    latency_ms: latencyOf(row),
  }
}

const timingsSchema = z.object({ wireLatencyMs: z.number().nullish() })

/** Column `timings`: TurnTimings of domain/dialogue.ts plus the latency taken on the wire. */
function latencyOf(row: TurnRow): number | null {
  const timings = timingsSchema.safeParse(row.timings)
  return timings.success ? (timings.data.wireLatencyMs ?? null) : null
}

function durationSeconds(row: CallRow): number | null {
  if (row.answered_at === null || row.ended_at === null) return null
  return Math.round((row.ended_at.getTime() - row.answered_at.getTime()) / 100) / 10
}

/** `to_number` is stored in the open: it is a number of ours. */
function shownCompanySide(stored: string, context: ViewContext): string {
  return stored.startsWith('enc1:') ? context.maskedPhone(stored) : stored
}
