/** What the form of a requested call holds, and what is wrong with it; the API has the last word. A test keeps limits equal. */
import type { TFunction } from 'i18next'
import type { NewOutbound } from '../../api/outbound.ts'
import type { Problem } from '../../api/problem.ts'
import type { OutboundOptions, OutboundTemplateView } from '../../api/types.ts'
import { toPhoneDigits } from '../../format/text.ts'
import { fromLocalInput } from '../../format/time.ts'
import { knownRefusal } from './refusals.ts'

export const LIMITS = {
  purposeLength: 500,
  questions: 10,
  questionLength: 200,
  displayNameLength: 40,
  maxRetries: 5,
  minDurationSeconds: 10,
  scheduleDays: 90,
} as const

const DAY_MS = 86_400_000
const DEFAULT_DURATION_SECONDS = 180
const DEFAULT_PRIORITY = 5

export interface QuestionValue {
  /** Stays with the question while others are added and removed. */
  readonly key: number
  readonly text: string
}

export interface OutboundValues {
  readonly caller: string
  /** As typed. */
  readonly callee: string
  readonly displayName: string
  readonly purpose: string
  readonly questions: readonly QuestionValue[]
  /** An input of numbers is empty text while nothing is in it. */
  readonly maxDuration: number | string
  readonly retry: boolean
  readonly maxRetries: number | string
  readonly priority: number | string
  /** Local Korean time, "2026-11-21T14:00"; empty: now. */
  readonly scheduled: string
}

export const emptyValues = (options: OutboundOptions): OutboundValues => ({
  caller: options.caller_numbers[0] ?? '',
  callee: '',
  displayName: '',
  purpose: '',
  questions: [{ key: 0, text: '' }],
  maxDuration: Math.min(DEFAULT_DURATION_SECONDS, options.max_call_duration),
  retry: true,
  maxRetries: options.max_retries,
  priority: DEFAULT_PRIORITY,
  scheduled: '',
})

/** Mobile, area, internet and freephone numbers, or a representative number of eight digits. */
export const isCallable = (typed: string): boolean => {
  const digits = toPhoneDigits(typed)
  if (/^010/.test(digits)) return /^010\d{8}$/.test(digits)
  return /^0\d{8,11}$/.test(digits) || /^1[568]\d{6}$/.test(digits)
}

