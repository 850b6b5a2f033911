/** What a value must be to be taken into an order; the same rules for calls, texts and forms. */
import { koreanIso, parseIsoTime } from './korean-time.ts'
import { ORDER_FIELD_LIMITS, ORDER_FIELDS, type OrderField, type OrderFields } from './order.ts'
import { normalizePhone } from './phone-number.ts'

export type FieldProblemCode =
  | 'empty'
  | 'too_long'
  | 'not_a_phone_number'
  | 'not_a_time'
  | 'in_the_past'
  | 'too_far_ahead'

/** Why a value was not taken. */
export interface FieldProblem {
  readonly field: OrderField
  readonly code: FieldProblemCode
  /** One Korean sentence that may be said to the customer. */
  readonly message: string
}

/** Good values in their normal form, and what was wrong with the others. */
export interface CheckedFields {
  readonly fields: Partial<OrderFields>
  readonly problems: readonly FieldProblem[]
}

/** A funeral lasts three days; a month ahead is a misheard date. */
const MAX_DAYS_AHEAD = 30

const FIELD_NAMES_KO: Readonly<Record<OrderField, string>> = {
  orderer: '보내시는 분 성함',
  recipient: '받으시는 분 성함',
  message: '리본 문구',
  destination: '장례식장',
  room: '호실',
  deliver_by: '도착 희망 시간',
  phone: '연락처',
}

const PROBLEM_MESSAGES: Readonly<Record<FieldProblemCode, (name: string) => string>> = {
  empty: (name) => `${name} 내용이 비어 있습니다. 다시 말씀해 주세요.`,
  too_long: (name) => `${name} 내용이 너무 깁니다. 짧게 말씀해 주세요.`,
  not_a_phone_number: () => '연락처 번호가 올바르지 않습니다. 다시 한번 말씀해 주세요.',
  not_a_time: () => '도착 희망 시간을 알아듣지 못했습니다. 날짜와 시간을 말씀해 주세요.',
  in_the_past: () => '도착 희망 시간이 이미 지났습니다. 다른 시간을 말씀해 주세요.',
  too_far_ahead: () => '도착 희망 시간이 너무 멉니다. 날짜를 다시 확인해 주세요.',
}

type Checked = { readonly value: string } | { readonly code: FieldProblemCode }

/** Control characters and runs of spaces have no place on a ribbon or a label. */
const tidy = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()

function checkField(field: OrderField, text: string, nowMs: number): Checked {
  const value = tidy(text)
  if (value === '') return { code: 'empty' }
  if (field === 'phone') return checkPhone(value)
  if (field === 'deliver_by') return checkTime(value, nowMs)
  return [...value].length > ORDER_FIELD_LIMITS[field] ? { code: 'too_long' } : { value }
}

function checkPhone(value: string): Checked {
  const digits = normalizePhone(value)
  return digits === null ? { code: 'not_a_phone_number' } : { value: digits }
}

function checkTime(value: string, nowMs: number): Checked {
  const at = parseIsoTime(value)
  if (at === null) return { code: 'not_a_time' }
  if (at < nowMs) return { code: 'in_the_past' }
  if (at > nowMs + MAX_DAYS_AHEAD * 86_400_000) return { code: 'too_far_ahead' }
  return { value: koreanIso(at) }
}

/**
 * Checks values as somebody told or typed them.
 * @param told any subset of the fields; others are ignored.
 * @param nowMs as of Date.now().
 */
export function checkOrderFields(told: Partial<Record<OrderField, string>>, nowMs: number): CheckedFields {
  const fields: Partial<Record<OrderField, string>> = {}
  const problems: FieldProblem[] = []
  for (const field of ORDER_FIELDS) {
    const text = told[field]
    if (text === undefined) continue
    const checked = checkField(field, text, nowMs)
    if ('value' in checked) fields[field] = checked.value
    else
      problems.push({
        field,
        code: checked.code,
        message: PROBLEM_MESSAGES[checked.code](FIELD_NAMES_KO[field]),
      })
  }
  return { fields, problems }
}
