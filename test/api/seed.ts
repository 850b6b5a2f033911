/** Orders, calls, payments and texts as the workflows would have written them. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ThreadAddress } from '../../api/chat-workflows.ts'
import { ensureThread } from '../../api/queries/chats.ts'
import type { Settings } from '../../config/settings.ts'
import type { Database } from '../../db/database.ts'
import { encryptText } from '../../db/encryption.ts'
import { keepDeposits } from '../../db/queries/bank-deposits.ts'
import { openMessage, settleMessageSent } from '../../db/queries/messages.ts'
import { notifyScreens } from '../../db/queries/notify.ts'
import { insertOutbound, recordOutbound } from '../../db/queries/outbound-requests.ts'
import { recordPayment } from '../../db/queries/payments.ts'
import { projectTicket } from '../../db/queries/ticket-projection.ts'
import {
  type CallId,
  makeCallId,
  makeLegId,
  makeOrderNo,
  makeOutboundId,
  type OrderNo,
  type OutboundId,
  ticketWorkflowId,
} from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { MessageKind } from '../../domain/notification.ts'
import type { Channel, OrderFields } from '../../domain/order.ts'
import { newProgress, type OutboundState } from '../../domain/outbound-request.ts'
import { type CapturedPacket, captureFile, newCaptureKey, sealBlock } from '../../domain/packet-capture.ts'
import { newTask } from '../../domain/question-answers.ts'
import { seal } from '../../domain/sealed.ts'
import { type SignallingLog, signallingFile } from '../../domain/signalling.ts'
import { Ticket } from '../../domain/ticket.ts'

export const CUSTOMER_PHONE = '01012345678'
export const FIELDS: OrderFields = {
  orderer: '주식회사 한빛',
  recipient: '김철수',
  destination: '서울대학교병원 장례식장',
  room: '특2호실',
  message: '삼가 고인의 명복을 빕니다',
  deliver_by: koreanIso(Date.now() + 6 * 3_600_000)
    .slice(0, 16)
    .concat(':00+09:00'),
  phone: CUSTOMER_PHONE,
}

/** How far a seeded order is. */
export type Stage = 'incomplete' | 'awaiting_payment' | 'paid' | 'issue' | 'cancelled'

export interface SeedInput {
  readonly stage: Stage
  readonly fields?: Partial<OrderFields>
  readonly channel?: Channel
  readonly callId?: CallId
  readonly orderNo?: OrderNo
  /** Moment of the opening; now unless told. */
  readonly at?: Date
}

let count = 0
/** Numbers in the order of seeding; never the same twice in a run. */
export function nextOrderNo(): OrderNo {
  count += 1
  const digits = [count / 31 ** 3, count / 31 ** 2, count / 31, count].map((n) => (Math.floor(n) % 31) / 31)
  const [a = 0, b = 0, c = 0, d = 0] = digits
  return makeOrderNo('261121', [a, b, c, d])
}

export const nextCallId = (): CallId => {
  count += 1
  return makeCallId(count.toString(16).padStart(12, '0'))
}

/** What a seeded database needs to know. */
export interface SeedTarget {
  readonly database: Database
  readonly settings: Settings
}

