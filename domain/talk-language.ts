/** The languages that our AI talks in, and which one it talks in now. Pure. */

export const TALK_LANGUAGES = ['ko', 'en', 'ja', 'zh'] as const
export type TalkLanguage = (typeof TALK_LANGUAGES)[number]

/** As much as tells a language from a loan word: "OK", "hello" or a name are said in Korean too. */
const MIN_LATIN_WORDS = 3
const MIN_LETTERS = 4

/** Letters of a script that the language is written in, by which what recognition says of it is believed. */
function isSubstantial(words: string, language: TalkLanguage): boolean {
  const letters = (pattern: RegExp) => words.match(pattern)?.length ?? 0
  switch (language) {
    case 'ko':
      return letters(/\p{Script=Hangul}/gu) >= MIN_LETTERS
    case 'en':
      return letters(/\p{Script=Latin}+/gu) >= MIN_LATIN_WORDS
    case 'ja':
      return letters(/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/gu) >= MIN_LETTERS
    case 'zh':
      return letters(/\p{Script=Han}/gu) >= MIN_LETTERS
  }
}

/**
 * The language to go on in.
 * @param heard the language that recognition found; null where it tells none.
 * @example followedLanguage('ko', { language: 'en', words: 'do you speak English' }) // 'en'
 * @example followedLanguage('ko', { language: 'en', words: 'John Kim' }) // 'ko'
 */
export function followedLanguage(
  now: TalkLanguage,
  heard: { readonly language: TalkLanguage | null; readonly words: string },
): TalkLanguage {
  const { language, words } = heard
  return language !== null && language !== now && isSubstantial(words, language) ? language : now
}
