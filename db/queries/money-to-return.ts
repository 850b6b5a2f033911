/** Money that people send back: settled by one of them, with what proves it. */
import type { Database } from '../database.ts'
import { notifyScreens } from './notify.ts'

/** @returns false when it is settled already. */
export function settleReturn(db: Database, id: number, by: string, note: string): Promise<boolean> {
  return change(db, id, 'open', { status: 'returned', settled_by: by, settled_at: new Date(), note })
}

/** It was not sent back after all, e.g. because its order is doing so by itself. */
export function reopenReturn(db: Database, id: number): Promise<boolean> {
  return change(db, id, 'returned', { status: 'open', settled_by: null, settled_at: null, note: null })
}

async function change(
  db: Database,
  id: number,
  from: 'open' | 'returned',
  values: {
    readonly status: string
    readonly settled_by: string | null
    readonly settled_at: Date | null
    readonly note: string | null
  },
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('money_to_return')
      .set(values)
      .where('id', '=', id)
      .where('status', '=', from)
      .returning('id')
      .execute()
    if (changed.length > 0) await notifyScreens(trx, { type: 'money_changed' })
    return changed.length > 0
  })
}
