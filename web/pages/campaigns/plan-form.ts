/** What the form of a campaign holds, and what is wrong with it; the API has the last word. A test keeps limits equal. */
import type { TFunction } from 'i18next'
import type { Problem } from '../../api/problem.ts'
import type { NewCampaign, OutboundOptions } from '../../api/types.ts'
import { endMinutesOf, minutesOf } from './calling-hours.ts'
import { rateError, windowError } from './speed.ts'

export const PLAN_LIMITS = {
  nameLength: 80,
  purposeLength: 500,
  questions: 10,
  questionLength: 200,
  displayNameLength: 40,
  maxRetries: 5,
  minDurationSeconds: 10,
} as const

/** How a call may have ended so that it is made again. */
export const RETRIED = ['no_answer', 'busy', 'rejected', 'failed'] as const
type Retried = (typeof RETRIED)[number]

const LONGEST_RETRY_MINUTES = 7 * 24 * 60
const DAY = /^\d{4}-\d{2}-\d{2}$/

interface QuestionValue {
  /** Stays with the question while others are added and removed. */
  readonly key: number
  readonly text: string
}

/** An input of numbers is empty text while nothing is in it. */
type NumberValue = number | string

export interface PlanValues {
  readonly name: string
  readonly kind: NewCampaign['kind']
  readonly callers: string[]
  readonly displayName: string
  readonly purpose: string
  readonly questions: readonly QuestionValue[]
  /** "09:00". */
  readonly from: string
  /** "20:00"; "00:00" is the end of the day. */
  readonly until: string
  /** "0" is Sunday. */
  readonly weekdays: string[]
  readonly onHolidays: boolean
  /** Dates with commas between them. */
  readonly closedDays: string
  readonly windowSize: NumberValue
  readonly rate: NumberValue
  readonly maxRetries: NumberValue
  /** Minutes to the next call; empty: none. */
  readonly retries: Readonly<Record<Retried, NumberValue>>
  readonly maxDuration: NumberValue
  readonly priority: NumberValue
  readonly frequencyCalls: NumberValue
  readonly frequencyDays: NumberValue
  readonly breakerSeconds: NumberValue
  readonly breakerCalls: NumberValue
  /** Percent. */
  readonly breakerShare: NumberValue
}

/** The API's own defaults. */
export const emptyPlan = (options: OutboundOptions): PlanValues => ({
  name: '',
  kind: 'survey',
  callers: options.caller_numbers.slice(0, 1),
  displayName: '',
  purpose: '',
  questions: [{ key: 0, text: '' }],
  from: '09:00',
  until: '20:00',
  weekdays: ['1', '2', '3', '4', '5'],
  onHolidays: false,
  closedDays: '',
  windowSize: 5,
  rate: 1,
  maxRetries: 2,
  retries: { no_answer: 60, busy: 15, rejected: '', failed: '' },
  maxDuration: Math.min(180, options.max_call_duration),
  priority: 6,
  frequencyCalls: 3,
  frequencyDays: 7,
  breakerSeconds: 120,
  breakerCalls: 5,
  breakerShare: 50,
})

const daysOf = (typed: string): string[] =>
  typed
    .split(/[\s,]+/)
    .map((day) => day.trim())
    .filter((day) => day !== '')

/** Validators for @mantine/form. */
export function planRules(t: TFunction, options: OutboundOptions) {
  const words = (max: number) => (text: string) =>
    text.trim() === '' || text.trim().length > max ? t('campaign.form.error.words', { max }) : null
  const whole = (min: number, max: number) => (value: NumberValue) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? null
      : t('campaign.form.error.whole', { min, max })
  const pause = (value: NumberValue) => (value === '' ? null : whole(1, LONGEST_RETRY_MINUTES)(value))
  const { displayNameLength, minDurationSeconds } = PLAN_LIMITS
  return {
    name: words(PLAN_LIMITS.nameLength),
    callers: (callers: readonly string[]) => (callers.length > 0 ? null : t('campaign.form.error.callers')),
    displayName: (name: string) => (name.trim() === '' ? null : words(displayNameLength)(name)),
    purpose: words(PLAN_LIMITS.purposeLength),
    questions: { text: words(PLAN_LIMITS.questionLength) },
    until: (until: string, { from }: PlanValues) => {
      const [begin, end] = [minutesOf(from), endMinutesOf(until)]
      return begin !== null && end !== null && begin < end ? null : t('campaign.form.error.hours')
    },
    weekdays: (days: readonly string[]) => (days.length > 0 ? null : t('campaign.form.error.weekdays')),
    closedDays: (typed: string) =>
      daysOf(typed).every((day) => DAY.test(day)) ? null : t('campaign.form.error.closed_days'),
    windowSize: (value: NumberValue) => windowError(value, t),
    rate: (value: NumberValue) => rateError(value, t),
    maxRetries: whole(0, PLAN_LIMITS.maxRetries),
    retries: { no_answer: pause, busy: pause, rejected: pause, failed: pause },
    maxDuration: whole(minDurationSeconds, options.max_call_duration),
    priority: whole(1, 10),
    frequencyCalls: whole(1, 50),
    frequencyDays: whole(1, 90),
    breakerSeconds: whole(10, 3_600),
    breakerCalls: whole(1, 1_000),
    breakerShare: whole(5, 100),
  }
}

