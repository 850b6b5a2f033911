/** One order as its customer may see it: read from the projection, nothing of anybody else. */
import { sql } from 'kysely'
import type { Database } from '../../../db/database.ts'
import { type DataKeys, decryptText } from '../../../db/encryption.ts'
import type { OrderNo } from '../../../domain/ids.ts'
import { koreanIso } from '../../../domain/korean-time.ts'
import type { OrderFields } from '../../../domain/order.ts'
import { maskPhone } from '../../../domain/phone-number.ts'
import type { OrderStage } from './texts.ts'

/** Times are milliseconds since 1970. */
export interface CustomerOrder {
  readonly orderNo: OrderNo
  readonly linkVersion: number
  /** Of the ticket: a page that shows an older one reads again. */
  readonly version: number
  readonly stage: OrderStage
  /** 0 ordered … 5 there. */
  readonly step: number
  readonly amountWon: number
  /** `phone` is masked: whoever was passed the link needs not learn it. */
  readonly fields: OrderFields
  readonly editable: boolean
  /** The vendor has the order: what is edited goes to the vendor. */
  readonly atVendor: boolean
  readonly hasIssue: boolean
  readonly payUntil: number | null
  readonly editUntil: number | null
  readonly deliveredAt: number | null
  readonly photoKey: string | null
  /** The account that was opened for this order, while it takes money. */
  readonly account: PayInAccount | null
  /** Money has to go back to a bank account that we don't know yet. */
  readonly wantsRefundAccount: boolean
}

/** Where the customer may transfer the money to. */
export interface PayInAccount {
  readonly bankCode: string
  readonly accountNumber: string
  readonly holder: string
  /** Milliseconds since 1970; after it money is refused, or the order is off. */
  readonly dueAt: number
}

const STEP_OF: Readonly<Record<string, number>> = {
  order_received: 0,
  awaiting_payment: 0,
  paid: 1,
  message_confirmed: 2,
  po_placed: 3,
  in_delivery: 4,
  delivered: 5,
}

/** @returns null when there is no such order. */
export async function readCustomerOrder(
  database: Database,
  keys: DataKeys,
  orderNo: OrderNo,
  nowMs: number,
): Promise<CustomerOrder | null> {
  const row = await database
    .selectFrom('orders')
    .innerJoin('tickets', 'tickets.order_id', 'orders.id')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('deliveries')
          .whereRef('deliveries.order_id', '=', 'orders.id')
          .select(['deliveries.delivered_at', 'deliveries.photo_key'])
          .orderBy('deliveries.id', 'desc')
          .limit(1)
          .as('delivery'),
      (join) => join.on(sql<boolean>`true`),
    )
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('payments')
          .whereRef('payments.order_id', '=', 'orders.id')
          .where('payments.account_number', 'is not', null)
          .select([
            'payments.status as account_status',
            'payments.account_bank',
            'payments.account_number',
            'payments.account_holder',
            'payments.due_at',
          ])
          .orderBy('payments.id', 'desc')
          .limit(1)
          .as('account'),
      (join) => join.on(sql<boolean>`true`),
    )
    .where('orders.order_no', '=', orderNo)
    .select([
      'orders.link_version',
      'orders.orderer',
      'orders.recipient',
      'orders.message',
      'orders.destination',
      'orders.room',
      'orders.deliver_by',
      'orders.phone',
      'orders.amount',
      'tickets.sub_state',
      'tickets.outcome',
      'tickets.actions',
      'tickets.issue_kind',
      'tickets.version',
      'tickets.payment_expires_at',
      'tickets.edit_window_ends_at',
      'delivery.delivered_at',
      'delivery.photo_key',
      'account.account_status',
      'account.account_bank',
      'account.account_number',
      'account.account_holder',
      'account.due_at',
    ])
    .select(({ exists, selectFrom, and, not }) =>
      and([
        exists(
          selectFrom('money_to_return')
            .select('money_to_return.id')
            .whereRef('money_to_return.order_id', '=', 'orders.id')
            .where('money_to_return.status', '=', 'open')
            // Cards are paid back by the gateway.
            .where('money_to_return.source', '!=', 'card'),
        ),
        not(
          exists(
            selectFrom('refund_accounts')
              .select('refund_accounts.order_id')
              .whereRef('refund_accounts.order_id', '=', 'orders.id'),
          ),
        ),
      ]).as('owes_to_unknown_account'),
    )
    .executeTakeFirst()
  if (row === undefined) return null
  const editUntil = row.edit_window_ends_at?.getTime() ?? null
  const step = STEP_OF[row.sub_state] ?? 0
  return {
    orderNo,
    linkVersion: row.link_version,
    version: row.version,
    stage: stageOf(row, editUntil !== null && editUntil > nowMs),
    step,
    amountWon: row.amount,
    fields: {
      orderer: row.orderer,
      recipient: row.recipient,
      message: row.message,
      destination: row.destination,
      room: row.room,
      deliver_by: row.deliver_by === null ? null : koreanIso(row.deliver_by.getTime()),
      phone: row.phone === null ? null : maskPhone(decryptText(row.phone, keys)),
    },
    editable: row.outcome === null && row.actions.includes('edit_order'),
    atVendor: step >= 3,
    hasIssue: row.issue_kind !== null,
    payUntil: row.payment_expires_at?.getTime() ?? null,
    editUntil,
    deliveredAt: row.delivered_at?.getTime() ?? null,
    photoKey: row.photo_key,
    account: accountIn(row, nowMs),
    wantsRefundAccount: row.actions.includes('set_refund_account') || Boolean(row.owes_to_unknown_account),
  }
}

interface AccountRow {
  readonly account_status: string | null
  readonly account_bank: string | null
  readonly account_number: string | null
  readonly account_holder: string | null
  readonly due_at: Date | null
  readonly payment_expires_at: Date | null
}

function accountIn(row: AccountRow, nowMs: number): PayInAccount | null {
  const { account_bank: bankCode, account_number: accountNumber, due_at: dueAt } = row
  if (row.account_status !== 'WAITING_FOR_DEPOSIT' || bankCode === null || accountNumber === null) return null
  if (dueAt === null || dueAt.getTime() <= nowMs) return null
  // The order may have to be paid before its account ends.
  const endsAt = Math.min(dueAt.getTime(), row.payment_expires_at?.getTime() ?? Number.POSITIVE_INFINITY)
  return { bankCode, accountNumber, holder: row.account_holder ?? '', dueAt: endsAt }
}

interface Stand {
  readonly sub_state: string
  readonly outcome: string | null
  readonly actions: readonly string[]
}

function stageOf({ sub_state: subState, outcome, actions }: Stand, windowIsOpen: boolean): OrderStage {
  if (outcome === 'cancelled' || outcome === 'refunded') return outcome
  if (outcome === 'delivered') return 'delivered'
  // Before delivery only an order that is being called off can't be changed.
  if (subState !== 'delivered' && !actions.includes('edit_order')) return 'closing'
  switch (subState) {
    case 'order_received':
      return 'draft'
    case 'awaiting_payment':
      return 'pay'
    case 'paid':
      return windowIsOpen ? 'window' : 'making'
    case 'in_delivery':
      return 'on_the_way'
    case 'delivered':
      return 'delivered'
    default:
      return 'making'
  }
}
