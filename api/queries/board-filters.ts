/** Filters that a person has saved under a name. */
import type { Database } from '../../db/database.ts'

/** More would not find room above the board. */
export const MAX_SAVED_FILTERS = 30

export interface StoredFilter {
  readonly id: number
  readonly name: string
  readonly search: unknown
}

/** In the order in which they were first saved. */
export const listFilters = (database: Database, userId: string): Promise<StoredFilter[]> =>
  database
    .selectFrom('board_filters')
    .select(['id', 'name', 'search'])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute()

/** Under a name that is there already it takes the place of the former. */
export const saveFilter = (
  database: Database,
  userId: string,
  { name, search }: { readonly name: string; readonly search: Readonly<Record<string, string>> },
): Promise<StoredFilter> =>
  database
    .insertInto('board_filters')
    .values({ user_id: userId, name, search: JSON.stringify(search) })
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'name']).doUpdateSet({ search: JSON.stringify(search) }),
    )
    .returning(['id', 'name', 'search'])
    .executeTakeFirstOrThrow()

/** @returns whether there was one of this person. */
export async function deleteFilter(database: Database, userId: string, id: number): Promise<boolean> {
  const { numDeletedRows } = await database
    .deleteFrom('board_filters')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
