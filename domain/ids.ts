/** Branded identifiers, and the only builders of Temporal workflow ids, so that no two places disagree. */

declare const brand: unique symbol
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name }

/** `YYMMDD-XXXX`, X of an unambiguous alphabet: short enough to be read out on the phone. */
export type OrderNo = Branded<string, 'OrderNo'>
/** One SIP leg on one gateway: `leg-` and 12 hexadecimal digits. */
export type LegId = Branded<string, 'LegId'>
/** One call (inbound or outbound), which has one or more legs: `call-` and 12 hexadecimal digits. */
export type CallId = Branded<string, 'CallId'>
/** One call that somebody asked for, with all its attempts: `ob-` and 8 hexadecimal digits. */
export type OutboundId = Branded<string, 'OutboundId'>
/** Calls to many, with all of them: `cp-` and 8 hexadecimal digits. */
export type CampaignId = Branded<string, 'CampaignId'>
/** One turn of a dialogue: `<callId>-t<index>`; also the id of the utterance that answers in it. */
export type TurnId = Branded<string, 'TurnId'>
/** The conversation with one customer on one chat channel: `chat-sms-` or `chat-kakao-` and 12 hexadecimal digits. */
export type ThreadId = Branded<string, 'ThreadId'>
/** One talk with a draft of a flow, and its workflow: `trial-` and 12 hexadecimal digits. */
export type TrialId = Branded<string, 'TrialId'>
/** One message from a customer: `in-` and 16 hexadecimal digits; the carrier's own id is hashed in. */
export type MessageId = Branded<string, 'MessageId'>
/** One picture from a customer: `<messageId>-a<position>`. */
export type AttachmentId = Branded<string, 'AttachmentId'>

const ORDER_NO = /^\d{6}-[2-9A-HJ-NP-Z]{4}$/
const LEG_ID = /^leg-[0-9a-f]{12}$/
const CALL_ID = /^call-[0-9a-f]{12}$/
const OUTBOUND_ID = /^ob-[0-9a-f]{8}$/
const CAMPAIGN_ID = /^cp-[0-9a-f]{8}$/
const THREAD_ID = /^chat-(?:sms|kakao)-[0-9a-f]{12}$/
const TRIAL_ID = /^trial-[0-9a-f]{12}$/
const MESSAGE_ID = /^in-[0-9a-f]{16}$/
const ATTACHMENT_ID = /^in-[0-9a-f]{16}-a\d$/

/** A text that is not the identifier it is taken for; retrying will not help. */
export class IdentifierError extends Error {
  readonly retryable = false
}

function parser<Id extends string>(name: string, pattern: RegExp) {
  return (text: string): Id => {
    if (!pattern.test(text)) throw new IdentifierError(`not ${name}: "${text.slice(0, 40)}"`)
    return text as Id
  }
}

export const parseOrderNo = parser<OrderNo>('an order number', ORDER_NO)
const parseLegId = parser<LegId>('a leg id', LEG_ID)
const parseCallId = parser<CallId>('a call id', CALL_ID)
const parseOutboundId = parser<OutboundId>('an outbound id', OUTBOUND_ID)
export const parseCampaignId = parser<CampaignId>('a campaign id', CAMPAIGN_ID)
export const parseThreadId = parser<ThreadId>('a thread id', THREAD_ID)
export const parseTrialId = parser<TrialId>('a trial id', TRIAL_ID)
const parseMessageId = parser<MessageId>('a message id', MESSAGE_ID)
export const parseAttachmentId = parser<AttachmentId>('an attachment id', ATTACHMENT_ID)

/** @param hex at least 12 hexadecimal digits of randomness. */
export const makeLegId = (hex: string): LegId => parseLegId(`leg-${hex.slice(0, 12)}`)
/** @param hex at least 12 hexadecimal digits of randomness. */
export const makeCallId = (hex: string): CallId => parseCallId(`call-${hex.slice(0, 12)}`)
/** @param hex at least 12 hexadecimal digits of randomness. */
export const makeTrialId = (hex: string): TrialId => parseTrialId(`trial-${hex.slice(0, 12)}`)
/** @param hex at least 8 hexadecimal digits of randomness. */
export const makeOutboundId = (hex: string): OutboundId => parseOutboundId(`ob-${hex.slice(0, 8)}`)
/** @param hex at least 8 hexadecimal digits of randomness. */
export const makeCampaignId = (hex: string): CampaignId => parseCampaignId(`cp-${hex.slice(0, 8)}`)
export const isAttachmentId = (text: string): text is AttachmentId => ATTACHMENT_ID.test(text)
export const messageOfAttachment = (attachmentId: AttachmentId): MessageId =>
  parseMessageId(attachmentId.replace(/-a\d$/, ''))
export const makeTurnId = (callId: CallId, index: number): TurnId => `${callId}-t${index}` as TurnId
/** Of what a person hears before a call is put through to them. @param index of the transfer in that call. */
export const makeBriefingId = (callId: CallId, index: number): TurnId => `${callId}-b${index}` as TurnId
/** @param hex at least 12 hexadecimal digits of a keyed hash of the customer's number or key at the channel. */
export const makeThreadId = (channel: 'sms' | 'kakao', hex: string): ThreadId =>
  parseThreadId(`chat-${channel}-${hex.slice(0, 12)}`)
/** @param hex at least 16 hexadecimal digits of a hash of thread and carrier's id. */
export const makeMessageId = (hex: string): MessageId => parseMessageId(`in-${hex.slice(0, 16)}`)
/** @param position of the picture in its message, 0-9. */
export const makeAttachmentId = (messageId: MessageId, position: number): AttachmentId =>
  parseAttachmentId(`${messageId}-a${position}`)

const ORDER_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/**
 * @param day `YYMMDD` in Korean time.
 * @param random four numbers in [0, 1).
 */
export function makeOrderNo(day: string, random: readonly [number, number, number, number]): OrderNo {
  const tail = random.map((r) => ORDER_ALPHABET[Math.floor(r * ORDER_ALPHABET.length)]).join('')
  return parseOrderNo(`${day}-${tail}`)
}

export const ticketWorkflowId = (orderNo: OrderNo): string => `ticket-${orderNo}`
export const inboundCallWorkflowId = (callId: CallId): string => `inbound-${callId}`
export const chatThreadWorkflowId = (threadId: ThreadId): string => threadId
export const outboundCallWorkflowId = (callId: CallId): string => `outbound-${callId}`
export const agentCallWorkflowId = (callId: CallId): string => `agent-${callId}`
export const outboundRequestWorkflowId = (outboundId: OutboundId): string => outboundId
export const campaignWorkflowId = (campaignId: CampaignId): string => `campaign-${campaignId}`
/** @param issueId `<orderNo>-I<n>`. */
export const issueAlarmWorkflowId = (issueId: string): string => `alarm-${issueId}`
