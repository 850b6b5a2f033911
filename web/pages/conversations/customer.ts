import type { TFunction } from 'i18next'
import type { ThreadSummary } from '../../api/types.ts'

/** What a customer is called where their conversations stand: by name, else by their masked number. */
export function customerOf(
  { name, phone, channel }: Pick<ThreadSummary, 'name' | 'phone' | 'channel'>,
  t: TFunction,
): { readonly main: string; readonly more: string | null } {
  if (name !== null) return { main: name, more: phone }
  return { main: phone ?? t(`chat.unknown.${channel}`), more: null }
}
