/** Text messages to customers through Solapi, each at most once per key. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { openMessage, reopenMessage } from '../db/queries/messages.ts'
import { readLinkVersion } from '../db/queries/order-links.ts'
import { type MessageKind, writeNotification } from '../domain/notification.ts'
import { formatPhone } from '../domain/phone-number.ts'
import { orderPageLink, signedLink } from '../domain/signed-link.ts'
import type { MessageActivities, SendMessageInput } from './activity-types.ts'
import type { SolapiClient } from './solapi-client.ts'
import { createTextSender } from './text-sender.ts'

export interface MessageDependencies {
  readonly db: Database
  readonly solapi: Pick<SolapiClient, 'send' | 'find'>
  readonly settings: Pick<Settings, 'company' | 'publicUrl' | 'secret' | 'dataKey' | 'orderLinkDays'>
}

/** Texts that lead to the customer's order page. */
const WITH_ORDER_PAGE: ReadonlySet<MessageKind> = new Set([
  'payment_link',
  'confirmation',
  'order_link',
  'payment_reminder',
  'deposit_part',
])

export function createMessageActivities({ db, solapi, settings }: MessageDependencies): MessageActivities {
  const keys = settings.dataKey

  const sendText = createTextSender({ db, solapi, from: settings.company.phone })

  async function linkFor({ kind, orderNo, hasPhoto }: SendMessageInput): Promise<string | null> {
    const { publicUrl, secret, orderLinkDays } = settings
    if (kind === 'delivered') return hasPhoto ? signedLink(publicUrl, 'photo', orderNo, secret) : null
    if (!WITH_ORDER_PAGE.has(kind)) return null
    const version = (await readLinkVersion(db, orderNo)) ?? 0
    const expiresAt = Date.now() + orderLinkDays * 86_400_000
    return orderPageLink(publicUrl, { orderNo, version, expiresAt }, secret)
  }

  return {
    async sendMessage(input) {
      const { subject, text } = writeNotification(input.kind, {
        ...input,
        companyName: settings.company.name,
        companyPhone: formatPhone(settings.company.phone),
        link: await linkFor(input),
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
