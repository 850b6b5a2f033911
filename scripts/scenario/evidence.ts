/** Everything that is known of one person's orders: from our database and from the outside world. */
import { z } from 'zod'
import type { Settings } from '../../config/settings.ts'
import type { Database } from '../../db/database.ts'
import { decryptNullable, decryptText, phoneHash } from '../../db/encryption.ts'
import { type CampaignRowEvidence, campaignRowsOf } from './campaign-evidence.ts'
import type {
  WorldCall,
  WorldClient,
  WorldKakao,
  WorldPayment,
  WorldSms,
  WorldVendorOrder,
} from './world-client.ts'

export interface TicketEvidence {
  readonly orderNo: string
  readonly state: string
  readonly sub_state: string
  readonly issue_kind: string | null
  readonly outcome: string | null
  readonly missing: readonly string[]
  readonly fields: Readonly<Record<string, string | null>>
  /** Where each field came from. */
  readonly sources: Readonly<Record<string, { channel: string; picture: boolean }>>
  readonly events: readonly { kind: string; at: Date; actor: string; data: unknown }[]
  readonly payments: readonly {
    status: string
    amount: number
    paymentKey: string | null
    /** At the gateway. */
    orderId: string | null
  }[]
  readonly issues: readonly {
    kind: string
    resolution: string | null
    isOpen: boolean
    acknowledgedVia: string | null
    /** Kinds of evidence. */
    evidence: readonly string[]
    hasSuggestion: boolean
  }[]
  /** Money on the company's own account that was taken for this order. */
  readonly deposits: readonly { status: string; amount: number }[]
  readonly purchaseOrders: readonly {
    reference: string
    erpOrderId: string | null
    status: string
    method: string | null
    /** Kinds of what proves it. */
    evidence: readonly string[]
  }[]
  /** Calls that we placed about this order. */
  readonly callsPlaced: readonly { recordingKey: string | null; answered: boolean }[]
  readonly deliveries: readonly { status: string; photoKey: string | null }[]
  readonly messages: readonly { kind: string; status: string; body: string; at: Date }[]
}

export interface CallEvidence {
  readonly callId: string
  readonly state: string
  readonly turns: number
  readonly recordingKey: string | null
}

/** What we have kept of one turn of a call. */
export interface KeptTurn {
  readonly by: 'ai' | 'customer'
  readonly text: string
  /** They broke into it. */
  readonly interrupted: boolean
}

export interface OutboundEvidence {
  readonly state: string
  readonly attempts: number
  readonly reason: string | null
  readonly questions: readonly {
    readonly id: string
    readonly status: string
    readonly answer: string | null
    readonly words: string | null
  }[]
  readonly outboundId: string
  /** The last call; null before the first. */
  readonly callId: string | null
  /** Of the last call; null: none was begun. */
  readonly startedAt: Date | null
  readonly scheduledAt: Date | null
  /** States of its transfers to people, in their order. */
  readonly transfers: readonly string[]
  /** Its workflow has told of it. */
  readonly hasBegun: boolean
  readonly callBackWanted: boolean
  readonly hasSummary: boolean
  readonly recordingKey: string | null
  /** What both sides said in the last call. */
  readonly said: readonly string[]
}

export interface PersonEvidence {
  readonly number: string
  /** Calls that were asked for with this person. */
  readonly outbound: readonly OutboundEvidence[]
  readonly campaignRows: readonly CampaignRowEvidence[]
  readonly tickets: readonly TicketEvidence[]
  readonly calls: readonly CallEvidence[]
  readonly worldCalls: readonly WorldCall[]
  /** Calls that the person's telephone took or refused. */
  readonly receivedCalls: readonly WorldCall[]
  /** Of the newest call with the person, asked for or made by them. */
  readonly keptTurns: readonly KeptTurn[]
  /** Texts that reached the person's phone. */
  readonly sms: readonly WorldSms[]
  /** Texts of the person. */
  readonly sentSms: readonly WorldSms[]
  /** Everything in the person's KakaoTalk chat with the company, refused answers too. */
  readonly kakao: readonly WorldKakao[]
  /** Payments of the person's orders in the gateway's own books. */
  readonly worldPayments: readonly WorldPayment[]
  /** Orders in the vendor's own books whose reference is one of ours for this person. */
  readonly vendorOrders: readonly WorldVendorOrder[]
}

export interface EvidenceSources {
  readonly database: Database
  readonly settings: Settings
  readonly world: WorldClient
}

