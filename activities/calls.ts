/**
 * The record of a call: its row, the transcript line by line while it runs, and the whole at its end.
 * Every write may be repeated: the call's workflow retries until the database has it.
 */
import { type Insertable, sql } from 'kysely'
import type { Settings } from '../config/settings.ts'
import type { Database, DatabaseTransaction } from '../db/database.ts'
import { type DataKeys, decryptText, encryptText, phoneHash } from '../db/encryption.ts'
import type { CallTurns } from '../db/generated/types.ts'
import { recordGuest, recordPauses, writePauses } from '../db/queries/call-guests.ts'
import { recordUsage } from '../db/queries/call-usage.ts'
import { languageOfCustomer } from '../db/queries/customer-language.ts'
import { ordersOfCustomer } from '../db/queries/customer-orders.ts'
import { liveEdition } from '../db/queries/flows.ts'
import { notifyScreens } from '../db/queries/notify.ts'
import { judgeLatency } from '../db/queries/turn-latency.ts'
import type { LegReport } from '../domain/call.ts'
import type { CallAnalysis } from '../domain/call-analysis.ts'
import type { GuestRecord } from '../domain/call-guests.ts'
import type { CallUsage, ServicePrices } from '../domain/call-usage.ts'
import { maskCardNumbers } from '../domain/card-numbers.ts'
import type { TakeTurnResult } from '../domain/dialogue.ts'
import type { FlowEdition, FlowName } from '../domain/flow-content.ts'
import type { CallId, OrderNo, TurnId } from '../domain/ids.ts'
import type { RecordingPause } from '../domain/leg-operations.ts'
import type { OrderInShort } from '../domain/order-in-short.ts'
import type { OrderPolicy } from '../domain/order-policy.ts'
import { normalizePhone } from '../domain/phone-number.ts'
import type { TalkLanguage } from '../domain/talk-language.ts'
import type { LatencyPolicy } from '../domain/turn-latency.ts'
import type { PhoneOwner } from './agent-calls.ts'

/** What a call's workflow must know of the company; read at its start, so that a call is one piece. */
export interface CallPolicy {
  readonly companyName: string
  /** National digits: who calls, when we call. */
  readonly companyPhone: string
  readonly priceWon: number
  /** A caller is greeted in the language of their last call. */
  readonly language: TalkLanguage
  /** From the answer; then the call is ended politely. */
  readonly maxDurationMs: number
  readonly maxTurns: number
  /** What the caller, known by their number, has ordered; absent in calls of before. */
  readonly orders?: readonly OrderInShort[]
  /** What is said and offered from the first word to the last; absent: as it was shipped. */
  readonly edition?: FlowEdition
}

export interface ReadCallPolicyInput {
  /** As the network gave it; empty when withheld, or when we call. */
  readonly fromNumber: string
  /** Absent in calls of before. */
  readonly flow?: FlowName
}

export interface RecordCallInput {
  readonly callId: CallId
  readonly workflowId: string
  /** Absent: inbound. */
  readonly direction?: 'inbound' | 'outbound'
  /** Who of ours makes the call by their own telephone; absent: our AI calls, or we are called. */
  readonly placedBy?: PhoneOwner
  readonly fromNumber: string
  readonly toNumber: string
  readonly calledAt: string
  /** Null while it rings. */
  readonly answeredAt: string | null
  /** What the call is pinned to, once it is known. */
  readonly flow?: { readonly name: FlowName; readonly version: number }
}

export interface RecordTurnInput {
  readonly callId: CallId
  readonly turnId: TurnId
  readonly turnIndex: number
  readonly caller: TakeTurnResult['caller']
  readonly spoken: TakeTurnResult['spoken']
  readonly interruptions: TakeTurnResult['interruptions']
  readonly timings: TakeTurnResult['timings']
  /** Absent where it was not counted. */
  readonly usage?: CallUsage
}

export interface FinishCallInput {
  readonly callId: CallId
  readonly endedAt: string
  /** Null when the gateway was lost. */
  readonly report: LegReport | null
  /** What a lost gateway was recording into: all but the last second is there. */
  readonly recordingKey?: string | null
}

