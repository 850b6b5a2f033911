/** The link to a delivery photo by text, to the number that the order has on file and to no other. */
import type { Database } from '../db/database.ts'
import type { DataKeys } from '../db/encryption.ts'
import { customerOrder } from '../db/queries/customer-orders.ts'
import type { OrderNo } from '../domain/ids.ts'
import { EMPTY_ORDER } from '../domain/order.ts'
import type { OrderPolicy } from '../domain/order-policy.ts'
import { isMobile } from '../domain/phone-number.ts'
import type { MessageActivities } from './activity-types.ts'

export interface PhotoLinkResult {
  /** `just_sent`: moments ago; `no_number`: nothing on file that takes texts. */
  readonly status: 'sent' | 'just_sent' | 'not_delivered' | 'no_photo' | 'no_number'
}

export interface PhotoLinkDependencies {
  readonly db: Database
  readonly dataKeys: DataKeys
  readonly messages: MessageActivities
  readonly policy: OrderPolicy
}

/** Who asks again at once gets no second text. */
const AGAIN_AFTER_MS = 60_000

export function createPhotoLinks({ db, dataKeys, messages, policy }: PhotoLinkDependencies) {
  async function wasJustSent(orderNo: OrderNo, key: string): Promise<boolean> {
    const sent = await db
      .selectFrom('messages')
      .innerJoin('orders', 'orders.id', 'messages.order_id')
      .select('messages.id')
      .where('orders.order_no', '=', orderNo)
      .where('messages.kind', '=', 'photo_link')
      .where('messages.idempotency_key', '!=', key)
      .where('messages.created_at', '>', new Date(Date.now() - AGAIN_AFTER_MS))
      .executeTakeFirst()
    return sent !== undefined
  }

  return {
    async send(orderNo: OrderNo, key: string): Promise<PhotoLinkResult> {
      const order = await customerOrder(db, dataKeys, orderNo)
      if (order === null || order.short.deliveredAt === null) return { status: 'not_delivered' }
      if (!order.short.photo) return { status: 'no_photo' }
      const to = [order.contactPhone, order.customerPhone].find((digits) => isMobile(digits))
      if (to === undefined) return { status: 'no_number' }
      if (await wasJustSent(orderNo, key)) return { status: 'just_sent' }
      const { priceWon: amountWon, editWindowSeconds, paymentExpirySeconds } = policy
      await messages.sendMessage({
        orderNo,
        kind: 'photo_link',
        key,
        to,
        order: EMPTY_ORDER,
        amountWon,
        editWindowSeconds,
        paymentExpirySeconds,
        deliveredAt: order.short.deliveredAt,
        hasPhoto: true,
      })
      return { status: 'sent' }
    },
  }
}
