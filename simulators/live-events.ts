/** One stream of everything that happens in the outside world. */
import type { Fault } from './faults.ts'

/** A picture that goes along with a message; its bytes are at `/world/api/pictures/{id}`. */
export interface MessagePicture {
  readonly id: string
  readonly content_type: string
  /** File name, as the sender's phone calls it. */
  readonly name: string
}

/** A text message as the world shows it. */
export interface InboxMessage {
  readonly id: string
  /** Digits only. */
  readonly to: string
  readonly from: string
  readonly text: string
  readonly type: 'SMS' | 'LMS' | 'MMS' | 'ATA'
  /** ISO 8601. */
  readonly at: string
  readonly status: 'accepted' | 'delivered' | 'failed'
  readonly pictures?: readonly MessagePicture[]
  /** Of an AlimTalk: links below the words. */
  readonly buttons?: readonly { readonly name: string; readonly link: string }[]
}

/** A bubble of a person's chat with the company's KakaoTalk channel. */
export interface KakaoMessage {
  readonly id: string
  /** Digits of the person's phone. */
  readonly user: string
  /** `channel`: KakaoTalk itself, in place of an answer that did not come. */
  readonly by: 'person' | 'company' | 'channel'
  readonly text: string
  /** ISO 8601. */
  readonly at: string
  readonly pictures?: readonly MessagePicture[]
  /** A picture that the company shows, at its own address. */
  readonly image_url?: string
  readonly quick_replies?: readonly { readonly label: string; readonly text: string }[]
  /** Only says that the answer will come. */
  readonly waiting?: boolean
  /** Why the person does not see it: it came too late, a second time, without being announced, or in no known form. */
  readonly refused?: 'late' | 'twice' | 'unannounced' | 'malformed' | 'failed'
}

/** As much of a call as others of the world go by. */
interface LiveCall {
  readonly id: string
  readonly from: string
  readonly to: string
  /** `ended` when it is over. */
  readonly state: string
}

/**
 * `call` and `people` carry what `GET /world/api/calls/{id}` and `GET /world/api/people` answer.
 * `payment`, `bank` and `vendor_order` carry the records of those services.
 */
export type WorldEvent =
  | { readonly type: 'sms'; readonly message: InboxMessage }
  | { readonly type: 'kakao'; readonly message: KakaoMessage }
  | { readonly type: 'payment'; readonly payment: object }
  | { readonly type: 'bank'; readonly transaction: object }
  | { readonly type: 'vendor_order'; readonly order: object }
  | { readonly type: 'vendor_erp'; readonly layout_changed: boolean }
  | { readonly type: 'faults'; readonly faults: readonly Fault[] }
  | { readonly type: 'call'; readonly call: LiveCall }
  | { readonly type: 'people'; readonly people: object }

export class LiveEvents {
  readonly #listeners = new Set<(event: WorldEvent) => void>()

  publish(event: WorldEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  /** @returns the way to be told no more. */
  subscribe(listener: (event: WorldEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