/** @param worldCallIds calls this person made in the scenario. */
export async function gatherEvidence(
  sources: EvidenceSources,
  number: string,
  worldCallIds: readonly string[],
): Promise<PersonEvidence> {
  const { database, settings, world } = sources
  const customer = await database
    .selectFrom('customers')
    .select('id')
    .where('phone_hash', '=', phoneHash(number, settings.dataKey))
    .executeTakeFirst()
  const tickets = customer === undefined ? [] : await ticketsOf(sources, customer.id)
  const calls = customer === undefined ? [] : await callsOf(database, customer.id)
  const [sms, kakao, payments, worldCalls, receivedCalls, vendorOrders] = await Promise.all([
    world.sms(number),
    world.kakao(number),
    world.payments(),
    Promise.all(worldCallIds.map((id) => world.call(id))),
    world.callsTo(number),
    world.vendorOrders(),
  ])
  const outbound = await outboundOf(sources, number)
  const orderNos = tickets.map((ticket) => ticket.orderNo)
  const isOurs = (reference: string) => orderNos.some((orderNo) => reference.startsWith(orderNo))
  return {
    number,
    outbound,
    campaignRows: await campaignRowsOf(sources, number),
    tickets,
    calls,
    worldCalls,
    receivedCalls,
    keptTurns: await keptTurnsOf(sources, calls.at(-1)?.callId ?? outbound.at(-1)?.callId ?? null),
    sms: sms.filter(({ to, status }) => to === number && status !== 'failed'),
    sentSms: sms.filter(({ from }) => from === number),
    kakao,
    worldPayments: payments.filter(({ orderId }) => isOurs(orderId)),
    vendorOrders: vendorOrders.filter(({ reference }) => isOurs(reference)),
  }
}

async function keptTurnsOf(
  { database, settings }: EvidenceSources,
  callId: string | null,
): Promise<KeptTurn[]> {
  if (callId === null) return []
  const rows = await database
    .selectFrom('call_turns')
    .select(['speaker', 'text', 'interrupted'])
    .where('call_id', '=', callId)
    .orderBy('start_ms')
    .orderBy('id')
    .execute()
  return rows.map(({ speaker, text, interrupted }) => ({
    by: speaker === 'ai' ? 'ai' : 'customer',
    text: decryptText(text, settings.dataKey),
    interrupted,
  }))
}

async function outboundOf(
  { database, settings }: EvidenceSources,
  number: string,
): Promise<OutboundEvidence[]> {
  const rows = await database
    .selectFrom('outbound_requests')
    .leftJoin('call_records', 'call_records.call_id', 'outbound_requests.call_id')
    .selectAll('outbound_requests')
    .select('call_records.recording_key')
    .where('callee_hash', '=', phoneHash(number, settings.dataKey))
    .orderBy('outbound_requests.id')
    .execute()
  return Promise.all(
    rows.map(async (row) => {
      const turns = await database
        .selectFrom('call_turns')
        .select('text')
        .where('call_id', '=', row.call_id ?? '')
        .orderBy('start_ms')
        .orderBy('id')
        .execute()
      const transfers = await database
        .selectFrom('person_transfers')
        .select('state')
        .where('outbound_id', '=', row.outbound_id)
        .orderBy('id')
        .execute()
      const task = taskSchema.parse(JSON.parse(decryptText(row.task, settings.dataKey)))
      return {
        outboundId: row.outbound_id,
        callId: row.call_id,
        startedAt: row.started_at,
        scheduledAt: row.scheduled_at,
        transfers: transfers.map((transfer) => transfer.state),
        hasBegun: row.begun,
        callBackWanted: task.callBackWanted === true,
        state: row.state,
        attempts: row.attempt_count,
        reason: row.failure_reason,
        questions: task.questions,
        hasSummary: row.summary !== null,
        recordingKey: row.recording_key,
        said: turns.map(({ text }) => decryptText(text, settings.dataKey)),
      }
    }),
  )
}

const taskSchema = z.object({
  callBackWanted: z.boolean().optional(),
  questions: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      answer: z.string().nullable(),
      words: z.string().nullable(),
    }),
  ),
})

