/** Words of chats that no model writes: who speaks, apologies, and what Kakao hears while an answer is made. */
import type { Language } from './money.ts'

/** Which of ours has the word. */
export type ChatSpeaker = 'ai' | 'person'

/** The language of what somebody wrote: Korean unless there is no Korean letter in it. */
export function chatLanguage(words: string): Language {
  return /[a-z]{2}/i.test(words) && !/\p{Script=Hangul}/u.test(words) ? 'en' : 'ko'
}

/** First words of a thread: who speaks, that it is an AI, that a person can be asked for. */
function chatIntroduction(companyName: string, language: Language): string {
  return language === 'ko'
    ? `[${companyName} AI 상담원] 안녕하세요, AI가 답해 드립니다. 사람과 상담하시려면 "상담원"이라고 보내 주세요.`
    : `[${companyName} AI assistant] Hello, an AI answers you here. Write "agent" to talk to a person.`
}

const LABELS: Readonly<Record<Language, Readonly<Record<ChatSpeaker, string>>>> = {
  ko: { ai: '[AI 상담원]', person: '[상담원]' },
  en: { ai: '[AI assistant]', person: '[Agent]' },
}

/**
 * A message with the label of who speaks, where that is not clear from the message before.
 * @param before who of ours spoke last in this thread; null: nobody yet.
 */
export function labelled(
  text: string,
  speaker: ChatSpeaker,
  before: ChatSpeaker | null,
  companyName: string,
  language: Language,
): string {
  if (speaker === before) return text
  if (speaker === 'ai' && before === null) return `${chatIntroduction(companyName, language)}\n\n${text}`
  return `${LABELS[language][speaker]} ${text}`
}

/** The model gave no answer: honest, and a person follows. */
export function chatFault(language: Language): string {
  return language === 'ko'
    ? '죄송합니다, 지금 AI 상담에 문제가 있어 답변을 드리지 못했습니다. 담당자가 확인하고 곧 연락드리겠습니다.'
    : 'I am sorry, I cannot answer just now because something went wrong on our side. A colleague will get back to you soon.'
}

/** What Kakao is told at once while something else follows. */
const HOLDING = {
  later: {
    ko: '확인하고 있습니다. 잠시만 기다려 주세요.',
    en: 'I am looking into it. One moment, please.',
  },
  merged: {
    ko: '네, 보내 주신 내용을 함께 확인하고 있습니다.',
    en: 'Thank you, I am reading all of it together.',
  },
  person: {
    ko: '상담원이 확인하고 있습니다. 곧 답변드리겠습니다.',
    en: 'A colleague is reading this and will answer soon.',
  },
  away: {
    ko: '죄송합니다, 지금 시스템에 잠시 문제가 있습니다. 보내 주신 내용은 받아 두었고, 복구되는 대로 답변드리겠습니다.',
    en: 'I am sorry, our system has a problem at the moment. Your message is kept, and we will answer as soon as it is back.',
  },
  lost: {
    ko: '죄송합니다, 지금 시스템에 문제가 있어 메시지를 받지 못했습니다. 잠시 후 다시 보내 주세요.',
    en: 'I am sorry, our system has a problem and could not take your message. Please send it again in a moment.',
  },
} as const

export const holdingText = (kind: keyof typeof HOLDING, language: Language): string => HOLDING[kind][language]
