/** What other programs are told: noted once, tried until it is taken, put aside where it never is. */
import { sql } from 'kysely'
import { nextWebhookTryMs, type WebhookKind } from '../../domain/result-webhook.ts'
import type { Database } from '../database.ts'

export interface WebhookNews {
  readonly kind: WebhookKind
  readonly subjectId: string
  /** Tells one end of it from another. */
  readonly subjectVersion: number
  readonly at: Date
}

/** Repeating it changes nothing. */
export async function noteWebhook(
  db: Database,
  { kind, subjectId, subjectVersion, at }: WebhookNews,
): Promise<void> {
  await db
    .insertInto('webhook_deliveries')
    .values({ kind, subject_id: subjectId, subject_version: subjectVersion, created_at: at, next_try_at: at })
    .onConflict((conflict) => conflict.columns(['kind', 'subject_id', 'subject_version']).doNothing())
    .execute()
}

const deliveryRows = (db: Database) => db.selectFrom('webhook_deliveries').selectAll()
const readRows = (db: Database) => deliveryRows(db).execute()
export type WebhookDeliveryRow = Awaited<ReturnType<typeof readRows>>[number]

/**
 * Takes those that are due; another copy of the API takes others. One that is not settled by then is due again after
 * the lease, so that nothing is lost with the process that took it.
 */
export async function takeDueWebhooks(
  db: Database,
  { at, leaseMs, limit }: { readonly at: Date; readonly leaseMs: number; readonly limit: number },
): Promise<readonly WebhookDeliveryRow[]> {
  return await db
    .updateTable('webhook_deliveries')
    .set({ next_try_at: new Date(at.getTime() + leaseMs), tries: sql`tries + 1` })
    .where('id', 'in', (inner) =>
      inner
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('state', '=', 'waiting')
        .where('next_try_at', '<=', at)
        .orderBy('next_try_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute()
}

/** How one try went. */
export interface WebhookTry {
  readonly id: number
  /** Made so far, this one among them. */
  readonly tries: number
  readonly at: Date
  /** Null: nobody answered. */
  readonly status: number | null
  /** Null: it was taken. */
  readonly error: string | null
}

export async function settleWebhook(
  db: Database,
  { id, tries, at, status, error }: WebhookTry,
): Promise<void> {
  const again = error === null ? null : nextWebhookTryMs(tries, at.getTime())
  const failed = again === null ? ({ state: 'dead' } as const) : { next_try_at: new Date(again) }
  await db
    .updateTable('webhook_deliveries')
    .set({
      last_status: status,
      last_error: error,
      ...(error === null ? { state: 'delivered' as const, delivered_at: at } : failed),
    })
    .where('id', '=', id)
    // Somebody may have had it sent again meanwhile.
    .where('tries', '=', tries)
    .execute()
}

/** A person wants it told (again): at once, and as often as the first time. @returns undefined: there is none. */
export const resendWebhook = (db: Database, id: number, at: Date): Promise<WebhookDeliveryRow | undefined> =>
  db
    .updateTable('webhook_deliveries')
    .set({ state: 'waiting', tries: 0, next_try_at: at, delivered_at: null })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()

/** Those that nobody took first, then the newest. */
export const listWebhooks = (db: Database, limit: number): Promise<WebhookDeliveryRow[]> =>
  deliveryRows(db)
    .orderBy(sql`case state when 'dead' then 0 when 'waiting' then 1 else 2 end`)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
