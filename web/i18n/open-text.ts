import i18next from 'i18next'

/**
 * Text of a word whose list the server may lengthen (payment status, message kind …): the known translation,
 * else the word itself rather than nothing.
 * @param group e.g. 'ticket.payment_status'
 */
export function openText(group: string, word: string): string {
  const key = `${group}.${word.toLowerCase()}`
  return i18next.exists(key) ? String(i18next.t(key as never)) : word
}
