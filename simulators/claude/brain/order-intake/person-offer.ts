/** A person was offered because the caller was not understood: a yes asks for one. */
import { personOffer } from '../../../../domain/talk-misses.ts'
import type { Answer } from '../answer.ts'
import { phrasesFor } from '../order-service/decide.ts'
import { reask, type Situation, say } from './decide.ts'
import { understand } from './understand.ts'

/** @returns undefined where nobody was offered, or they say what they want instead. */
export function answerOffer(words: string, situation: Situation): Answer | undefined {
  const { state, spoken, order, phrases } = situation
  const [, offer] = personOffer(state.language)
  if (offer === undefined || !spoken.includes(offer)) return undefined
  const { now, callerNumber } = state
  // It answers the offer, not the question before it.
  const { facts, intents } = understand(words, { asked: null, spoken: offer, order, now, callerNumber })
  if (Object.keys(facts).length > 0) return undefined
  if (intents.has('no')) return say(phrases.goOn, reask(situation))
  if (!intents.has('yes')) return undefined
  return {
    text: phrasesFor(situation).connecting,
    toolUses: [{ name: 'hand_over', input: { reason: words } }],
  }
}
