/** Numbers and addresses while they are being dictated: has the caller come to their end? Pure. */
import { normalizePhone } from '../../domain/phone-number.ts'

/** Digits as they are read out, also the native ones by which 일 and 이 are told apart on a bad line. */
const DIGIT_VALUES: Readonly<Record<string, string>> = {
  영: '0',
  공: '0',
  일: '1',
  하나: '1',
  이: '2',
  둘: '2',
  삼: '3',
  셋: '3',
  사: '4',
  넷: '4',
  오: '5',
  다섯: '5',
  육: '6',
  륙: '6',
  여섯: '6',
  칠: '7',
  일곱: '7',
  팔: '8',
  여덟: '8',
  구: '9',
  아홉: '9',
}
const DIGIT = `\\d|${Object.keys(DIGIT_VALUES)
  .sort((a, b) => b.length - a.length)
  .join('|')}`
/** Said between the groups of a number: "공일공에 일이삼사에 …", "02 다시 …", "555국에 …". */
const JOINTS = '국에|다시|에|의|하이픈|대시'
/** The words end in a number: two digits or more by themselves. */
const NUMBER_AT_END = new RegExp(`(?:^|[\\s-])((?:(?:${DIGIT})(?:[\\s-]|(?:${JOINTS})(?=[\\s-]|$))*){2,})$`)
const ONE_DIGIT = new RegExp(DIGIT, 'g')

/** The digits at the end of the words if a number is being dictated there, else null. */
export function dictatedDigits(text: string): string | null {
  // Each pause in a dictation may have become a full stop.
  const run = NUMBER_AT_END.exec(text.replace(/[.,]/g, ' ').trim())?.[1]
  if (run === undefined) return null
  const digits = run.replace(new RegExp(`(?:${JOINTS})(?=[\\s-]|$)`, 'g'), ' ').match(ONE_DIGIT) ?? []
  return digits.map((digit) => DIGIT_VALUES[digit] ?? digit).join('')
}

/** How far a telephone number has come. */
export type NumberProgress =
  | 'partial'
  /** It may be whole, or one digit may be missing: "02-123-4567". */
  | 'may_be_whole'
  | 'whole'

/** @example numberProgress('0101234') // 'partial' */
export function numberProgress(digits: string): NumberProgress {
  if (normalizePhone(digits) === null) return 'partial'
  return normalizePhone(`${digits}0`) === null ? 'whole' : 'may_be_whole'
}

/** Parts of an address that want another one after them: "서울시 강남구", "테헤란로", "152번길". */
const ADDRESS_PART = /[가-힣\d](특별시|광역시|시|도|구|군|읍|면|동|리|로|길|대로)$/
/** Names of places that only look like one. */
const WHOLE_PLACE = /(장례식장|병원|의료원|센터|교회|성당|회관|호텔|장례문화원|추모공원|호실|층)$/

/** The words stop inside an address. */
export const isInsideAddress = (text: string): boolean => {
  const last = text.split(/\s+/).at(-1) ?? ''
  return ADDRESS_PART.test(last) && !WHOLE_PLACE.test(last)
}
