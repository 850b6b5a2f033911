/** How long nobody needs to speak before we ask whether somebody is there. Pure. */
import type { DialogueMessage } from '../../domain/dialogue.ts'

/** After a question. */
const NO_REPLY_MS = 10_000
/** After "잠시만요": they look something up, or ask somebody. */
const ON_HOLD_MS = 45_000

const ASKS_TO_HOLD =
  /잠시만|잠깐만|잠시\s*기다|잠깐\s*기다|기다려\s*(주|봐|보)|(확인|찾아)\s*(좀\s*)?(하고|해\s*보고|해\s*볼게|볼게)|\b(hold on|one moment|just a (moment|second|minute)|give me a (moment|second|minute))\b/i

/** Whether the caller asks us to wait. */
export const asksToHold = (words: string): boolean => ASKS_TO_HOLD.test(words)

/** @param messages the last words of the caller count, until they say something else. */
export function patienceMs(messages: readonly DialogueMessage[]): number {
  const last = messages.findLast((message) => message.role === 'caller')
  return last !== undefined && asksToHold(last.words) ? ON_HOLD_MS : NO_REPLY_MS
}
