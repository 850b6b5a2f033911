/** The steps of a ticket that text the customer, each by the best way that works. */
import { condition, isCancellation } from '@temporalio/workflow'
import type { NoticeDetails, SendMessageInput } from '../activities/activity-types.ts'
import { koreanIso } from '../domain/korean-time.ts'
import type { MessageKind } from '../domain/notification.ts'
import { dueNotice } from '../domain/owed-notices.ts'
import { secondsToPay } from '../domain/payment-time.ts'
import type { MessageType } from '../domain/text-message.ts'
import { type OwedNotice, openAccount, refundableWon, type TicketData } from '../domain/ticket.ts'
import { depositedWon } from '../domain/ticket-money.ts'
import { deliveredNoticeName } from '../domain/ticket-remedies.ts'
import { giveUp } from './step-failure.ts'
import { bySystem, type Change, MOVES_PAYMENT_TIME, now, type TicketRun, unchanged } from './ticket-run.ts'

/** A carrier that has not reported by then is believed to have delivered. */
const DELIVERY_REPORT_LIMIT_MS = 30_000
/** The same while there is another way left: pictures take the carrier longer. */
const FALLBACK_LIMIT_MS = 300_000

/** Revision since which nobody pays for a wreath whose time has passed. */
const PAID_BEFORE_WANTED = 2

const inSeconds = (seconds: number): string => koreanIso(Date.now() + seconds * 1000)

/** A text of a ticket. */
interface Text {
  readonly kind: MessageKind
  /** Tells texts of one kind apart; the kind itself where a ticket sends only one. */
  readonly name: string
  readonly details?: NoticeDetails
}

/** One message that was handed to the carrier, or refused by it. */
interface Attempt {
  readonly key: string
  readonly type: MessageType
  /** What is tried when this one does not arrive; null: it is the last way. */
  readonly fallback: MessageType | null
  readonly refused: boolean
}

async function attempt(run: TicketRun, text: Text, failedTypes: readonly MessageType[]): Promise<Attempt> {
  const { data } = run
  const { kind, name, details = {} } = text
  const key = run.key(failedTypes.length === 0 ? name : `${name}:way-${failedTypes.length + 1}`)
  const to = data.order.phone ?? data.customerPhone
  if (to === '') giveUp('문자를 보낼 번호를 모릅니다.', { code: 'no_phone' })
  run.sendingKey = key
  try {
    const sent = await run.activities.sendMessage({
      orderNo: data.orderNo,
      kind,
      key,
      to,
      order: data.order,
      amountWon: data.amountWon,
      editWindowSeconds: run.input.policy.editWindowSeconds,
      paymentExpirySeconds: timeToPay(run),
      deliveredAt: data.deliveredAt,
      hasPhoto: data.photoKey !== null,
      photoKey: data.photoKey,
      ...paymentFacts(data),
      ...(data.mergedInto === null ? {} : { mergedInto: data.mergedInto }),
      failedTypes,
      ...details,
    })
    // Activities of an older worker tell no type.
    const { messageId, type = 'SMS', fallback = null, refused = null } = sent
    run.change((ticket) => ticket.messageSent({ ...bySystem(), kind, key, messageId, type }))
    if (refused !== null) {
      run.change((ticket) => ticket.messageReported({ actor: 'system', at: now(), key, failure: refused }))
    }
    return { key, type, fallback, refused: refused !== null }
  } finally {
    run.sendingKey = null
  }
}

/** What texts tell of a payment that is still to come. */
function paymentFacts(data: TicketData): Pick<SendMessageInput, 'account' | 'payUntil' | 'receivedWon'> {
  const receivedWon = depositedWon(data)
  const facts = receivedWon === 0 ? {} : { receivedWon }
  if (data.payment !== null || data.paymentExpiresAt === null) return facts
  const account = openAccount(data)?.virtualAccount
  return { ...facts, payUntil: data.paymentExpiresAt, ...(account === undefined ? {} : { account }) }
}

/** Hands a text to the carrier, by another way if it refuses the first. @returns its key. */
export async function send(
  run: TicketRun,
  kind: MessageKind,
  name: string = kind,
  details: NoticeDetails = {},
): Promise<string> {
  const failed: MessageType[] = []
  for (;;) {
    const sent = await attempt(run, { kind, name, details }, failed)
    if (!sent.refused) return sent.key
    failed.push(sent.type)
  }
}

/**
 * Sends a text and waits for the carrier's report, so that "notified" means the customer's phone has it. What does
 * not arrive one way is sent the next.
 */
async function sendAndHear(run: TicketRun, text: Text): Promise<void> {
  const failed: MessageType[] = []
  for (;;) {
    const { key, type, fallback, refused } = await attempt(run, text, failed)
    // The row of the text itself is on the screens already; its line in the timeline comes with the report.
    if (!run.isSince(1)) await run.project()
    const report = () => run.data.messages.find((message) => message.key === key)?.report ?? null
    const limit = fallback === null ? DELIVERY_REPORT_LIMIT_MS : FALLBACK_LIMIT_MS
    if (!refused) await condition(() => report() !== null, limit, { summary: '문자 수신 확인 대기' })
    if (report() !== 'failed') return
    if (fallback === null) giveUp('통신사가 문자를 전달하지 못했습니다.', { code: 'text_undelivered' })
    failed.push(type)
  }
}

