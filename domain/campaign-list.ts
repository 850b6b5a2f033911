/** The people of a campaign as a table names them: which column is what, and what is wrong with each line. Pure. */
import { DEFAULT_ZONE } from './calling-hours.ts'
import { CAMPAIGN_LIMITS, type CampaignPlan } from './campaign.ts'
import { fillRow, tooLong, variablesOf } from './campaign-template.ts'
import { normalizePhone } from './phone-number.ts'

/** Headings by what they hold; a heading may serve twice. */
export interface ListColumns {
  readonly phone: string
  /** null: everybody lives in Korea. */
  readonly zone: string | null
  /** Heading by variable of the template. */
  readonly variables: Readonly<Record<string, string>>
}

export const LIST_PROBLEMS = [
  'no_phone',
  'bad_phone',
  'own_number',
  'duplicate',
  'bad_zone',
  'missing_variable',
  'too_long',
  'too_many_rows',
] as const
export type ListProblem = (typeof LIST_PROBLEMS)[number]

export interface ListError {
  /** Of the file, from 1; the heading is line 1. */
  readonly line: number
  readonly problem: ListProblem
  /** The variable, or what stood there. */
  readonly detail: string
}

export interface ListRow {
  readonly line: number
  /** National digits. */
  readonly phone: string
  readonly zone: string
  readonly variables: Readonly<Record<string, string>>
}

export interface ReadList {
  readonly rows: readonly ListRow[]
  readonly errors: readonly ListError[]
}

const PHONE_HEADINGS = [
  '전화번호',
  '휴대폰',
  '휴대전화',
  '핸드폰',
  '연락처',
  '착신번호',
  '번호',
  'phone',
  'mobile',
  'tel',
  'callee',
  'number',
]
const ZONE_HEADINGS = ['시간대', 'timezone', 'tz', 'zone']

/** A heading as it is compared: spaces, dashes and case don't count. */
export const plainHeading = (text: string): string => text.replaceAll(/[\s_\-().]/g, '').toLowerCase()

function headingFor(headings: readonly string[], names: readonly string[]): string | null {
  const exact = headings.find((heading) => names.includes(plainHeading(heading)))
  return (
    exact ?? headings.find((heading) => names.some((name) => plainHeading(heading).includes(name))) ?? null
  )
}

/** Which column is likely what. @returns null without a column of numbers. */
export function guessColumns(
  headings: readonly string[],
  plan: Pick<CampaignPlan, 'purpose' | 'questions'>,
): ListColumns | null {
  const phone = headingFor(headings, PHONE_HEADINGS)
  if (phone === null) return null
  const variables = variablesOf(plan).flatMap((name) => {
    const heading = headings.find((one) => plainHeading(one) === plainHeading(name))
    return heading === undefined ? [] : [[name, heading] as const]
  })
  return { phone, zone: headingFor(headings, ZONE_HEADINGS), variables: Object.fromEntries(variables) }
}

/** Headings that the file lacks, and variables without a column. */
export function missingColumns(
  headings: readonly string[],
  { phone, zone, variables }: ListColumns,
  plan: Pick<CampaignPlan, 'purpose' | 'questions'>,
): string[] {
  const wanted = [phone, ...(zone === null ? [] : [zone]), ...Object.values(variables)]
  const unmapped = variablesOf(plan).filter((name) => variables[name] === undefined)
  return [...new Set([...wanted.filter((heading) => !headings.includes(heading)), ...unmapped])]
}

/** What a spreadsheet made of a number that it took for one: the leading zero is gone. */
export const withItsZero = (text: string): string =>
  /^1[0-9]{8,9}$/.test(text.trim()) ? `0${text.trim()}` : text

/**
 * Reads the lines below the heading: each is a row or an error, none is lost; empty ones are no lines.
 * @param isZone whether a name is one of the time zones.
 */
export function readList(
  table: { readonly headings: readonly string[]; readonly cells: readonly (readonly string[])[] },
  columns: ListColumns,
  plan: Pick<CampaignPlan, 'purpose' | 'questions' | 'callerNumbers'>,
  isZone: (zone: string) => boolean,
): ReadList {
  const indexOf = (heading: string): number => table.headings.indexOf(heading)
  const phoneAt = indexOf(columns.phone)
  const zoneAt = columns.zone === null ? -1 : indexOf(columns.zone)
  const variablesAt = Object.entries(columns.variables).map(
    ([name, heading]) => [name, indexOf(heading)] as const,
  )
  const wanted = variablesOf(plan)
  const rows: ListRow[] = []
  const errors: ListError[] = []
  const seen = new Set<string>()
  for (const [index, cells] of table.cells.entries()) {
    const line = index + 2
    if (cells.every((cell) => cell.trim() === '')) continue
    const fail = (problem: ListProblem, detail: string) =>
      errors.push({ line, problem, detail: detail.slice(0, 80) })
    const at = (column: number): string => (cells[column] ?? '').trim()
    const told = at(phoneAt)
    const phone = normalizePhone(told) ?? normalizePhone(withItsZero(told))
    const zone = zoneAt === -1 || at(zoneAt) === '' ? DEFAULT_ZONE : at(zoneAt)
    const variables = Object.fromEntries(variablesAt.map(([name, column]) => [name, at(column)]))
    const missing = wanted.find((name) => (variables[name] ?? '') === '')
    const long = Object.entries(variables).find(([, value]) => value.length > CAMPAIGN_LIMITS.variableLength)
    if (told === '') fail('no_phone', '')
    else if (phone === null) fail('bad_phone', told)
    else if (plan.callerNumbers.includes(phone)) fail('own_number', told)
    else if (seen.has(phone)) fail('duplicate', told)
    else if (!isZone(zone)) fail('bad_zone', zone)
    else if (missing !== undefined) fail('missing_variable', missing)
    else if (long !== undefined) fail('too_long', long[0])
    else if (tooLong(fillRow(plan, variables)) !== null)
      fail('too_long', tooLong(fillRow(plan, variables)) ?? '')
    else if (rows.length >= CAMPAIGN_LIMITS.rows) fail('too_many_rows', String(CAMPAIGN_LIMITS.rows))
    else {
      seen.add(phone)
      rows.push({ line, phone, zone, variables })
    }
  }
  return { rows, errors }
}
