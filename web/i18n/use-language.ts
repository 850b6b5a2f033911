import { useTranslation } from 'react-i18next'
import type { Language } from '../format/time.ts'
import { isLanguage } from './index.ts'

/** Language the app speaks now. */
export function useLanguage(): Language {
  const { i18n } = useTranslation()
  return isLanguage(i18n.language) ? i18n.language : 'ko'
}