/** Seconds that the customer has, or will have, to pay. */
export function timeToPay(run: TicketRun): number {
  const { paymentSeconds, paymentExpiresAt, order } = run.data
  const { policy } = run.input
  if (paymentSeconds !== null) return paymentSeconds
  if (paymentExpiresAt !== null || !run.isSince(PAID_BEFORE_WANTED)) return policy.paymentExpirySeconds
  return secondsToPay(policy, order.deliver_by, Date.now())
}

export async function sendPaymentLink(run: TicketRun): Promise<Change> {
  const seconds = timeToPay(run)
  await send(run, 'payment_link')
  const expiresAt = inSeconds(seconds)
  return (ticket) => ticket.paymentLinkSent({ ...bySystem(), expiresAt, seconds })
}

export async function sendAccount(run: TicketRun): Promise<Change> {
  await send(run, 'virtual_account', openAccount(run.data)?.gatewayOrderId)
  return (ticket) => ticket.accountTold()
}

export async function sendDepositPart(run: TicketRun): Promise<Change> {
  await send(run, 'deposit_part', `deposit_part:${depositedWon(run.data)}`)
  return (ticket) => ticket.partTold()
}

/** A reminder that can't be sent is no reason to stop an order. */
export async function sendReminder(run: TicketRun): Promise<Change> {
  // A time to pay that was moved ends another time: that is another text.
  const name = run.isSince(MOVES_PAYMENT_TIME)
    ? `payment_reminder:${run.data.paymentExpiresAt ?? ''}`
    : 'payment_reminder'
  try {
    await send(run, 'payment_reminder', name)
  } catch (error) {
    if (isCancellation(error)) throw error
  }
  return (ticket) => ticket.reminded()
}

export async function sendConfirmation(run: TicketRun): Promise<Change> {
  await send(run, 'confirmation')
  const endsAt = inSeconds(run.input.policy.editWindowSeconds)
  return (ticket) => ticket.confirmationSent({ ...bySystem(), endsAt })
}

export async function sendDelivered(run: TicketRun): Promise<Change> {
  await sendAndHear(run, { kind: 'delivered', name: deliveredNoticeName(run.data) })
  return (ticket) => ticket.customerNotified()
}

export async function sendCancelled(run: TicketRun): Promise<Change> {
  // Nobody to tell: the caller withheld the number and hung up.
  if ((run.data.order.phone ?? run.data.customerPhone) === '') return (ticket) => ticket.customerNotified()
  const kind = closingMessage(run.data)
  const details = kind === 'refunded' ? { refundWon: refundableWon(run.data) } : {}
  await sendAndHear(run, { kind, name: kind, details })
  return (ticket) => ticket.customerNotified()
}

function closingMessage({ payment, closing }: TicketData): MessageKind {
  if (payment !== null) return 'refunded'
  switch (closing?.cause) {
    case 'merged':
      return 'merged'
    case 'payment_expired':
      return 'payment_expired'
    default:
      return 'cancelled'
  }
}

/** Texts for whose arrival nothing waits. */
const UNAWAITED: ReadonlySet<OwedNotice['kind']> = new Set([
  'edit_applied',
  'payment_until',
  'refund_account',
])
/** Texts that a person sees to who looks after the matter itself: that they could not be sent stops nothing. */
const OPTIONAL: ReadonlySet<OwedNotice['kind']> = new Set(['refund_account'])

/** What the ticket owes its customer besides; an edit is no reason to wait for the carrier. */
export async function sendNotice(run: TicketRun): Promise<Change> {
  // In the edit window an edit is told before its time would otherwise come.
  const notice = dueNotice(run.data) ?? run.data.notices[0]
  if (notice === undefined) return unchanged
  run.change((ticket) => ticket.noticeBegun(notice.key))
  const text = { kind: notice.kind, name: notice.key, details: detailsOf(notice) }
  try {
    if (UNAWAITED.has(notice.kind)) await send(run, text.kind, text.name, text.details)
    else await sendAndHear(run, text)
  } catch (error) {
    if (isCancellation(error) || !OPTIONAL.has(notice.kind)) throw error
  }
  return (ticket) => ticket.noticeSent(notice.key)
}

function detailsOf(notice: OwedNotice): NoticeDetails {
  switch (notice.kind) {
    case 'edit_applied':
      return { changed: notice.fields }
    case 'part_refunded':
    case 'refund_account':
      return { refundWon: notice.amountWon }
    case 'delay_notice':
      return { expectedBy: notice.expectedBy }
    case 'reordered':
    case 'payment_until':
      return {}
  }
}
