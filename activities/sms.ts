/** Text messages to customers through Solapi, each at most once per key. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { openMessage, reopenMessage } from '../db/queries/messages.ts'
import { type MessageKind, writeNotification } from '../domain/notification.ts'
import { formatPhone } from '../domain/phone-number.ts'
import { type LinkPurpose, signedLink } from '../domain/signed-link.ts'
import type { MessageActivities, SendMessageInput } from './activity-types.ts'
import type { SolapiClient } from './solapi-client.ts'
import { createTextSender } from './text-sender.ts'

export interface MessageDependencies {
  readonly db: Database
  readonly solapi: Pick<SolapiClient, 'send' | 'find'>
  readonly settings: Pick<Settings, 'company' | 'publicUrl' | 'secret' | 'dataKey'>
}

export function createMessageActivities({ db, solapi, settings }: MessageDependencies): MessageActivities {
  const keys = settings.dataKey

  const sendText = createTextSender({ db, solapi, from: settings.company.phone })

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
        await sendText({ ...row, existed: false }, { ...message, subject })
      } else {
        await sendText(row, { ...message, subject })
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