/** Writes an order at a stage of its life. @returns its ticket, to be moved further with `project`. */
export async function seedTicket(target: SeedTarget, input: SeedInput): Promise<Ticket> {
  const at = koreanIso((input.at ?? new Date()).getTime())
  const channel = input.channel ?? 'phone'
  const callId = input.callId ?? null
  const opened = Ticket.open(
    {
      orderNo: input.orderNo ?? nextOrderNo(),
      channel,
      callId,
      customerPhone: CUSTOMER_PHONE,
      policy: target.settings.order,
    },
    { actor: 'ai', at },
  )
  const told = { ...FIELDS, ...(input.stage === 'incomplete' ? { room: null } : {}), ...input.fields }
  const fields = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null))
  const evidence = { recipient: { channel, words: '김철수 님이요', confidence: 0.93, atMs: 12_300 } }
  let ticket = opened.setFields({ fields, evidence, channel, callId, actor: 'ai', at })
  if (input.stage !== 'incomplete') {
    ticket = ticket.confirmByCustomer({ callId, actor: 'customer', at })
    ticket = ticket.paymentLinkSent({
      expiresAt: koreanIso(Date.parse(at) + 86_400_000),
      actor: 'system',
      at,
    })
  }
  if (input.stage === 'paid' || input.stage === 'issue') {
    const { amountWon } = ticket.data
    ticket = ticket.paid(
      { paymentKey: `pay_${ticket.data.orderNo}`, amountWon, method: '카드', paidAt: at },
      { actor: 'customer', at },
    )
  }
  if (input.stage === 'issue') {
    ticket = ticket.raiseIssue({
      kind: 'admin_required',
      reason: '외주업체가 주문을 거절했습니다.',
      step: 'place_purchase_order',
      actor: 'system',
      at,
    })
  }
  if (input.stage === 'cancelled') {
    ticket = ticket.cancel({ cause: 'requested', reason: '고객 요청', actor: 'customer', at })
    ticket = ticket.customerNotified().finish({ actor: 'system', at })
  }
  await project(target, ticket)
  return ticket
}

/** Writes a ticket as its workflow does. */
export async function project({ database, settings }: SeedTarget, ticket: Ticket): Promise<void> {
  await projectTicket(database, settings.dataKey, {
    workflowId: ticketWorkflowId(ticket.data.orderNo),
    ticket: ticket.data,
    events: ticket.events,
  })
}

/** A payment that was opened at the gateway. @returns its key. */
export async function seedPayment({ database, settings }: SeedTarget, orderNo: OrderNo): Promise<string> {
  const paymentKey = `pay_${orderNo}`
  const response = { orderId: `${orderNo}-P1`, status: 'READY' }
  await recordPayment(database, {
    orderNo,
    paymentKey,
    method: 'CARD',
    amountWon: 80_000,
    status: 'READY',
    paidAt: null,
    response,
    depositSecret: encryptText('secret of the account', settings.dataKey),
  })
  return paymentKey
}

/** Two deposits that nobody knows, an order that waits for its money, and one that was paid twice. */
export async function seedMoney(target: SeedTarget) {
  const { database, settings } = target
  const receivedAt = koreanIso(Date.now())
  const row = { receivedAt, amountWon: 12_000, depositor: '아무개', memo: null }
  const ids = [`D${nextOrderNo()}`, `D${nextOrderNo()}`] as const
  await keepDeposits(
    database,
    settings.dataKey,
    ids.map((bankId) => ({ ...row, bankId })),
    ids[1],
  )
  const idOf = async (bankId: string) =>
    (
      await database
        .selectFrom('bank_deposits')
        .select('id')
        .where('bank_id', '=', bankId)
        .executeTakeFirstOrThrow()
    ).id
  const { data } = await seedTicket(target, { stage: 'awaiting_payment' })
  const deed = { actor: 'system', at: receivedAt }
  const twice = (await seedTicket(target, { stage: 'paid' }))
    .depositReceived({ ...deed, deposit: { id: `D${nextOrderNo()}`, amountWon: 80_000, receivedAt } })
    .refundAccountSet({
      ...deed,
      account: { bankCode: '88', accountNumber: '110123456789', holder: '아무개' },
    })
  await project(target, twice)
  const due = await database.selectFrom('money_to_return').select('id').executeTakeFirstOrThrow()
  return { toMatch: await idOf(ids[0]), toReturn: await idOf(ids[1]), waiting: data.orderNo, due: due.id }
}

/** A text that the carrier has taken. @returns the carrier's id and our key. */
export async function seedMessage(
  { database, settings }: SeedTarget,
  orderNo: OrderNo,
  kind: MessageKind = 'payment_link',
) {
  const key = `${ticketWorkflowId(orderNo)}:${kind}`
  const to = CUSTOMER_PHONE
  const row = await openMessage(database, settings.dataKey, {
    key,
    orderNo,
    kind,
    to,
    body: '결제 안내',
    type: 'SMS',
    attempt: 1,
  })
  const providerId = `M4V${orderNo}`
  await settleMessageSent(database, row.id, providerId)
  return { key, providerId }
}

