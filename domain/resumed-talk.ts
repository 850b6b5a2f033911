/** The words with which a talk that was cut off goes on, when the caller has been called back. */
import type { DialogueMessage } from './dialogue.ts'
import type { TalkLanguage } from './talk-language.ts'

interface ResumingWords {
  readonly sorry: string
  /** Before the question that was open. */
  readonly goOn: string
  /** Where no question was. */
  readonly tell: string
}

export const RESUMING_WORDS: Readonly<Record<TalkLanguage, ResumingWords>> = {
  ko: {
    sorry: '조금 전 통화가 저희 문제로 끊어져 죄송합니다.',
    goOn: '말씀해 주신 내용은 그대로 있으니 이어서 여쭙겠습니다.',
    tell: '말씀해 주신 내용은 그대로 있으니 이어서 말씀해 주시겠어요?',
  },
  en: {
    sorry: 'I am sorry, our call was cut off by a problem on our side.',
    goOn: 'Nothing you told us is lost, so let us go on.',
    tell: 'Nothing you told us is lost. Would you go on, please?',
  },
  ja: {
    sorry: '先ほどはこちらの不具合で通話が切れてしまい、申し訳ございません。',
    goOn: 'お話しいただいた内容は残っておりますので、続きをお伺いします。',
    tell: 'お話しいただいた内容は残っております。続きをお話しいただけますか?',
  },
  zh: {
    sorry: '刚才由于我们的问题通话中断了,非常抱歉。',
    goOn: '您说的内容都已保存,我们继续。',
    tell: '您说的内容都已保存,请您继续说好吗?',
  },
}

const isQuestion = (sentence: string): boolean => /[?\uff1f]\s*$/.test(sentence)
/** "네, 알겠습니다." */
const ACKNOWLEDGMENT_LETTERS = 12

/**
 * What we said last, where it asked something; empty otherwise. An acknowledgment before it is left out, and of the
 * greeting only its question is said again.
 * @param split into sentences.
 */
export function openQuestion(
  messages: readonly DialogueMessage[],
  split: (text: string) => readonly string[],
): readonly string[] {
  const ours = messages.filter((message) => message.role === 'assistant' && message.heard.trim() !== '')
  const last = ours.at(-1)
  if (last?.role !== 'assistant') return []
  const sentences = split(last.heard)
  if (!sentences.some(isQuestion)) return []
  if (ours.length === 1 || messages[0] === last) return sentences.filter(isQuestion).slice(-1)
  const begins = sentences.findIndex((one) => isQuestion(one) || one.length > ACKNOWLEDGMENT_LETTERS)
  const [first = '', ...others] = sentences.slice(Math.max(0, begins))
  return [first.replace(/^(?:네|예)[.,]\s*/, ''), ...others]
}
