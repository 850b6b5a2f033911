/** The languages that our AI talks in, and which one it talks in now. Pure. */

export const TALK_LANGUAGES = ['ko', 'en', 'ja', 'zh'] as const
export type TalkLanguage = (typeof TALK_LANGUAGES)[number]
export const isTalkLanguage = (text: string): text is TalkLanguage =>
  TALK_LANGUAGES.some((language) => language === text)