export interface RecordPausesInput {
  readonly callId: CallId
  readonly pauses: readonly RecordingPause[]
  /** Who has paused it, or let it go on: of the last pause. */
  readonly personName: string | null
}

export interface RecordSummaryInput {
  readonly callId: CallId
  readonly summary: string
  /** Absent where the words were not read. */
  readonly analysis?: CallAnalysis & { readonly usage?: CallUsage }
}

/** The activities of this file, for `proxyActivities` in workflows. */
export interface CallActivities {
  /** @param input absent in calls of before. */
  readCallPolicy(input?: ReadCallPolicyInput): Promise<CallPolicy>
  recordCall(input: RecordCallInput): Promise<void>
  linkCallToOrder(input: { readonly callId: CallId; readonly orderNo: OrderNo }): Promise<void>
  recordTurn(input: RecordTurnInput): Promise<void>
  /** Closes the record: end, report, and the transcript as one text. */
  finishCall(input: FinishCallInput): Promise<void>
  recordSummary(input: RecordSummaryInput): Promise<void>
  /** Who joined, or wanted to; written anew with each change. */
  recordGuest(input: GuestRecord): Promise<void>
  /** What is left out of the recording, as far as it is known. */
  recordPauses(input: RecordPausesInput): Promise<void>
}

export interface CallActivityDependencies {
  readonly database: Database
  readonly dataKeys: DataKeys
  readonly company: Settings['company']
  /** Absent: nobody is told that callers wait too long. */
  readonly latencyAlarm?: LatencyPolicy
  readonly order: Pick<OrderPolicy, 'priceWon'>
  readonly prices: ServicePrices
}

const MAX_CALL_MS = 15 * 60_000
const MAX_TURNS = 80

export function createCallActivities(deps: CallActivityDependencies): CallActivities {
  return {
    readCallPolicy: async (input) => ({
      companyName: deps.company.name,
      companyPhone: deps.company.phone,
      priceWon: deps.order.priceWon,
      language: await languageFor(deps, input?.fromNumber ?? ''),
      maxDurationMs: MAX_CALL_MS,
      maxTurns: MAX_TURNS,
      orders: await ordersOf(deps, input?.fromNumber ?? ''),
      ...(await editionFor(deps, input?.flow)),
    }),
    recordCall: (input) => recordCall(deps, input),
    linkCallToOrder: (input) => linkCallToOrder(deps, input),
    recordTurn: async (input) => {
      await recordTurn(deps, input)
      if (input.timings.wireLatencyMs !== null) await watchLatency(deps)
    },
    finishCall: async (input) => {
      await finishCall(deps, input)
      if ((input.report?.latencies ?? []).length > 0) await watchLatency(deps)
    },
    recordSummary: (input) => recordSummary(deps, input),
    recordGuest: (guest) => recordGuest(deps.database, guest),
    recordPauses: (input) => recordPauses(deps.database, input),
  }
}

/** What was shipped need not be carried along. */
async function editionFor({ database }: CallActivityDependencies, flow: FlowName | undefined) {
  const edition = flow === undefined ? null : await liveEdition(database, flow)
  return edition === null || edition.version === 0 ? {} : { edition }
}

async function watchLatency({ database, latencyAlarm }: CallActivityDependencies): Promise<void> {
  if (latencyAlarm !== undefined) await judgeLatency(database, latencyAlarm, Date.now())
}

async function languageFor(
  { database, dataKeys }: CallActivityDependencies,
  fromNumber: string,
): Promise<TalkLanguage> {
  return (await languageOfCustomer(database, dataKeys, normalizePhone(fromNumber) ?? '')) ?? 'ko'
}

async function ordersOf(
  { database, dataKeys }: CallActivityDependencies,
  fromNumber: string,
): Promise<OrderInShort[]> {
  const orders = await ordersOfCustomer(database, dataKeys, normalizePhone(fromNumber) ?? '')
  return orders.map(({ short }) => short)
}

