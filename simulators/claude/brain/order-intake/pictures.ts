/** Facts of the order in pictures: obituary notices, as the eye reads them. */
import type { OrderField } from '../../../../domain/order.ts'
import type { SentPicture } from '../conversation.ts'
import type { Facts } from './understand.ts'

/** Printed letters leave little doubt. */
const CONFIDENCE = 0.92
const PATTERNS: ReadonlyArray<readonly [OrderField, RegExp]> = [
  ['recipient', /^고인\s*:\s*(.+?)(?:\s*\(.*\))?$/m],
  ['destination', /^빈소\s*:\s*(.+?)\s+\S*\d\S*$/m],
  ['room', /^빈소\s*:\s*.+?\s+(\S*\d\S*)$/m],
]

/** What the pictures say; each fact names the line and the picture it was read from. */
export function factsInPictures(pictures: readonly SentPicture[]): Facts {
  const facts: Facts = {}
  for (const { id, text } of pictures) {
    for (const [field, pattern] of PATTERNS) {
      const match = text === null ? null : pattern.exec(text)
      if (match === null) continue
      facts[field] = { value: match[1] ?? '', words: match[0], confidence: CONFIDENCE, photo: id }
    }
  }
  return facts
}
