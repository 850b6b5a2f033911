/** Rows of the company's bank account: each once, each settled at most once. */
import { sql } from 'kysely'
import { BANK_FEED } from '../../domain/bank-feed.ts'
import type { CandidateOrder, Deposit } from '../../domain/deposit-matching.ts'
import { plainName } from '../../domain/deposit-matching.ts'
import { type OrderNo, parseOrderNo } from '../../domain/ids.ts'
import type { Database, DatabaseTransaction } from '../database.ts'
import {
  type DataKeys,
  decryptNullable,
  decryptText,
  encryptNullable,
  encryptText,
  keyedHash,
} from '../encryption.ts'
import { notifyScreens } from './notify.ts'

/** A row as the feed tells it. */
export interface NewDeposit {
  readonly bankId: string
  /** ISO 8601. */
  readonly receivedAt: string
  /** Won, more than 0. */
  readonly amountWon: number
  readonly depositor: string
  readonly memo: string | null
}

/** Where the last reading ended; '' before the first. */
export async function readFeedCursor(db: Database): Promise<string> {
  const row = await db
    .selectFrom('feed_cursors')
    .select('cursor')
    .where('feed', '=', BANK_FEED)
    .executeTakeFirst()
  return row?.cursor ?? ''
}

/** Keeps a page and how far it goes, together; rows that are known change nothing. @returns how many were new. */
export async function keepDeposits(
  db: Database,
  keys: DataKeys,
  deposits: readonly NewDeposit[],
  cursor: string,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const rows = deposits.map(({ bankId, receivedAt, amountWon, depositor, memo }) => ({
      bank_id: bankId,
      received_at: receivedAt,
      amount: amountWon,
      depositor: encryptText(depositor, keys),
      depositor_hash: keyedHash('depositor', plainName(depositor), keys),
      memo: encryptNullable(memo, keys),
      status: 'waiting',
    }))
    const kept =
      rows.length === 0
        ? []
        : await trx
            .insertInto('bank_deposits')
            .values(rows)
            .onConflict((conflict) => conflict.column('bank_id').doNothing())
            .returning('id')
            .execute()
    await noteReading(trx, cursor, null)
    if (kept.length > 0) await notifyScreens(trx, { type: 'money_changed' })
    return kept.length
  })
}

/** The feed was read, or could not be. */
export async function noteReading(
  db: Database | DatabaseTransaction,
  cursor: string,
  error: string | null,
): Promise<void> {
  await db
    .insertInto('feed_cursors')
    .values({ feed: BANK_FEED, cursor, read_at: new Date(), error })
    .onConflict((conflict) =>
      conflict
        .column('feed')
        .doUpdateSet({ cursor, error, ...(error === null ? { read_at: new Date() } : {}) }),
    )
    .execute()
}

/** A deposit that is not settled. */
export interface OpenDeposit extends Deposit {
  readonly id: number
  readonly bankId: string
  /** Being told to this order. */
  readonly claimedFor: OrderNo | null
}

const OPEN_STATES = ['waiting', 'claimed'] as const
/** Oldest first; more than a person can look through. */
const MAX_OPEN = 500

export async function readOpenDeposits(db: Database, keys: DataKeys): Promise<OpenDeposit[]> {
  const rows = await db
    .selectFrom('bank_deposits')
    .leftJoin('orders', 'orders.id', 'bank_deposits.order_id')
    .where('bank_deposits.status', 'in', OPEN_STATES)
    .select([
      'bank_deposits.id',
      'bank_deposits.bank_id',
      'bank_deposits.amount',
      'bank_deposits.received_at',
      'bank_deposits.depositor',
      'bank_deposits.memo',
      'bank_deposits.status',
      'orders.order_no',
    ])
    .orderBy('bank_deposits.received_at')
    .orderBy('bank_deposits.id')
    .limit(MAX_OPEN)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    bankId: row.bank_id,
    amountWon: row.amount,
    receivedAtMs: row.received_at.getTime(),
    depositor: decryptText(row.depositor, keys),
    memo: decryptNullable(row.memo, keys) ?? '',
    claimedFor: row.status === 'claimed' && row.order_no !== null ? parseOrderNo(row.order_no) : null,
  }))
}

/** Orders that ended or were paid longer ago are no candidates any more. */
const CANDIDATE_DAYS = 30

