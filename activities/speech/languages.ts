/** The languages of our talks as the speech service names them (BCP 47), and their voices. */
import { TALK_LANGUAGES, type TalkLanguage } from '../../domain/talk-language.ts'
import type { SpeechLanguage } from './ports.ts'

export const SPEECH_LANGUAGES: Readonly<Record<TalkLanguage, SpeechLanguage>> = {
  ko: 'ko-KR',
  en: 'en-US',
  ja: 'ja-JP',
  zh: 'zh-CN',
}

/** Voices beside the Korean one, which is a setting. */
export const FOREIGN_VOICES: Readonly<Record<Exclude<SpeechLanguage, 'ko-KR'>, string>> = {
  'en-US': 'en-US-AvaNeural',
  'ja-JP': 'ja-JP-NanamiNeural',
  'zh-CN': 'zh-CN-XiaoxiaoNeural',
}

/** @param locale as the service tells it, e.g. "en-US"; null where it is none of ours. */
export const talkLanguageOf = (locale: string | undefined): TalkLanguage | null =>
  TALK_LANGUAGES.find((language) => SPEECH_LANGUAGES[language] === locale) ?? null
