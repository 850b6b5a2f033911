/** An order as it is dictated to a clerk: one thing at a time, and compared when it is read back. */
import { koreanWon } from '../spoken-korean.ts'
import type { VendorState } from './state.ts'

/** One line of the dictation. */
export interface DictatedLine {
  readonly sentence: string
  /** What must come back when the clerk reads it. */
  readonly values: readonly string[]
}

type Fields = VendorState['order']

/** In the order in which a clerk's form asks for it; what is not known is left out. */
export function dictation(fields: Fields, priceWon = 0): readonly DictatedLine[] {
  const line = (name: string, say: (spoken: string) => string): DictatedLine[] => {
    const field = fields[name]
    return field === undefined ? [] : [{ sentence: say(field.spoken), values: [field.spoken] }]
  }
  return [
    ...line('sender', (value) => `보내는 분은 ${value}입니다.`),
    ...line('recipient', (value) => `받는 분은 ${value}입니다.`),
    ...line('hall', (value) => `장례식장은 ${value}입니다.`),
    ...line('room', (value) => `호실은 ${value}입니다.`),
    ...line('ribbon_text', (value) => `리본 문구는 ${value}입니다.`),
    ...line('deliver_by', (value) => `배송 희망 시각은 ${value}입니다.`),
    ...line('phone', (value) => `연락처는 ${value}입니다.`),
    ...(priceWon > 0
      ? [{ sentence: `금액은 ${koreanWon(priceWon)}입니다.`, values: [koreanWon(priceWon)] }]
      : []),
  ]
}

/** What the clerk's words lack. A read-back in other words is wrong: it is what will be made. */
export function missingIn(words: string, lines: readonly DictatedLine[]): readonly DictatedLine[] {
  const heard = bare(words)
  return lines.filter(({ values }) => values.some((value) => !heard.includes(bare(value))))
}

const bare = (text: string): string => text.normalize('NFC').replace(/[\s.,!?"'“”‘’·~()-]/g, '')
