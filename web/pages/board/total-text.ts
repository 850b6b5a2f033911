import { useLanguage } from '../../i18n/use-language.ts'

/** "1,234", or "1,000+" where there are more than were counted. */
export function useTotalText(): (count: { readonly total: number; readonly atLeast: boolean }) => string {
  const language = useLanguage()
  return ({ total, atLeast }) => `${total.toLocaleString(language)}${atLeast ? '+' : ''}`
}
