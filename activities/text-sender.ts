/** One text through the carrier, at most once per key, whatever it says and whoever writes it. */
import type { Database } from '../db/database.ts'
import { type MessageRow, settleMessageFailed, settleMessageSent } from '../db/queries/messages.ts'
import { cutToBytes, type MessageType, SUBJECT_MAX_BYTES, textMessageType } from '../domain/text-message.ts'
import type { SolapiClient, SolapiExtras } from './solapi-client.ts'

export interface TextSenderDependencies {
  readonly db: Database
  readonly solapi: Pick<SolapiClient, 'send' | 'find'>
  /** Number registered as the sender; digits only. */
  readonly from: string
}

export interface TextToSend {
  /** Idempotency key, known to the carrier. */
  readonly key: string
  /** National digits. */
  readonly to: string
  readonly body: string
  /** Shown by phones only for long messages. */
  readonly subject: string
  /** How it travels; absent: by its length. */
  readonly type?: MessageType
  /** Made ready only when it is certain that no earlier try went out. */
  readonly extras?: () => Promise<SolapiExtras>
}

/** Clocks differ a little between us and the carrier. */
const CLOCK_SLACK_MS = 60_000

/** Hands a text to the carrier and settles its row. @throws PartyError; a final refusal is kept in the row. */
export type SendText = (row: MessageRow, text: TextToSend) => Promise<void>

export function createTextSender({ db, solapi, from }: TextSenderDependencies): SendText {
  /** An earlier try may have reached the carrier; only the carrier knows. */
  async function findSent(row: MessageRow, text: Pick<TextToSend, 'to' | 'key'>): Promise<string | null> {
    if (!row.existed) return null
    return solapi.find(text.to, text.key, new Date(row.createdAt.getTime() - CLOCK_SLACK_MS))
  }

  return async function sendText(row, { key, to, body, subject, ...text }) {
    const { type = textMessageType(body), extras = async () => ({}) } = text
    try {
      const providerId =
        (await findSent(row, { key, to })) ??
        (await solapi.send({
          to,
          from,
          text: body,
          type,
          key,
          ...(type === 'LMS' || type === 'MMS' ? { subject: cutToBytes(subject, SUBJECT_MAX_BYTES) } : {}),
          ...(await extras()),
        }))
      await settleMessageSent(db, row.id, providerId)
    } catch (error) {
      if (isFinal(error)) await settleMessageFailed(db, row.id, error.message)
      throw error
    }
  }
}

/** Another try of the same would end the same way. */
export const isFinal = (error: unknown): error is Error =>
  error instanceof Error && 'retryable' in error && error.retryable === false
