/** Length rules of Korean text messages: bytes in EUC-KR decide whether a text goes as SMS or LMS. */

const SMS_MAX_BYTES = 90
/** Longest text of one message. */
export const LMS_MAX_BYTES = 2_000
/** Subject line of an LMS. */
export const SUBJECT_MAX_BYTES = 40

export type TextMessageType = 'SMS' | 'LMS'
/** How a message travels: short, long, with a picture, or as a Kakao AlimTalk. */
export type MessageType = TextMessageType | 'MMS' | 'ATA'

/** A text beyond 2,000 bytes that no message can carry; retrying will not help. */
export class TextTooLongError extends Error {
  readonly retryable = false
}

/** EUC-KR (CP949): one byte for ASCII, two for everything else. */
const bytesOf = (character: string): number => ((character.codePointAt(0) ?? 0) < 0x80 ? 1 : 2)

/** Bytes the text takes in EUC-KR. */
export function eucKrBytes(text: string): number {
  let bytes = 0
  for (const character of text) bytes += bytesOf(character)
  return bytes
}

/** The cheapest type that carries the text. */
export function textMessageType(text: string): TextMessageType {
  const bytes = eucKrBytes(text)
  if (bytes <= SMS_MAX_BYTES) return 'SMS'
  if (bytes <= LMS_MAX_BYTES) return 'LMS'
  throw new TextTooLongError(`a text of ${bytes} bytes; the longest message carries ${LMS_MAX_BYTES}`)
}

/** The longest beginning of the text that fits, whole characters only. */
export function cutToBytes(text: string, maxBytes: number): string {
  let bytes = 0
  let cut = ''
  for (const character of text) {
    bytes += bytesOf(character)
    if (bytes > maxBytes) break
    cut += character
  }
  return cut
}

/** Break between lines, sentences or words, whichever comes last in the second half of a piece. */
const BREAKS = [/\n(?!.*\n)/s, /[.?!。]\s(?!.*[.?!。]\s)/s, /\s(?!.*\s)/s]

/** A text in pieces that each fit, broken where it reads well; nothing is lost but the blanks at the breaks. */
export function splitToBytes(text: string, maxBytes: number): string[] {
  const pieces: string[] = []
  let rest = text.trim()
  while (eucKrBytes(rest) > maxBytes) {
    const longest = cutToBytes(rest, maxBytes)
    const at = BREAKS.map((pattern) => pattern.exec(longest)?.index ?? -1).find(
      (index) => index >= longest.length / 2,
    )
    const piece = at === undefined ? longest : longest.slice(0, at + 1)
    pieces.push(piece.trim())
    rest = rest.slice(piece.length).trim()
  }
  return rest === '' ? pieces : [...pieces, rest]
}
