/** Lists of the law as files bring them: numbers not to be called, and who agreed to what. Pure. */
import { plainHeading, withItsZero } from './campaign-list.ts'
import { normalizePhone } from './phone-number.ts'

/** Where an entry of the do-not-call list came from. */
export const OPT_OUT_SOURCES = ['voice', 'digit', 'person', 'file'] as const
export type OptOutSource = (typeof OPT_OUT_SOURCES)[number]

export const CONSENT_PURPOSES = ['advertising', 'night_advertising'] as const
export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number]

export const CALL_LAW_LIMITS = {
  /** Lines of one file. */
  rows: 50_000,
  /** Letters of a reason, and of how a consent was given. */
  text: 200,
} as const

export const LAW_LIST_PROBLEMS = [
  'no_phone',
  'bad_phone',
  'duplicate',
  'bad_purpose',
  'bad_given',
  'bad_time',
  'future_time',
  'no_source',
  'too_long',
  'too_many_rows',
] as const
export type LawListProblem = (typeof LAW_LIST_PROBLEMS)[number]

export interface LawListError {
  /** Of the file, from 1; the heading is line 1. */
  readonly line: number
  readonly problem: LawListProblem
  /** What stood there. */
  readonly detail: string
}

export interface LawTable {
  readonly headings: readonly string[]
  readonly cells: readonly (readonly string[])[]
}

export interface ConsentRow {
  readonly line: number
  /** National digits. */
  readonly phone: string
  readonly purpose: ConsentPurpose
  /** false: withdrawn. */
  readonly isGiven: boolean
  readonly atMs: number
  readonly source: string
}

type Column = 'phone' | 'purpose' | 'given' | 'at' | 'source'
/** Headings as people write them; spaces, dashes and case don't count. */
const HEADINGS: Readonly<Record<Column, readonly string[]>> = {
  phone: [
    '전화번호',
    '휴대폰',
    '휴대전화',
    '핸드폰',
    '연락처',
    '번호',
    'phone',
    'mobile',
    'tel',
    'number',
    'phonenumber',
  ],
  purpose: ['목적', '동의목적', '구분', '동의구분', 'purpose'],
  given: ['동의', '동의여부', 'given', 'consent', 'agreed'],
  at: ['일시', '동의일시', '동의일', '날짜', 'at', 'date', 'time', 'givenat'],
  source: ['경로', '동의경로', '출처', '방법', 'source', 'how'],
}
const PURPOSES: ReadonlyMap<string, ConsentPurpose> = new Map([
  ['advertising', 'advertising'],
  ['광고', 'advertising'],
  ['광고수신', 'advertising'],
  ['광고성정보', 'advertising'],
  ['nightadvertising', 'night_advertising'],
  ['야간', 'night_advertising'],
  ['야간광고', 'night_advertising'],
  ['야간광고수신', 'night_advertising'],
])
const GIVEN: ReadonlyMap<string, boolean> = new Map([
  ['y', true],
  ['yes', true],
  ['true', true],
  ['1', true],
  ['o', true],
  ['동의', true],
  ['예', true],
  ['n', false],
  ['no', false],
  ['false', false],
  ['0', false],
  ['x', false],
  ['철회', false],
  ['거부', false],
  ['아니오', false],
])

/** An ISO time with its zone, or a Korean spreadsheet's "2026-11-01 10:00" and "2026.11.1", by the clock of Korea. */
const LOCAL_TIME = /^(\d{4})[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})\.?(?:[T\s](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/
const ZONED_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/
const KOREA_MS = 9 * 3_600_000

/** @returns ms since the epoch; null: no time that exists. */
export function readMoment(text: string): number | null {
  const trimmed = text.trim()
  if (ZONED_TIME.test(trimmed)) {
    const at = Date.parse(trimmed)
    return Number.isNaN(at) ? null : at
  }
  const parts = LOCAL_TIME.exec(trimmed)
  if (parts === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0))
  if (hour > 23 || minute > 59 || second > 59) return null
  const at = Date.UTC(year, month - 1, day, hour, minute, second)
  const date = new Date(at)
  // The 31st of a month that has 30 days is another day.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || date.getUTCFullYear() !== year)
    return null
  return at - KOREA_MS
}

const isEmpty = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '')

