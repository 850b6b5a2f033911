/** The text that tells a customer that a person has sent their money back, also of an order that has ended. */
import type { Database } from '../db/database.ts'
import type { DataKeys } from '../db/encryption.ts'
import { customerOrder } from '../db/queries/customer-orders.ts'
import { readReturnedMoney } from '../db/queries/money-to-return.ts'
import { parseOrderNo } from '../domain/ids.ts'
import { EMPTY_ORDER } from '../domain/order.ts'
import type { OrderPolicy } from '../domain/order-policy.ts'
import { isMobile } from '../domain/phone-number.ts'
import type { MessageActivities } from './activity-types.ts'
import type { ReturnNoticeActivities } from './money-types.ts'

export interface ReturnNoticeDependencies {
  readonly db: Database
  readonly dataKeys: DataKeys
  readonly messages: MessageActivities
  readonly policy: OrderPolicy
}

export function createReturnNotices(deps: ReturnNoticeDependencies): ReturnNoticeActivities {
  const { db, dataKeys, messages, policy } = deps
  return {
    async tellOfReturn({ returnId }) {
      const money = await readReturnedMoney(db, returnId)
      // Somebody has taken it back meanwhile: nothing was sent.
      if (money === null) return { status: 'not_returned' }
      const orderNo = parseOrderNo(money.orderNo)
      const order = await customerOrder(db, dataKeys, orderNo)
      const to = [order?.contactPhone, order?.customerPhone].find(
        (digits) => digits !== undefined && isMobile(digits),
      )
      if (to === undefined) return { status: 'no_number' }
      const { priceWon: amountWon, editWindowSeconds, paymentExpirySeconds } = policy
      await messages.sendMessage({
        orderNo,
        kind: 'money_returned',
        key: `money-returned:${returnId}`,
        to,
        order: EMPTY_ORDER,
        amountWon,
        refundWon: money.amountWon,
        editWindowSeconds,
        paymentExpirySeconds,
        deliveredAt: null,
        hasPhoto: false,
      })
      return { status: 'sent' }
    },
  }
}
