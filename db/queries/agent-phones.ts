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
