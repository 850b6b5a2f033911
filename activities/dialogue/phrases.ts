/** Words that are spoken without asking the model. */
import type { ClosingReason, DialogueContext } from '../../domain/dialogue.ts'

type Language = DialogueContext['language']

/** Words that begin a call. */
export interface Greeting {
  /** Who answers, that it is an AI, that the call is recorded: short, since nobody can break in. */
  readonly disclosure: readonly string[]
  readonly question: string
}

export function greeting(context: Pick<DialogueContext, 'companyName' | 'language'>): Greeting {
  switch (context.language) {
    case 'ko':
      return {
        disclosure: [`안녕하세요, ${context.companyName} AI 상담원입니다.`, '통화는 녹음됩니다.'],
        question: '무엇을 도와드릴까요?',
      }
    case 'en':
      return {
        disclosure: [`Hello, this is the AI assistant of ${context.companyName}.`, 'This call is recorded.'],
        question: 'How may I help you?',
      }
  }
}

/** An answer could not be thought of: honest, and the caller knows what to do. */
export function faultSentence(language: Language): string {
  return language === 'ko'
    ? '죄송합니다, 지금 제 쪽에 잠시 문제가 있었습니다. 한 번만 다시 말씀해 주시겠어요?'
    : 'I am sorry, something went wrong on my side. Could you say that once more?'
}

/** Thinking takes long: the caller must not wonder whether anybody is there. */
export const fillerSentence = (language: Language): string =>
  language === 'ko' ? '네, 잠시만 기다려 주세요.' : 'One moment, please.'

/** Only whom we called acknowledges anything. */
type CustomerClosing = Exclude<ClosingReason, 'acknowledged'>

const CLOSINGS: Readonly<Record<Language, Readonly<Record<CustomerClosing, readonly string[]>>>> = {
  ko: {
    silence: [
      '말씀이 없으셔서 통화를 마치겠습니다.',
      '말씀해 주신 내용은 남겨 두었으니 언제든 다시 전화해 주세요.',
    ],
    time_limit: [
      '죄송하지만 통화 시간이 길어져 여기서 마치겠습니다.',
      '말씀해 주신 내용은 남겨 두었고, 담당자가 확인해서 연락드리겠습니다. 감사합니다.',
    ],
    fault: [
      '죄송합니다, 지금 시스템에 문제가 있어 통화를 이어 가기 어렵습니다.',
      '말씀해 주신 내용은 남겨 두었으니 담당자가 곧 연락드리겠습니다.',
    ],
  },
  en: {
    silence: [
      'I cannot hear you, so I will end the call here.',
      'What you told me is kept; please call again any time.',
    ],
    time_limit: [
      'I am sorry, this call has to end here.',
      'What you told me is kept, and a colleague will get back to you. Thank you.',
    ],
    fault: [
      'I am sorry, our system has a problem and I cannot go on with this call.',
      'What you told me is kept, and a colleague will call you back soon.',
    ],
  },
}

export const closing = (language: Language, reason: ClosingReason): readonly string[] =>
  reason === 'acknowledged' ? [] : CLOSINGS[language][reason]

/** Played when a call can't be served at all; recorded to a file while everything still works. */
export function apology(companyName: string): string {
  return `안녕하세요, ${companyName}입니다. 죄송합니다. 지금은 전화를 받을 수 없습니다. 저희가 곧 다시 전화드리겠습니다.`
}