async function ticketsOf(
  { database, settings }: EvidenceSources,
  customerId: number,
): Promise<TicketEvidence[]> {
  const rows = await database
    .selectFrom('orders')
    .innerJoin('tickets', 'tickets.order_id', 'orders.id')
    .selectAll('orders')
    .select(['tickets.id as ticket_id', 'current_state', 'sub_state', 'issue_kind', 'outcome', 'missing'])
    .where('orders.customer_id', '=', customerId)
    .orderBy('orders.id')
    .execute()
  return Promise.all(
    rows.map(async (row) => {
      const [events, payments, purchaseOrders, deliveries, messages, issues, deposits, callsPlaced] =
        await Promise.all([
          database
            .selectFrom('ticket_events')
            .selectAll()
            .where('ticket_id', '=', row.ticket_id)
            .orderBy('seq')
            .execute(),
          database
            .selectFrom('payments')
            .select(['status', 'amount', 'payment_key', 'pg_response'])
            .where('order_id', '=', row.id)
            .orderBy('id')
            .execute(),
          database
            .selectFrom('purchase_orders')
            .selectAll()
            .where('order_id', '=', row.id)
            .orderBy('id')
            .execute(),
          database.selectFrom('deliveries').selectAll().where('order_id', '=', row.id).execute(),
          database.selectFrom('messages').selectAll().where('order_id', '=', row.id).orderBy('id').execute(),
          database
            .selectFrom('issues')
            .selectAll()
            .where('ticket_id', '=', row.ticket_id)
            .orderBy('raised_at')
            .execute(),
          database
            .selectFrom('bank_deposits')
            .select(['status', 'amount'])
            .where('order_id', '=', row.id)
            .orderBy('id')
            .execute(),
          database
            .selectFrom('call_records')
            .select(['recording_key', 'answered_at'])
            .where('order_id', '=', row.id)
            .where('direction', '=', 'outbound')
            .orderBy('id')
            .execute(),
        ])
      return {
        orderNo: row.order_no,
        state: row.current_state,
        sub_state: row.sub_state,
        issue_kind: row.issue_kind,
        outcome: row.outcome,
        missing: row.missing,
        fields: {
          orderer: row.orderer,
          recipient: row.recipient,
          message: row.message,
          destination: row.destination,
          room: row.room,
          deliver_by: row.deliver_by === null ? null : new Date(row.deliver_by).toISOString(),
          phone: decryptNullable(row.phone, settings.dataKey),
        },
        sources: sourcesOf(row.evidence),
        events: events.map(({ kind, at, actor, data }) => ({ kind, at: new Date(at), actor, data })),
        payments: payments.map(({ status, amount, payment_key, pg_response }) => ({
          status,
          amount,
          paymentKey: payment_key,
          orderId: orderIdOf(pg_response),
        })),
        issues: issues.map((issue) => ({
          kind: issue.kind,
          resolution: issue.resolution,
          isOpen: issue.resolved_at === null,
          acknowledgedVia: issue.acknowledged_via,
          evidence: kindsOf(issue.evidence),
          hasSuggestion: issue.suggestion !== null,
        })),
        deposits,
        purchaseOrders: purchaseOrders.map((po) => ({
          reference: po.reference,
          erpOrderId: po.erp_order_id,
          status: po.status,
          method: po.method,
          evidence: kindsOf(po.evidence),
        })),
        callsPlaced: callsPlaced.map(({ recording_key, answered_at }) => ({
          recordingKey: recording_key,
          answered: answered_at !== null,
        })),
        deliveries: deliveries.map(({ status, photo_key }) => ({ status, photoKey: photo_key })),
        messages: messages.map((message) => ({
          kind: message.kind,
          status: message.status,
          body: decryptText(message.body, settings.dataKey),
          at: new Date(message.created_at),
        })),
      }
    }),
  )
}

/** Of the gateway's `Payment` object. */
function orderIdOf(pgResponse: unknown): string | null {
  if (typeof pgResponse !== 'object' || pgResponse === null || !('orderId' in pgResponse)) return null
  return String(pgResponse.orderId)
}

/** Kinds in a list of IssueEvidence. */
function kindsOf(evidence: unknown): string[] {
  if (!Array.isArray(evidence)) return []
  return evidence.flatMap((piece: unknown) =>
    typeof piece === 'object' && piece !== null && 'kind' in piece ? [String(piece.kind)] : [],
  )
}

async function callsOf(database: Database, customerId: number): Promise<CallEvidence[]> {
  const rows = await database
    .selectFrom('call_records')
    .select(['call_id', 'state', 'recording_key'])
    .select((eb) =>
      eb
        .selectFrom('call_turns')
        .whereRef('call_turns.call_id', '=', 'call_records.call_id')
        .select((turns) => turns.fn.countAll<string>().as('n'))
        .as('turns'),
    )
    .where('customer_id', '=', customerId)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    callId: row.call_id,
    state: row.state,
    turns: Number(row.turns ?? 0),
    recordingKey: row.recording_key,
  }))
}

const storedSources = z.record(
  z.string(),
  z.looseObject({ channel: z.string(), attachmentId: z.string().optional() }),
)

function sourcesOf(evidence: unknown): TicketEvidence['sources'] {
  const stored = Object.entries(storedSources.parse(evidence))
  return Object.fromEntries(
    stored.map(([field, { channel, attachmentId }]) => [
      field,
      { channel, picture: attachmentId !== undefined },
    ]),
  )
}
