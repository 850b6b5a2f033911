/** One text through the carrier, at most once per key, whatever it says and whoever writes it. */
import type { Database } from '../db/database.ts'
import { type MessageRow, settleMessageFailed, settleMessageSent } from '../db/queries/messages.ts'
import { cutToBytes, SUBJECT_MAX_BYTES, textMessageType } from '../domain/text-message.ts'
import { PartyError } from './http.ts'
import type { SolapiClient } from './solapi-client.ts'

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
}

/** Clocks differ a little between us and the carrier. */
const CLOCK_SLACK_MS = 60_000

/** Hands a text to the carrier and settles its row. @throws PartyError; a final refusal is kept in the row. */
export type SendText = (row: MessageRow, text: TextToSend) => Promise<void>

export function createTextSender({ db, solapi, from }: TextSenderDependencies): SendText {
  /** An earlier try may have reached the carrier; only the carrier knows. */
  async function findSent(row: MessageRow, text: TextToSend): Promise<string | null> {
    if (!row.existed) return null
    return solapi.find(text.to, text.key, new Date(row.createdAt.getTime() - CLOCK_SLACK_MS))
  }

  return async function sendText(row, { key, to, body, subject }) {
    const type = textMessageType(body)
    try {
      const providerId =
        (await findSent(row, { key, to, body, subject })) ??
        (await solapi.send({
          to,
          from,
          text: body,
          type,
          key,
          ...(type === 'SMS' ? {} : { subject: cutToBytes(subject, SUBJECT_MAX_BYTES) }),
        }))
      await settleMessageSent(db, row.id, providerId)
    } catch (error) {
      if (error instanceof PartyError && !error.retryable)
        await settleMessageFailed(db, row.id, error.message)
      throw error
    }
  }
}
