/** In which language a customer talked with us the last time. */
import { TALK_LANGUAGES, type TalkLanguage } from '../../domain/talk-language.ts'
import type { Database } from '../database.ts'
import { type DataKeys, decryptText, phoneHash } from '../encryption.ts'

/** @param phone national digits. @returns null for who has not called before, or whose call was not read yet. */
export async function languageOfCustomer(
  db: Database,
  dataKeys: DataKeys,
  phone: string,
): Promise<TalkLanguage | null> {
  if (phone === '') return null
  const last = await db
    .selectFrom('call_records')
    .innerJoin('customers', 'customers.id', 'call_records.customer_id')
    .select('call_records.analysis')
    .where('customers.phone_hash', '=', phoneHash(phone, dataKeys))
    .where('call_records.direction', '=', 'inbound')
    .where('call_records.analysis', 'is not', null)
    .orderBy('call_records.called_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last === undefined || last.analysis === null) return null
  const { language }: { readonly language?: unknown } = JSON.parse(decryptText(last.analysis, dataKeys))
  return TALK_LANGUAGES.find((known) => known === language) ?? null
}