async function recordCall(deps: CallActivityDependencies, input: RecordCallInput): Promise<void> {
  const { database, dataKeys } = deps
  const { direction = 'inbound', placedBy } = input
  const isInbound = direction === 'inbound'
  const pinned = input.flow === undefined ? {} : { flow: input.flow.name, flow_version: input.flow.version }
  await database.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('call_records')
      .values({
        call_id: input.callId,
        customer_id: await customerIn(transaction, input, dataKeys),
        direction,
        state: input.answeredAt === null ? 'ringing' : 'live',
        from_number: encryptText(input.fromNumber, dataKeys),
        to_number: isInbound ? input.toNumber : encryptText(input.toNumber, dataKeys),
        called_at: input.calledAt,
        answered_at: input.answeredAt,
        workflow_id: input.workflowId,
        placed_by: placedBy?.personId ?? null,
        placed_by_name: placedBy?.personName ?? null,
        ...pinned,
      })
      .onConflict((conflict) =>
        conflict
          .column('call_id')
          .doUpdateSet({
            state: input.answeredAt === null ? 'ringing' : 'live',
            answered_at: input.answeredAt,
            ...pinned,
          })
          .where('call_records.state', '=', 'ringing'),
      )
      .execute()
    await notifyScreens(transaction, { type: 'call_changed', call_id: input.callId })
  })
}

/**
 * Who calls us is a customer. Whom our AI calls is the vendor or the owner; whom one of us calls by hand is a customer where
 * the number is known as one's.
 */
async function customerIn(
  transaction: DatabaseTransaction,
  { direction = 'inbound', placedBy, fromNumber, toNumber }: RecordCallInput,
  dataKeys: DataKeys,
): Promise<number | null> {
  if (direction === 'inbound') return customerOf(transaction, fromNumber, dataKeys)
  const digits = placedBy === undefined ? null : normalizePhone(toNumber)
  return digits === null ? null : knownCustomer(transaction, phoneHash(digits, dataKeys))
}

/** The customer with this number, made known if new; null for a withheld or foreign number. */
async function customerOf(
  transaction: DatabaseTransaction,
  fromNumber: string,
  dataKeys: DataKeys,
): Promise<number | null> {
  const digits = normalizePhone(fromNumber)
  if (digits === null) return null
  const hash = phoneHash(digits, dataKeys)
  await transaction
    .insertInto('customers')
    .values({ phone: encryptText(digits, dataKeys), phone_hash: hash, phone_tail: digits.slice(-4) })
    .onConflict((conflict) => conflict.column('phone_hash').doNothing())
    .execute()
  return knownCustomer(transaction, hash)
}

async function knownCustomer(transaction: DatabaseTransaction, hash: string): Promise<number | null> {
  const customer = await transaction
    .selectFrom('customers')
    .select('id')
    .where('phone_hash', '=', hash)
    .executeTakeFirst()
  return customer?.id ?? null
}

async function linkCallToOrder(
  { database }: CallActivityDependencies,
  input: { readonly callId: CallId; readonly orderNo: OrderNo },
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('call_records')
      .set((expression) => ({
        order_id: expression
          .selectFrom('orders')
          .select('orders.id')
          .where('orders.order_no', '=', input.orderNo),
      }))
      .where('call_id', '=', input.callId)
      .execute()
    await notifyScreens(transaction, { type: 'call_changed', call_id: input.callId })
  })
}

async function recordTurn(deps: CallActivityDependencies, input: RecordTurnInput): Promise<void> {
  const { database, dataKeys } = deps
  const common = { call_id: input.callId, turn_index: input.turnIndex }
  const lines: Insertable<CallTurns>[] = []
  if (input.caller !== null) {
    lines.push({
      ...common,
      utterance_id: `${input.turnId}:caller`,
      speaker: 'customer',
      text: encryptText(maskCardNumbers(input.caller.words), dataKeys),
      start_ms: input.caller.startMs,
      end_ms: input.caller.endMs,
      confidence: input.caller.confidence,
      timings: null,
    })
  }
  if (input.spoken !== null) {
    lines.push({
      ...common,
      utterance_id: aiUtterance(input.turnId),
      speaker: 'ai',
      text: encryptText(maskCardNumbers(input.spoken.text), dataKeys),
      start_ms: input.spoken.startMs,
      end_ms: input.spoken.endMs,
      confidence: null,
      timings: JSON.stringify(input.timings),
    })
  }
  const usage = countedUsage(input.usage)
  if (lines.length + input.interruptions.length === 0 && usage === null) return
  await database.transaction().execute(async (transaction) => {
    if (usage !== null)
      await recordUsage(transaction, { callId: input.callId, step: input.turnId, usage }, deps.prices)
    for (const line of lines) {
      await transaction
        .insertInto('call_turns')
        .values(line)
        .onConflict((conflict) => conflict.columns(['call_id', 'utterance_id']).doNothing())
        .execute()
      await notifyScreens(transaction, {
        type: 'transcript_line',
        call_id: input.callId,
        utterance_id: line.utterance_id,
      })
    }
    for (const { utteranceId, heard } of input.interruptions) {
      const utterance_id = aiUtterance(utteranceId)
      await transaction
        .updateTable('call_turns')
        // What nobody heard was not said.
        .set({
          interrupted: true,
          text: encryptText(heard === '' ? '…' : `${maskCardNumbers(heard)} …`, dataKeys),
        })
        .where('call_id', '=', input.callId)
        .where('utterance_id', '=', utterance_id)
        .execute()
      await notifyScreens(transaction, { type: 'transcript_line', call_id: input.callId, utterance_id })
    }
  })
}

