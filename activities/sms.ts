/** Text messages to customers through Solapi, each at most once per key, by the best way that is left. */

import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { openMessage, reopenMessage } from '../db/queries/messages.ts'
import { readLinkVersion } from '../db/queries/order-links.ts'
import type { IssueCause } from '../domain/issue-cause.ts'
import { type MessageKind, writeNotification } from '../domain/notification.ts'
import { formatPhone } from '../domain/phone-number.ts'
import { orderPageLink, signedLink } from '../domain/signed-link.ts'
import type { MessageActivities, SendMessageInput } from './activity-types.ts'
import type { FileStore } from './file-store.ts'
import { waysOf } from './message-ways.ts'
import type { SolapiClient } from './solapi-client.ts'
import { createTextSender, isFinal } from './text-sender.ts'

export interface MessageDependencies {
  readonly db: Database
  readonly solapi: Pick<SolapiClient, 'send' | 'find' | 'upload'>
  /** Our copies of the delivery photos. */
  readonly photos: FileStore
  readonly settings: Pick<
    Settings,
    'company' | 'publicUrl' | 'secret' | 'dataKey' | 'orderLinkDays' | 'kakao'
  >
}

/** Texts that lead to the customer's order page. */
const WITH_ORDER_PAGE: ReadonlySet<MessageKind> = new Set([
  'payment_link',
  'confirmation',
  'order_link',
  'payment_reminder',
  'payment_until',
  'deposit_part',
  'refund_account',
  'call_broken_off',
])

export function createMessageActivities(deps: MessageDependencies): MessageActivities {
  const { db, solapi, photos, settings } = deps
  const keys = settings.dataKey

  const sendText = createTextSender({ db, solapi, from: settings.company.phone })
  const wayDependencies = { solapi, photos, settings }

  async function linkFor({ kind, orderNo, hasPhoto }: SendMessageInput): Promise<string | null> {
    const { publicUrl, secret, orderLinkDays } = settings
    if (kind === 'delivered' || kind === 'photo_link')
      return hasPhoto ? signedLink(publicUrl, 'photo', orderNo, secret) : null
    if (!WITH_ORDER_PAGE.has(kind)) return null
    const version = (await readLinkVersion(db, orderNo)) ?? 0
    const expiresAt = Date.now() + orderLinkDays * 86_400_000
    return orderPageLink(publicUrl, { orderNo, version, expiresAt }, secret)
  }

  return {
    async sendMessage(input) {
      const { key, orderNo, kind, to, failedTypes = [] } = input
      const link = await linkFor(input)
      const write = (shown: string | null) =>
        writeNotification(kind, {
          ...input,
          companyName: settings.company.name,
          companyPhone: formatPhone(settings.company.phone),
          link: shown,
        })
      const { subject, text: withLink } = write(link)
      const ways = waysOf(input, { withLink, withoutLink: write(null).text, link }, wayDependencies)
      const left = ways.filter(({ type }) => !failedTypes.includes(type))
      const [way, next] = left
      if (way === undefined) throw new NoWayLeftError('문자를 보낼 다른 방법이 없습니다.')
      const { type, text, extras } = way
      const fallback = next?.type ?? null

      const message = { key, orderNo, kind, to, body: text, type, attempt: failedTypes.length + 1 }
      const row = await openMessage(db, keys, message)
      const sent = { messageId: row.id, type, fallback }
      if (row.status === 'sent' || row.status === 'delivered') return sent
      if (row.status === 'failed') await reopenMessage(db, keys, row.id, message)
      // The failed text is known to the carrier under the same key: it must not be taken for this one.
      const known = row.status === 'failed' ? { ...row, existed: false } : row
      try {
        await sendText(known, { ...message, subject, extras })
      } catch (error) {
        if (fallback === null || !isFinal(error)) throw error
        return { ...sent, refused: error.message }
      }
      return sent
    },
  }
}

/** Every way has been tried; retrying will not help. */
class NoWayLeftError extends Error {
  readonly issueCause: IssueCause = { code: 'text_no_way' }
  readonly retryable = false
}
