/** Which of the languages that a client names was spoken. The stand-in knows them by their letters. */

const SCRIPTS: Readonly<Record<string, RegExp>> = {
  ko: /\p{Script=Hangul}/u,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
  zh: /\p{Script=Han}/u,
}
/** Those with Latin letters, and those without any sign of theirs, come last. */
const ORDER = ['ko', 'ja', 'zh']
const languageOf = (locale: string): string => locale.split('-')[0] ?? locale

export interface PrimaryLanguage {
  readonly Language: string
  readonly Confidence: 'High' | 'Low'
}

/** @param locales that were named, e.g. "ko-KR"; none: nothing was asked. @param before what was spoken until now. */
export function primaryLanguage(
  text: string,
  locales: readonly string[],
  before: string | null,
): PrimaryLanguage | null {
  const [first] = locales
  if (first === undefined) return null
  const found = ORDER.filter((language) => SCRIPTS[language]?.test(text) === true)
  const spoken = locales.find((locale) => languageOf(locale) === found[0])
  if (spoken !== undefined) return { Language: spoken, Confidence: 'High' }
  const latin = locales.find((locale) => !ORDER.includes(languageOf(locale)))
  if (/\p{Script=Latin}/u.test(text) && latin !== undefined) return { Language: latin, Confidence: 'High' }
  // Digits are the same everywhere.
  return { Language: before ?? first, Confidence: 'Low' }
}