const isWhole = (value: number | string, min: number, max: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max

/** Validators for @mantine/form. */
export function outboundRules(t: TFunction, options: OutboundOptions, nowMs: () => number) {
  const { minDurationSeconds: min, maxRetries, scheduleDays: days } = LIMITS
  const sentence = (text: string, max: number, name: 'purpose' | 'question') =>
    text.trim() === '' || text.trim().length > max ? t(`outbound.error.${name}`, { max }) : null
  return {
    caller: (caller: string) => (options.caller_numbers.includes(caller) ? null : t('outbound.error.caller')),
    callee: (callee: string, { caller }: OutboundValues) => {
      if (!isCallable(callee)) return t('outbound.error.callee')
      return toPhoneDigits(callee) === caller ? t('outbound.error.same') : null
    },
    displayName: (name: string) =>
      name.trim().length > LIMITS.displayNameLength
        ? t('outbound.error.display_name', { max: LIMITS.displayNameLength })
        : null,
    purpose: (purpose: string) => sentence(purpose, LIMITS.purposeLength, 'purpose'),
    questions: { text: (text: string) => sentence(text, LIMITS.questionLength, 'question') },
    maxDuration: (seconds: number | string) =>
      isWhole(seconds, min, options.max_call_duration)
        ? null
        : t('outbound.error.max_duration', { min, max: options.max_call_duration }),
    maxRetries: (count: number | string) =>
      isWhole(count, 0, maxRetries) ? null : t('outbound.error.max_retries', { max: maxRetries }),
    priority: (priority: number | string) => (isWhole(priority, 1, 10) ? null : t('outbound.error.priority')),
    scheduled: (scheduled: string) => {
      if (scheduled === '') return null
      const at = Date.parse(fromLocalInput(scheduled))
      if (at < nowMs()) return t('outbound.error.past')
      return at > nowMs() + days * DAY_MS ? t('outbound.error.far', { days }) : null
    },
  }
}

export function toSend(values: OutboundValues): NewOutbound {
  const name = values.displayName.trim()
  return {
    caller_number: values.caller,
    callee_number: toPhoneDigits(values.callee),
    ...(name === '' ? {} : { caller_display_name: name }),
    purpose: values.purpose.trim(),
    questions: values.questions.map(({ text }) => text.trim()),
    max_duration: Number(values.maxDuration),
    priority: Number(values.priority),
    ...(values.scheduled === '' ? {} : { scheduled_at: fromLocalInput(values.scheduled) }),
    retry_on_no_answer: values.retry,
    max_retries: Number(values.maxRetries),
  }
}

/** The same call to one's own phone: now, first in the queue, and once. */
export function toTry(values: OutboundValues, myNumber: string): NewOutbound {
  const { scheduled_at: _later, ...wanted } = toSend(values)
  return {
    ...wanted,
    callee_number: toPhoneDigits(myNumber),
    priority: 1,
    retry_on_no_answer: false,
    max_retries: 0,
    metadata: { test_call: true },
  }
}

const FIELDS: Readonly<Record<string, keyof OutboundValues>> = {
  caller_number: 'caller',
  callee_number: 'callee',
  caller_display_name: 'displayName',
  purpose: 'purpose',
  max_duration: 'maxDuration',
  max_retries: 'maxRetries',
  priority: 'priority',
  scheduled_at: 'scheduled',
}

/** The API's refusal at the fields that it is about; empty: it is about none. */
export function refusedFields(problem: Problem, t: TFunction): Readonly<Record<string, string>> {
  const refusal = knownRefusal(problem)
  if (refusal === 'duplicate_callee' || refusal === 'do_not_call' || refusal === 'no_route')
    return { callee: t(`outbound.error.${refusal}`) }
  if (refusal === 'caller_not_allowed') return { caller: t('outbound.error.caller_not_allowed') }
  return Object.fromEntries(
    Object.entries(problem.paths).flatMap(([path, message]) => {
      const [, name = '', index] = path.split('.')
      if (name === 'questions' && index !== undefined) return [[`questions.${index}.text`, message]]
      const field = FIELDS[name]
      return field === undefined ? [] : [[field, message]]
    }),
  )
}

/** The form with a template in it; blanks without a value stay to be seen. */
export function withTemplate(
  values: OutboundValues,
  template: Pick<OutboundTemplateView, 'purpose' | 'questions' | 'blanks' | 'caller_display_name'>,
  blanks: Readonly<Record<string, string>>,
): OutboundValues {
  const fill = (text: string) =>
    template.blanks.reduce((filled, name) => {
      const value = (blanks[name] ?? '').trim()
      // By a function: a "$" of a value means nothing.
      return value === '' ? filled : filled.replaceAll(`{${name}}`, () => value)
    }, text)
  const firstKey = Math.max(...values.questions.map(({ key }) => key)) + 1
  return {
    ...values,
    displayName: template.caller_display_name ?? values.displayName,
    purpose: fill(template.purpose),
    questions: template.questions.map((text, index) => ({ key: firstKey + index, text: fill(text) })),
  }
}

/** What the AI says first, with what is typed so far. */
export const greetingOf = (
  options: OutboundOptions,
  values: Pick<OutboundValues, 'displayName' | 'purpose'>,
) =>
  options.greeting_template
    .replaceAll('{display_name}', () => values.displayName.trim() || options.default_display_name)
    .replaceAll('{purpose}', () => values.purpose.trim() || '…')