export function planToSend(values: PlanValues): NewCampaign {
  const name = values.displayName.trim()
  const retries = RETRIED.flatMap((outcome) => {
    const minutes = values.retries[outcome]
    return minutes === '' ? [] : [[outcome, Number(minutes) * 60] as const]
  })
  return {
    name: values.name.trim(),
    kind: values.kind,
    caller_numbers: values.callers,
    ...(name === '' ? {} : { caller_display_name: name }),
    purpose: values.purpose.trim(),
    questions: values.questions.map(({ text }) => text.trim()),
    max_duration: Number(values.maxDuration),
    priority: Number(values.priority),
    retries: Object.fromEntries(retries),
    max_retries: Number(values.maxRetries),
    hours: {
      from: minutesOf(values.from) ?? 0,
      until: endMinutesOf(values.until) ?? 0,
      weekdays: values.weekdays.map(Number).toSorted((a, b) => a - b),
      on_holidays: values.onHolidays,
      closed_days: daysOf(values.closedDays),
    },
    breaker: {
      seconds: Number(values.breakerSeconds),
      min_calls: Number(values.breakerCalls),
      share: Number(values.breakerShare) / 100,
    },
    frequency: { calls: Number(values.frequencyCalls), days: Number(values.frequencyDays) },
    speed: { window_size: Number(values.windowSize), calls_per_second: Number(values.rate) },
  }
}

/** Where a path of the API is in the form; the first that it begins with. */
const FIELDS: readonly (readonly [path: string, field: string])[] = [
  ['name', 'name'],
  ['kind', 'kind'],
  ['caller_numbers', 'callers'],
  ['caller_display_name', 'displayName'],
  ['purpose', 'purpose'],
  ['questions', 'questions.0.text'],
  ['hours.weekdays', 'weekdays'],
  ['hours.closed_days', 'closedDays'],
  ['hours', 'until'],
  ['speed.calls_per_second', 'rate'],
  ['speed', 'windowSize'],
  ['max_retries', 'maxRetries'],
  ...RETRIED.map((outcome) => [`retries.${outcome}`, `retries.${outcome}`] as const),
  ['max_duration', 'maxDuration'],
  ['priority', 'priority'],
  ['frequency.days', 'frequencyDays'],
  ['frequency', 'frequencyCalls'],
  ['breaker.min_calls', 'breakerCalls'],
  ['breaker.share', 'breakerShare'],
  ['breaker', 'breakerSeconds'],
]

/** The API's refusal at the fields that it is about; empty: it is about none. */
export function refusedPlanFields(problem: Problem, t: TFunction): Readonly<Record<string, string>> {
  if (problem.code === 'caller_not_allowed') return { callers: t('campaign.error.caller_not_allowed') }
  return Object.fromEntries(
    Object.entries(problem.paths).flatMap(([whole, message]) => {
      const path = whole.replace(/^body\./, '')
      const [, question] = /^questions\.(\d+)/.exec(path) ?? []
      if (question !== undefined) return [[`questions.${question}.text`, message]]
      const field = FIELDS.find(([name]) => path === name || path.startsWith(`${name}.`))
      return field === undefined ? [] : [[field[1], message]]
    }),
  )
}

const ADVANCED = [
  'maxDuration',
  'priority',
  'frequencyCalls',
  'frequencyDays',
  'breakerSeconds',
  'breakerCalls',
  'breakerShare',
  'closedDays',
]

/** Whether something is wrong with what is folded away. */
export const hasWrongAdvanced = (errors: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(errors).some((field) => ADVANCED.includes(field) || field.startsWith('retries.'))
