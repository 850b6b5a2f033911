/** What a campaign says to each: `{name}` stands for the value of that name. Pure. */
import type { CampaignPlan } from './campaign.ts'
import { OUTBOUND_LIMITS } from './outbound-policy.ts'

const PLACEHOLDER = /\{([^{}\s][^{}]*)\}/g

/** Names that the template asks for, each once. */
export function variablesOf({ purpose, questions }: Pick<CampaignPlan, 'purpose' | 'questions'>): string[] {
  const names = [purpose, ...questions].flatMap((text) =>
    [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name.trim()),
  )
  return [...new Set(names)]
}

const fill = (template: string, values: ReadonlyMap<string, string>): string =>
  template.replace(PLACEHOLDER, (whole, name: string) => values.get(name.trim()) ?? whole)

export interface FilledRow {
  readonly purpose: string
  readonly questions: readonly string[]
}

/** The words for one row. */
export function fillRow(
  { purpose, questions }: Pick<CampaignPlan, 'purpose' | 'questions'>,
  variables: Readonly<Record<string, string>>,
): FilledRow {
  const values = new Map(Object.entries(variables))
  return { purpose: fill(purpose, values), questions: questions.map((text) => fill(text, values)) }
}

/** @returns what is too long once it is filled; null: nothing. */
export function tooLong({ purpose, questions }: FilledRow): 'purpose' | 'question' | null {
  if (purpose.length > OUTBOUND_LIMITS.purposeLength) return 'purpose'
  return questions.some((text) => text.length > OUTBOUND_LIMITS.questionLength) ? 'question' : null
}