/** @param cost won, what the vendor gets. */
export async function seedPurchaseOrder({ database }: SeedTarget, orderNo: OrderNo, cost = 40_000) {
  const { id } = await database
    .selectFrom('orders')
    .select('id')
    .where('order_no', '=', orderNo)
    .executeTakeFirstOrThrow()
  const row = { reference: `${orderNo}-1`, erp_order_id: `ERP-${orderNo}`, status: 'placed' }
  const { id: purchaseOrderId } = await database
    .insertInto('purchase_orders')
    .values({ ...row, order_id: id, vendor: 'erp', cost })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { ...row, orderId: id, purchaseOrderId }
}

/** A delivered wreath with its photo (the smallest PNG) in the file store. @returns the key of the photo. */
export async function seedDelivery(target: SeedTarget, orderNo: OrderNo, deliveredAt = new Date()) {
  const { orderId, purchaseOrderId } = await seedPurchaseOrder(target, orderNo)
  const photoKey = `${orderNo}-1.png`
  await target.database
    .insertInto('deliveries')
    .values({
      order_id: orderId,
      purchase_order_id: purchaseOrderId,
      status: '완료',
      delivered_at: deliveredAt,
      photo_key: photoKey,
    })
    .execute()
  mkdirSync(join(target.settings.dataDir, 'photos'), { recursive: true })
  writeFileSync(join(target.settings.dataDir, 'photos', photoKey), PNG)
  return photoKey
}

export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

/** A call about an order, with two lines said. */
export async function seedCall(
  { database, settings }: SeedTarget,
  input: {
    readonly orderNo?: OrderNo
    readonly state?: 'live' | 'ended'
    readonly callId?: CallId
    readonly at?: Date
    readonly recording?: Uint8Array
    /** Of the recording; default `.wav`. */
    readonly extension?: string
  } = {},
): Promise<CallId> {
  const callId = input.callId ?? nextCallId()
  const recordingKey = `recordings/${callId}${input.extension ?? '.wav'}`
  const at = input.at ?? new Date()
  const encrypt = (text: string) => encryptText(text, settings.dataKey)
  const ended = input.state !== 'live'
  const order = database.selectFrom('orders').select('id')
  if (input.recording !== undefined) {
    mkdirSync(join(settings.dataDir, 'recordings'), { recursive: true })
    writeFileSync(join(settings.dataDir, recordingKey), input.recording)
  }
  await database
    .insertInto('call_records')
    .values({
      call_id: callId,
      order_id: input.orderNo === undefined ? null : order.where('order_no', '=', input.orderNo),
      direction: 'inbound',
      state: ended ? 'ended' : 'live',
      from_number: encrypt(CUSTOMER_PHONE),
      to_number: '15880000',
      called_at: at,
      answered_at: at,
      ended_at: ended ? new Date(at.getTime() + 61_500) : null,
      summary: ended ? encrypt('근조화환 1건 주문') : null,
      recording_key: input.recording === undefined ? null : recordingKey,
      workflow_id: `inbound-${callId}`,
    })
    .execute()
  await seedTurn({ database, settings }, callId, { index: 0, speaker: 'ai', text: '안녕하세요' })
  await seedTurn({ database, settings }, callId, { index: 1, speaker: 'customer', text: '화환을 보내려고요' })
  return callId
}

export async function seedTurn(
  { database, settings }: SeedTarget,
  callId: CallId,
  line: { readonly index: number; readonly speaker: 'ai' | 'customer'; readonly text: string },
): Promise<string> {
  const utteranceId = `${callId}-t${line.index}:${line.speaker === 'ai' ? 'ai' : 'caller'}`
  await database
    .insertInto('call_turns')
    .values({
      call_id: callId,
      utterance_id: utteranceId,
      turn_index: line.index,
      speaker: line.speaker,
      text: encryptText(line.text, settings.dataKey),
      start_ms: line.index * 2_000,
      end_ms: line.index * 2_000 + 1_500,
      confidence: line.speaker === 'ai' ? null : 0.5,
      timings: line.speaker === 'ai' ? JSON.stringify({ wireLatencyMs: 420 }) : null,
    })
    .execute()
  return utteranceId
}

