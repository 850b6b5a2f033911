/** Language of the app: Korean first, English loaded when it is asked for. Remembered in the browser. */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Language } from '../format/time.ts'
import { ko, type Texts } from './ko/index.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Texts }
  }
}

const STORAGE_KEY = 'daeri-language'

export const isLanguage = (value: unknown): value is Language => value === 'ko' || value === 'en'

/** Ready when the texts of the chosen language are there, so that nothing flickers. */
export async function setUpLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'ko',
    fallbackLng: 'ko',
    resources: { ko: { translation: ko } },
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
  })
  const stored = localStorage.getItem(STORAGE_KEY)
  await setLanguage(isLanguage(stored) ? stored : 'ko')
}

export async function setLanguage(language: Language): Promise<void> {
  if (language === 'en' && !i18next.hasResourceBundle('en', 'translation')) {
    const { en } = await import('./en/index.ts')
    i18next.addResourceBundle('en', 'translation', en)
  }
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
  localStorage.setItem(STORAGE_KEY, language)
}
