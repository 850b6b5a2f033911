/** Purpose and questions with blanks, e.g. "{날짜} 미팅 참석 가능 여부", that are filled in for one call. Pure. */

export interface OutboundTemplate {
  readonly purpose: string
  readonly questions: readonly string[]
}

/** Letters, digits, blanks and underscores in braces; not what a greeting fills in itself. */
const BLANK = /\{([\p{L}\p{N}][\p{L}\p{N}_ ]{0,29})\}/gu

/** Names of the blanks, each once, in the order in which they come. */
export function blanksOf({ purpose, questions }: OutboundTemplate): readonly string[] {
  const names = [purpose, ...questions].flatMap((text) =>
    [...text.matchAll(BLANK)].map(([, name = '']) => name),
  )
  return [...new Set(names)]
}

/** What has no value stays a blank. */
export function fillBlanks(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(BLANK, (blank, name: string) => {
    const value = Object.hasOwn(values, name) ? (values[name] ?? '').trim() : ''
    return value === '' ? blank : value
  })
}