let outboundSeeded = 0
/** A requested call, each to a number of its own. */
export async function seedOutbound(
  { database, settings }: SeedTarget,
  { state }: { readonly state: OutboundState },
): Promise<OutboundId> {
  outboundSeeded += 1
  const outboundId = makeOutboundId(outboundSeeded.toString(16).padStart(8, '0'))
  const request = {
    callerNumber: '15880000',
    calleeNumber: `0107777${String(outboundSeeded).padStart(4, '0')}`,
    callerDisplayName: null,
    purpose: '미팅 일정 확인',
    questions: ['참석 가능 여부'],
    maxDuration: 180,
    priority: 5 as const,
    scheduledAt: null,
    retryOnNoAnswer: true,
    maxRetries: 2,
    metadata: null,
  }
  const createdAt = '2026-11-26T10:00:00+09:00'
  const fresh = newProgress(outboundId)
  await insertOutbound(database, settings.dataKey, {
    request,
    progress: fresh,
    requestedBy: 'operator',
    createdAt,
  })
  if (state === 'queued') return outboundId
  await recordOutbound(database, settings.dataKey, {
    outboundId,
    version: 1,
    progress: { ...fresh, state, attemptCount: 1, startedAt: createdAt, completedAt: createdAt },
    task: newTask(request.questions),
    callId: null,
    sipCallId: null,
    summary: null,
    isOver: true,
    event: null,
  })
  return outboundId
}

/** Tells the screens as a projection would. */
export const announceTicket = ({ database }: SeedTarget, orderNo: OrderNo): Promise<void> =>
  notifyScreens(database, { type: 'ticket_changed', order_no: orderNo })

/** A conversation that talks about the order; nothing has been written in it. */
export async function seedThread(
  { database, settings }: SeedTarget,
  orderNo: OrderNo,
  thread: ThreadAddress,
): Promise<void> {
  const order = await database
    .selectFrom('orders')
    .select(['id', 'customer_id'])
    .where('order_no', '=', orderNo)
    .executeTakeFirstOrThrow()
  await ensureThread(database, settings.dataKey, thread, { id: order.id, customerId: order.customer_id })
}

/** Two packets of a leg of that call, as a gateway keeps them. @param dataDir of the gateway. */
export function seedCapture(dataDir: string, dataKey: string, callId: CallId): void {
  const name = captureFile(callId, makeLegId('0123456789ab'))
  const key = newCaptureKey(name, dataKey)
  const packet: CapturedPacket = {
    atUs: 1_700_000_000_000_000,
    direction: 'in',
    kind: 'rtp',
    host: '192.0.2.7',
    port: 4_000,
    ourPort: 31_000,
    length: 172,
    bytes: Uint8Array.of(0x80, 8, 0, 1, ...new Uint8Array(168)),
  }
  const path = join(dataDir, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, Buffer.concat([key.header, sealBlock(key, 0, [packet, packet])]))
}

/** A call with kept messages of two legs. */
export async function seedSignalling(api: SeedTarget): Promise<CallId> {
  const callId = (await seedCall(api, { callId: nextCallId() })) as CallId
  const keep = (hex: string, at: string, ...texts: readonly string[]) => {
    const legId = makeLegId(hex)
    const name = signallingFile(callId, legId)
    const log: SignallingLog = {
      callId,
      legId,
      messages: texts.map((text, index) => ({
        at,
        direction: index % 2 === 0 ? 'in' : 'out',
        host: '198.51.100.7',
        port: 5062,
        text,
      })),
      dropped: 1,
    }
    const path = join(api.settings.dataDir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, seal(api.settings.dataKey, 'signalling', name, Buffer.from(JSON.stringify(log))))
  }
  const head =
    'Via: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 1@b\r\n'
  keep('222222222222', '2026-11-26T01:00:05.000Z', `BYE sip:c@d SIP/2.0\r\n${head}CSeq: 2 BYE\r\n\r\n`)
  keep(
    '111111111111',
    '2026-11-26T01:00:00.120Z',
    `INVITE sip:c@d SIP/2.0\r\n${head}CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n`,
    `SIP/2.0 486 Busy Here\r\n${head}CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n`,
  )
  return callId
}