function columnsOf(headings: readonly string[], wanted: readonly Column[]) {
  const places = new Map<Column, number>()
  for (const column of wanted) {
    const at = headings.findIndex((heading) => HEADINGS[column].includes(plainHeading(heading)))
    if (at >= 0) places.set(column, at)
  }
  return places
}

/** Columns that a file has to have and hasn't. */
export const missingLawColumns = (
  headings: readonly string[],
  list: 'do_not_call' | 'consents',
): Column[] => {
  const wanted: readonly Column[] = list === 'do_not_call' ? ['phone'] : ['phone', 'purpose', 'at', 'source']
  const found = columnsOf(headings, wanted)
  return wanted.filter((column) => !found.has(column))
}

interface ReadPhones {
  readonly phones: readonly { readonly line: number; readonly phone: string }[]
  readonly errors: readonly LawListError[]
}

/** Reads the lines below the heading: each is a number or an error, none is lost; empty ones are no lines. */
export function readDoNotCallList({ headings, cells }: LawTable): ReadPhones {
  const at = columnsOf(headings, ['phone']).get('phone') ?? -1
  const phones: { line: number; phone: string }[] = []
  const errors: LawListError[] = []
  const seen = new Set<string>()
  for (const [index, row] of cells.entries()) {
    if (isEmpty(row)) continue
    const line = index + 2
    const told = (row[at] ?? '').trim()
    const read = readPhone(told)
    if ('problem' in read) errors.push({ line, problem: read.problem, detail: told })
    else if (seen.has(read.phone)) errors.push({ line, problem: 'duplicate', detail: told })
    else if (phones.length >= CALL_LAW_LIMITS.rows)
      errors.push({ line, problem: 'too_many_rows', detail: String(CALL_LAW_LIMITS.rows) })
    else {
      seen.add(read.phone)
      phones.push({ line, phone: read.phone })
    }
  }
  return { phones, errors }
}

function readPhone(told: string): { readonly phone: string } | { readonly problem: LawListProblem } {
  if (told === '') return { problem: 'no_phone' }
  const phone = normalizePhone(withItsZero(told))
  return phone === null ? { problem: 'bad_phone' } : { phone }
}

export interface ReadConsents {
  readonly consents: readonly ConsentRow[]
  readonly errors: readonly LawListError[]
}

/**
 * Reads the lines below the heading; a file without a column of yes and no holds consents that were given.
 * @param nowMs nobody has agreed in the future.
 */
export function readConsentList({ headings, cells }: LawTable, nowMs: number): ReadConsents {
  const places = columnsOf(headings, ['phone', 'purpose', 'given', 'at', 'source'])
  const consents: ConsentRow[] = []
  const errors: LawListError[] = []
  const seen = new Set<string>()
  for (const [index, row] of cells.entries()) {
    if (isEmpty(row)) continue
    const line = index + 2
    const told = (column: Column): string => (row[places.get(column) ?? -1] ?? '').trim()
    const fail = (problem: LawListProblem, detail: string) => errors.push({ line, problem, detail })
    const phone = readPhone(told('phone'))
    const purpose = PURPOSES.get(plainHeading(told('purpose')))
    const isGiven = places.has('given') ? GIVEN.get(plainHeading(told('given'))) : true
    const atMs = readMoment(told('at'))
    const source = told('source')
    if ('problem' in phone) fail(phone.problem, told('phone'))
    else if (purpose === undefined) fail('bad_purpose', told('purpose'))
    else if (isGiven === undefined) fail('bad_given', told('given'))
    else if (atMs === null) fail('bad_time', told('at'))
    else if (atMs > nowMs) fail('future_time', told('at'))
    else if (source === '') fail('no_source', '')
    else if (source.length > CALL_LAW_LIMITS.text) fail('too_long', source.slice(0, 20))
    else if (seen.has(`${phone.phone} ${purpose} ${atMs}`)) fail('duplicate', told('phone'))
    else if (consents.length >= CALL_LAW_LIMITS.rows) fail('too_many_rows', String(CALL_LAW_LIMITS.rows))
    else {
      seen.add(`${phone.phone} ${purpose} ${atMs}`)
      consents.push({ line, phone: phone.phone, purpose, isGiven, atMs, source })
    }
  }
  return { consents, errors }
}
