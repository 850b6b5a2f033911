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
