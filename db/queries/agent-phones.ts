/** Numbers of softphones. */
import type { Database } from '../database.ts'

/** The person's extension; the first time they get one, for good. */
export async function extensionOf(database: Database, userId: string): Promise<string> {
  await database
    .insertInto('agent_phones')
    .values({ user_id: userId })
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .execute()
  const { extension } = await database
    .selectFrom('agent_phones')
    .select('extension')
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return String(extension)
}

/** Whose telephone it is; null: nobody's. @param extension digits. */
export async function personOfExtension(
  database: Database,
  extension: string,
): Promise<{ readonly id: string; readonly name: string; readonly role: string | null } | null> {
  // The column is an integer of four bytes: what is longer is nobody's.
  if (!/^\d{1,9}$/.test(extension)) return null
  const person = await database
    .selectFrom('agent_phones')
    .innerJoin('auth_users', 'auth_users.id', 'agent_phones.user_id')
    .select(['auth_users.id', 'auth_users.name', 'auth_users.role'])
    .where('agent_phones.extension', '=', Number(extension))
    .executeTakeFirst()
  return person ?? null
}

export interface ColleaguePhone {
  readonly name: string
  readonly extension: string
  /** In a call of customers, as far as our records know. */
  readonly isTalking: boolean
}

/** Everybody else who can sign in and has ever had a telephone, by name. @param userId whose colleagues. */
export async function colleaguePhones(
  database: Database,
  userId: string,
): Promise<readonly ColleaguePhone[]> {
  const rows = await database
    .selectFrom('agent_phones')
    .innerJoin('auth_users', 'auth_users.id', 'agent_phones.user_id')
    .where('auth_users.id', '!=', userId)
    .where((eb) => eb.or([eb('auth_users.banned', 'is', null), eb('auth_users.banned', '=', false)]))
    .select((eb) => [
      'auth_users.name',
      'agent_phones.extension',
      eb
        .exists(
          eb
            .selectFrom('call_guests')
            .innerJoin('call_records', 'call_records.call_id', 'call_guests.call_id')
            .whereRef('call_guests.user_id', '=', 'auth_users.id')
            .where('call_guests.joined_at', 'is not', null)
            .where('call_guests.left_at', 'is', null)
            .where('call_records.ended_at', 'is', null)
            .select('call_guests.id'),
        )
        .as('is_talking'),
    ])
    .orderBy('auth_users.name')
    .orderBy('agent_phones.extension')
    .execute()
  return rows.map(({ name, extension, is_talking }) => ({
    name,
    extension: String(extension),
    isTalking: Boolean(is_talking),
  }))
}

export interface DeskPhone {
  readonly extension: string
  readonly personId: string
  readonly personName: string
}

/** Everybody who can sign in, has a telephone and talks with nobody; who has talked longest ago, or never, first. */
export async function deskPhones(database: Database): Promise<readonly DeskPhone[]> {
  const rows = await database
    .selectFrom('agent_phones')
    .innerJoin('auth_users', 'auth_users.id', 'agent_phones.user_id')
    .leftJoin('call_guests', (join) =>
      join.onRef('call_guests.user_id', '=', 'auth_users.id').on('call_guests.joined_at', 'is not', null),
    )
    .leftJoin('call_records', 'call_records.call_id', 'call_guests.call_id')
    .where((eb) => eb.or([eb('auth_users.banned', 'is', null), eb('auth_users.banned', '=', false)]))
    .select((eb) => [
      'auth_users.id',
      'auth_users.name',
      'agent_phones.extension',
      eb.fn.max('left_at').as('talked'),
    ])
    .groupBy(['auth_users.id', 'auth_users.name', 'agent_phones.extension'])
    .having((eb) =>
      eb(
        eb.fn
          .count('call_guests.id')
          .filterWhere('call_guests.left_at', 'is', null)
          .filterWhere('call_records.ended_at', 'is', null),
        '=',
        0,
      ),
    )
    .orderBy('talked', (order) => order.asc().nullsFirst())
    .orderBy('agent_phones.extension')
    .execute()
  return rows.map(({ id, name, extension }) => ({
    personId: id,
    personName: name,
    extension: String(extension),
  }))
}
