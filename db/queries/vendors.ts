/** Vendors: who they are, how they are reached and what they get. */
import { sql } from 'kysely'
import type { Settings } from '../../config/settings.ts'
import { VENDOR_METHODS, type VendorMethod } from '../../domain/vendor.ts'
import type { Database, DatabaseTransaction } from '../database.ts'
import { type DataKeys, decryptText, encryptNullable } from '../encryption.ts'
import { notifyScreens } from './notify.ts'

export interface VendorFields {
  readonly name: string
  /** The preferred one first; never empty. */
  readonly methods: readonly VendorMethod[]
  /** National digits. */
  readonly phone: string | null
  /** Won for one wreath. */
  readonly costWon: number
  readonly active: boolean
  readonly isDefault: boolean
}
export interface VendorRecord extends VendorFields {
  readonly id: number
}

/** What the first vendor is until the owner changes it. */
export type VendorSeed = Pick<VendorFields, 'name' | 'methods' | 'phone' | 'costWon'>

export type SeedSettings = Pick<Settings, 'vendor' | 'order'>

/** The first vendor, as the settings describe it. */
export function vendorSeed({ vendor, order }: SeedSettings): VendorSeed {
  const phone = vendor.phone ?? null
  return {
    name: vendor.name,
    methods: VENDOR_METHODS.filter((method) => method !== 'phone' || phone !== null),
    phone,
    costWon: order.costWon,
  }
}

type VendorRow = Awaited<ReturnType<typeof readRows>>[number]
const readRows = (db: Database | DatabaseTransaction) =>
  db.selectFrom('vendors').selectAll().orderBy('is_default', 'desc').orderBy('id').execute()

function recordOf(row: VendorRow, keys: DataKeys): VendorRecord {
  return {
    id: row.id,
    name: row.name,
    methods: row.methods as VendorMethod[],
    phone: row.phone === null ? null : decryptText(row.phone, keys),
    costWon: row.cost,
    active: row.active,
    isDefault: row.is_default,
  }
}

/** The default one first. A database without vendors gets the first one from the settings. */
export async function listVendors(
  db: Database,
  keys: DataKeys,
  seed: VendorSeed,
): Promise<readonly VendorRecord[]> {
  const rows = await readRows(db)
  if (rows.length > 0) return rows.map((row) => recordOf(row, keys))
  await db
    .insertInto('vendors')
    .values({
      name: seed.name,
      methods: [...seed.methods],
      phone: encryptNullable(seed.phone, keys),
      cost: seed.costWon,
      is_default: true,
    })
    // Two processes may start at once.
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return (await readRows(db)).map((row) => recordOf(row, keys))
}

/** The vendor at which an order was placed, or is about to be; null for orders from before there were vendors. */
export async function vendorOfReference(
  db: Database,
  keys: DataKeys,
  reference: string,
): Promise<VendorRecord | null> {
  const row = await db
    .selectFrom('vendors')
    .innerJoin('purchase_orders', 'purchase_orders.vendor_id', 'vendors.id')
    .selectAll('vendors')
    .where('purchase_orders.reference', '=', reference)
    .executeTakeFirst()
  return row === undefined ? null : recordOf(row, keys)
}

/** How a vendor did with the orders that it was asked for since a moment. */
export interface VendorFigures {
  /** Purchase orders, also those it never got. */
  readonly orders: number
  readonly refused: number
  /** Those that had to wait, or never came there, because the vendor was out of reach. */
  readonly out: number
  readonly delivered: number
  /** How those that it took came there. */
  readonly ways: Readonly<Record<VendorMethod, number>>
}

/** By `vendors.id`; a vendor that was asked for nothing is absent. */
export async function vendorFigures(db: Database, since: Date): Promise<ReadonlyMap<number, VendorFigures>> {
  const count = (condition: string) => sql<number>`count(*) filter (where ${sql.raw(condition)})::int`
  // A ticket's event does not name the purchase order: it concerns the latest one at its time.
  const wasOut = `exists (
    select from tickets join ticket_events as told on told.ticket_id = tickets.id
    where tickets.order_id = placed.order_id and told.kind = 'vendor_out' and told.at >= placed.requested_at
      and not exists (select from purchase_orders as later where later.order_id = placed.order_id
        and later.requested_at > placed.requested_at and later.requested_at <= told.at))`
  const rows = await db
    .selectFrom('purchase_orders as placed')
    .leftJoin('deliveries', 'deliveries.purchase_order_id', 'placed.id')
    .where('placed.requested_at', '>=', since)
    .where('placed.vendor_id', 'is not', null)
    .groupBy('placed.vendor_id')
    .select([
      'placed.vendor_id',
      sql<number>`count(*)::int`.as('orders'),
      count(`placed.status = 'refused'`).as('refused'),
      count(wasOut).as('out'),
      count('deliveries.delivered_at is not null').as('delivered'),
      ...VENDOR_METHODS.map((method) => count(`placed.method = '${method}'`).as(method)),
    ])
    .execute()
  return new Map(
    rows.flatMap(({ vendor_id, api, browser, phone, ...figures }) =>
      vendor_id === null ? [] : [[vendor_id, { ...figures, ways: { api, browser, phone } }] as const],
    ),
  )
}

/** @returns null when there is none of this id. @throws the unique violation of a name that is taken. */
export async function updateVendor(
  db: Database,
  keys: DataKeys,
  id: number,
  change: Partial<VendorFields>,
): Promise<VendorRecord | null> {
  return db.transaction().execute(async (trx) => {
    if (change.isDefault === true) await clearDefault(trx)
    const row = await trx
      .updateTable('vendors')
      .set({ ...columnsOf(change, keys), updated_at: new Date() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) return null
    await notifyScreens(trx, { type: 'vendors_changed' })
    return recordOf(row, keys)
  })
}

/** @throws the unique violation of a name that is taken. */
export async function addVendor(db: Database, keys: DataKeys, fields: VendorFields): Promise<VendorRecord> {
  return db.transaction().execute(async (trx) => {
    if (fields.isDefault) await clearDefault(trx)
    const { name, methods, costWon } = fields
    const row = await trx
      .insertInto('vendors')
      .values({ ...columnsOf(fields, keys), name, methods: [...methods], cost: costWon })
      .returningAll()
      .executeTakeFirstOrThrow()
    await notifyScreens(trx, { type: 'vendors_changed' })
    return recordOf(row, keys)
  })
}

const clearDefault = (trx: DatabaseTransaction) =>
  trx.updateTable('vendors').set({ is_default: false }).where('is_default', '=', true).execute()

function columnsOf(fields: Partial<VendorFields>, keys: DataKeys) {
  const { name, methods, phone, costWon, active, isDefault } = fields
  return {
    ...(name === undefined ? {} : { name }),
    ...(methods === undefined ? {} : { methods: [...methods] }),
    ...(phone === undefined ? {} : { phone: encryptNullable(phone, keys) }),
    ...(costWon === undefined ? {} : { cost: costWon }),
    ...(active === undefined ? {} : { active }),
    ...(isDefault === undefined ? {} : { is_default: isDefault }),
  }
}
