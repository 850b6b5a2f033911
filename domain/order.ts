/** The typed order of one wreath: its fields, what is required, and where each value came from. */

/** Fields a customer decides. `destination` is the funeral hall, `room` the room in it. */
export interface OrderFields {
  /** 주문자: who sends the wreath. */
  readonly orderer: string | null
  /** 수령인: whom it is for (the deceased or the chief mourner). */
  readonly recipient: string | null
  /** 문구: the text on the ribbon. */
  readonly message: string | null
  /** 도착지: funeral hall. */
  readonly destination: string | null
  /** Room of the funeral hall, e.g. "특2호실". */
  readonly room: string | null
  /** Wanted time of arrival, ISO 8601 with +09:00. */
  readonly deliver_by: string | null
  /** Number for texts and questions; digits only, national form ("01012345678"). */
  readonly phone: string | null
}

export type OrderField = keyof OrderFields

/** In the order in which they are asked for. */
export const ORDER_FIELDS = [
  'orderer',
  'recipient',
  'destination',
  'room',
  'message',
  'deliver_by',
  'phone',
] as const satisfies readonly OrderField[]

/** What is printed on the ribbon's two sides. */
export const RIBBON_FIELDS = ['message', 'orderer'] as const satisfies readonly OrderField[]

export const EMPTY_ORDER: OrderFields = {
  orderer: null,
  recipient: null,
  message: null,
  destination: null,
  room: null,
  deliver_by: null,
  phone: null,
}

export type Channel = 'phone' | 'sms' | 'kakao' | 'web' | 'operator'

/** Where a field's value came from: the moment in a call's recording, or the message of a thread. */
export interface FieldEvidence {
  readonly channel: Channel
  readonly words: string
  /** 0-1. */
  readonly confidence: number
  /** Of what was heard in doubt: whether the customer has agreed to it since. */
  readonly confirmed?: boolean
  readonly callId?: string
  readonly atMs?: number
  readonly threadId?: string
  readonly messageId?: string
  /** Picture in that message. */
  readonly attachmentId?: string
}

export type OrderEvidence = Partial<Record<OrderField, FieldEvidence>>

/** Required fields that are still empty, in the order in which they are asked for. */
export function missingFields(fields: OrderFields): OrderField[] {
  return ORDER_FIELDS.filter((field) => fields[field] === null || fields[field].trim() === '')
}

/** Longest text each field may have; the ribbon takes about 30 characters a side. */
export const ORDER_FIELD_LIMITS: Readonly<Record<OrderField, number>> = {
  orderer: 60,
  recipient: 60,
  message: 60,
  destination: 100,
  room: 40,
  deliver_by: 40,
  phone: 13,
}
