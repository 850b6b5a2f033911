/** Text messages to customers through Solapi, each at most once per key. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import type { OutgoingMessage } from '../db/queries/messages.ts'
import {
  type MessageRow,
  openMessage,
  reopenMessage,
  settleMessageFailed,
  settleMessageSent,
} from '../db/queries/messages.ts'
import { type MessageKind, writeNotification } from '../domain/notification.ts'
import { formatPhone } from '../domain/phone-number.ts'
import { type LinkPurpose, signedLink } from '../domain/signed-link.ts'
import { cutToBytes, SUBJECT_MAX_BYTES, textMessageType } from '../domain/text-message.ts'
import type { MessageActivities, SendMessageInput } from './activity-types.ts'
import { PartyError } from './http.ts'
import type { SolapiClient } from './solapi-client.ts'

export interface MessageDependencies {
  readonly db: Database
  readonly solapi: Pick<SolapiClient, 'send' | 'find'>
  readonly settings: Pick<Settings, 'company' | 'publicUrl' | 'secret' | 'dataKey'>
}

/** Clocks differ a little between us and the carrier. */
const CLOCK_SLACK_MS = 60_000

export function createMessageActivities({ db, solapi, settings }: MessageDependencies): MessageActivities {
  const keys = settings.dataKey

  /** An earlier try may have reached the carrier; only the carrier knows. */
  async function findSent(row: MessageRow, message: OutgoingMessage): Promise<string | null> {
    if (!row.existed) return null
    return solapi.find(message.to, message.key, new Date(row.createdAt.getTime() - CLOCK_SLACK_MS))
  }

  async function deliver(row: MessageRow, message: OutgoingMessage, subject: string): Promise<void> {
    const type = textMessageType(message.body)
    try {
      const providerId =
        (await findSent(row, message)) ??
        (await solapi.send({
          to: message.to,
          from: settings.company.phone,
          text: message.body,
          type,
          key: message.key,
          ...(type === 'SMS' ? {} : { subject: cutToBytes(subject, SUBJECT_MAX_BYTES) }),
        }))
      await settleMessageSent(db, row.id, providerId)
    } catch (error) {
      if (error instanceof PartyError && !error.retryable)
        await settleMessageFailed(db, row.id, error.message)
      throw error
    }
  }

  return {
    async sendMessage(input) {
      const { subject, text } = writeNotification(input.kind, {
        ...input,
        companyName: settings.company.name,
        companyPhone: formatPhone(settings.company.phone),
        link: linkFor(input, settings),
      })
      const { key, orderNo, kind, to } = input
      const message = { key, orderNo, kind, to, body: text }
      const row = await openMessage(db, keys, message)
      if (row.status === 'sent' || row.status === 'delivered') return { messageId: row.id }
      if (row.status === 'failed') {
        await reopenMessage(db, keys, row.id, message)
        // The failed text is known to the carrier under the same key: it must not be taken for this one.
        await deliver({ ...row, existed: false }, message, subject)
      } else {
        await deliver(row, message, subject)
      }
      return { messageId: row.id }
    },
  }
}

const LINK_PURPOSES: Partial<Record<MessageKind, LinkPurpose>> = { payment_link: 'pay', delivered: 'photo' }

function linkFor(input: SendMessageInput, settings: MessageDependencies['settings']): string | null {
  const purpose = LINK_PURPOSES[input.kind]
  if (purpose === undefined || (purpose === 'photo' && !input.hasPhoto)) return null
  return signedLink(settings.publicUrl, purpose, input.orderNo, settings.secret)
}