/** Every order that a deposit may belong to. */
export async function readCandidates(db: Database | DatabaseTransaction): Promise<CandidateOrder[]> {
  const rows = await db
    .selectFrom('orders')
    .innerJoin('tickets', 'tickets.order_id', 'orders.id')
    .innerJoin('customers', 'customers.id', 'orders.customer_id')
    .where(({ eb, and, or }) =>
      or([
        and([eb('tickets.outcome', 'is', null), eb('tickets.sub_state', '=', 'awaiting_payment')]),
        and([
          eb('tickets.sub_state', '<>', 'order_received'),
          eb('tickets.updated_at', '>', sql<Date>`now() - make_interval(days => ${CANDIDATE_DAYS})`),
        ]),
      ]),
    )
    .select(({ selectFrom }) => [
      'orders.order_no',
      'orders.amount',
      'orders.orderer',
      'orders.ordered_at',
      'customers.name',
      'customers.phone_tail',
      'tickets.sub_state',
      'tickets.outcome',
      selectFrom('bank_deposits')
        .whereRef('bank_deposits.order_id', '=', 'orders.id')
        .where('bank_deposits.status', 'in', ['claimed', 'matched'])
        .select(({ fn }) => fn.coalesce(fn.sum<string>('bank_deposits.amount'), sql<string>`0`).as('won'))
        .as('deposited'),
    ])
    .execute()
  return rows.map((row) => {
    const unpaid = row.sub_state === 'awaiting_payment'
    const missingWon = Math.max(0, row.amount - Number(row.deposited ?? 0))
    const isWaiting = unpaid && row.outcome === null && missingWon > 0
    return {
      orderNo: parseOrderNo(row.order_no),
      state: isWaiting ? 'waiting' : unpaid && row.outcome !== null ? 'closed' : 'paid',
      amountWon: row.amount,
      missingWon: isWaiting ? missingWon : 0,
      names: [row.orderer, row.name].filter((name) => name !== null),
      phoneTails: row.phone_tail === '' ? [] : [row.phone_tail],
      openedAtMs: row.ordered_at.getTime(),
    }
  })
}

/** Any constant: one deposit at a time is judged and claimed, so that no two take the same order for theirs. */
const MATCHING_LOCK = 715_002

/** Runs `act` while nobody else judges or claims deposits. */
export function matchingAlone<Result>(
  db: Database,
  act: (trx: DatabaseTransaction) => Promise<Result>,
): Promise<Result> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${MATCHING_LOCK})`.execute(trx)
    return act(trx)
  })
}

/** Says whose it is before the order is told. @returns false when somebody else was faster. */
export async function claimDeposit(
  trx: DatabaseTransaction,
  id: number,
  orderNo: OrderNo,
  by: string,
): Promise<boolean> {
  const claimed = await trx
    .updateTable('bank_deposits')
    .set({
      status: 'claimed',
      order_id: trx.selectFrom('orders').select('id').where('order_no', '=', orderNo),
      settled_by: by,
    })
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .returning('id')
    .execute()
  return claimed.length > 0
}

/** The order has taken the deposit. */
export async function settleClaim(db: Database, id: number): Promise<void> {
  await changeDeposit(db, id, 'claimed', { status: 'matched', settled_at: new Date(), reason: null })
}

/** The order counts the deposit: its timeline says so. */
export async function hasTaken(db: Database, orderNo: OrderNo, bankId: string): Promise<boolean> {
  const row = await db
    .selectFrom('ticket_events')
    .innerJoin('tickets', 'tickets.id', 'ticket_events.ticket_id')
    .innerJoin('orders', 'orders.id', 'tickets.order_id')
    .where('orders.order_no', '=', orderNo)
    .where('ticket_events.kind', '=', 'deposit_received')
    .where(sql<boolean>`ticket_events.data->>'deposit_id' = ${bankId}`)
    .select('ticket_events.id')
    .executeTakeFirst()
  return row !== undefined
}

/** The order would not take it: it waits again. */
export async function releaseClaim(db: Database, id: number): Promise<void> {
  await changeDeposit(db, id, 'claimed', { status: 'waiting', order_id: null, settled_by: null })
}

/** Why it waits, for the list; notified only when that is news. */
export async function noteDoubt(trx: DatabaseTransaction, id: number, reason: string): Promise<void> {
  const changed = await trx
    .updateTable('bank_deposits')
    .set({ reason })
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .where(({ eb, or }) => or([eb('reason', 'is', null), eb('reason', '<>', reason)]))
    .returning('id')
    .execute()
  if (changed.length > 0) await notifyScreens(trx, { type: 'money_changed' })
}

export interface SettledByHand {
  readonly status: 'returned' | 'ignored'
  readonly by: string
  readonly note: string
}

/** A person sent it back or says that it is no customer's money. @returns false when it is settled already. */
export function settleByHand(
  db: Database,
  id: number,
  { status, by, note }: SettledByHand,
): Promise<boolean> {
  return changeDeposit(db, id, 'waiting', { status, settled_by: by, settled_at: new Date(), note })
}

async function changeDeposit(
  db: Database,
  id: number,
  from: 'waiting' | 'claimed',
  change: {
    readonly status: string
    readonly order_id?: null
    readonly settled_by?: string | null
    readonly settled_at?: Date
    readonly reason?: null
    readonly note?: string
  },
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('bank_deposits')
      .set(change)
      .where('id', '=', id)
      .where('status', '=', from)
      .returning('id')
      .execute()
    if (changed.length > 0) await notifyScreens(trx, { type: 'money_changed' })
    return changed.length > 0
  })
}