/** Turns of workers of before counted otherwise. */
const countedUsage = (usage: CallUsage | undefined): CallUsage | null =>
  usage !== undefined && 'models' in usage ? usage : null

/** An utterance of ours is named after its turn. */
const aiUtterance = (turnId: string): string => `${turnId}:ai`

async function finishCall(deps: CallActivityDependencies, input: FinishCallInput): Promise<void> {
  const { database, dataKeys } = deps
  await database.transaction().execute(async (transaction) => {
    for (const { utteranceId, ms } of input.report?.latencies ?? []) {
      const latency = JSON.stringify({ wireLatencyMs: Math.round(ms) })
      await transaction
        .updateTable('call_turns')
        .set({ timings: sql`coalesce(timings, '{}'::jsonb) || ${latency}::jsonb` })
        .where('call_id', '=', input.callId)
        .where('utterance_id', '=', aiUtterance(utteranceId))
        .execute()
    }
    await transaction
      .updateTable('call_records')
      .set({
        state: 'ended',
        ended_at: input.report?.endedAt ?? input.endedAt,
        leg_report: input.report === null ? null : JSON.stringify(input.report),
        recording_key: (input.report === null ? input.recordingKey : input.report.recordingKey) ?? null,
        transcript: encryptText(
          JSON.stringify(await transcriptOf(transaction, deps, input.callId)),
          dataKeys,
        ),
      })
      .where('call_id', '=', input.callId)
      .execute()
    await writePauses(transaction, input.callId, input.report?.recordingPauses ?? [], null)
    await notifyScreens(transaction, { type: 'call_changed', call_id: input.callId })
  })
}

/** Lines of the stored transcript; `timestamp` and `end` in seconds from the answer. */
async function transcriptOf(
  transaction: DatabaseTransaction,
  { dataKeys }: CallActivityDependencies,
  callId: CallId,
): Promise<readonly Record<string, unknown>[]> {
  const rows = await transaction
    .selectFrom('call_turns')
    .select(['utterance_id', 'speaker', 'text', 'start_ms', 'end_ms', 'confidence', 'interrupted'])
    .where('call_id', '=', callId)
    .orderBy('start_ms')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    utterance_id: row.utterance_id,
    timestamp: row.start_ms / 1000,
    end: row.end_ms === null ? null : row.end_ms / 1000,
    speaker: row.speaker,
    text: decryptText(row.text, dataKeys),
    confidence: row.confidence,
    interrupted: row.interrupted,
  }))
}

async function recordSummary(
  { database, dataKeys, prices }: CallActivityDependencies,
  { callId, summary, analysis: given }: RecordSummaryInput,
): Promise<void> {
  const { usage, ...analysis } = given ?? {}
  await database.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('call_records')
      .set({
        summary: encryptText(maskCardNumbers(summary), dataKeys),
        ...(given === undefined ? {} : { analysis: encryptText(JSON.stringify(analysis), dataKeys) }),
      })
      .where('call_id', '=', callId)
      .execute()
    if (usage !== undefined) await recordUsage(transaction, { callId, step: 'analysis', usage }, prices)
    await notifyScreens(transaction, { type: 'call_changed', call_id: callId })
  })
}
