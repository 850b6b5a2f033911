/**
 * Answers that did not come, or were not understood: after two to the same question a person is offered, who hears better
 * than we do. Pure.
 */
import { UNSURE_BELOW } from './read-back.ts'
import type { TalkLanguage } from './talk-language.ts'

/** By it the model tells that it could make nothing of the words; it changes nothing. */
export const NOT_UNDERSTOOD = 'not_understood'

export type Miss = 'silence' | 'low_confidence' | 'not_understood'

const MISSES_BEFORE_OFFER = 2

/** Keys that were pressed are certain: they come with no confidence of the recogniser below the limit. */
export function missOf(turn: {
  readonly silent: boolean
  readonly caller: { readonly confidence: number } | null
  readonly toolCalls: readonly { readonly name: string }[]
}): Miss | null {
  if (turn.silent) return 'silence'
  if (turn.caller === null) return null
  if (turn.toolCalls.some(({ name }) => name === NOT_UNDERSTOOD)) return 'not_understood'
  return turn.caller.confidence < UNSURE_BELOW ? 'low_confidence' : null
}

/**
 * Misses in a row after a turn. A turn in which nobody was listened to (results were told) answers no question and leaves
 * them; an offer begins anew.
 */
export function missesAfter(
  misses: number,
  turn: { readonly miss: Miss | null; readonly listened: boolean; readonly offered: boolean },
): number {
  if (turn.offered) return 0
  if (turn.miss !== null) return misses + 1
  return turn.listened ? 0 : misses
}

export const offersPerson = (misses: number): boolean => misses >= MISSES_BEFORE_OFFER

const OFFER: Readonly<Record<TalkLanguage, readonly string[]>> = {
  ko: [
    '죄송합니다, 제가 잘 알아듣지 못하고 있습니다.',
    '상담원과 통화하시겠어요? 아니면 한 번 더 천천히 말씀해 주세요.',
  ],
  en: [
    'I am sorry, I am having trouble understanding you.',
    'Would you like to speak to a person? Otherwise, please say it once more, slowly.',
  ],
  ja: [
    '申し訳ございません、うまく聞き取れておりません。',
    '担当者とお話しになりますか?そうでなければ、もう一度ゆっくりお話しください。',
  ],
  zh: ['抱歉,我没有听清楚。', '需要为您转接人工客服吗?或者请您再慢慢说一遍。'],
}

/** What is said after two misses; "yes" to it asks for a person. */
export const personOffer = (language: TalkLanguage): readonly string[] => OFFER[language]
