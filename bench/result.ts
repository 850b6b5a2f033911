/** What a benchmark tells: tables for people, the same as JSON for programs. */
import { cpus, totalmem } from 'node:os'

export type Cell = string | number | null

export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** What has to be known to read it. */
  readonly notes: readonly string[]
}

/** How one benchmark is run. @param options of the command line after the name. @param tell says what goes on. */
export type Benchmark = (
  options: readonly string[],
  tell: (text: string) => void,
) => Promise<readonly Table[]>

/** The computer the figures belong to. */
export function machine(): string {
  const processors = cpus()
  const gigabytes = Math.round(totalmem() / 1024 ** 3)
  return `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown processor'}, ${gigabytes} GB, ${process.platform}, Node ${process.versions.node}`
}

/** A table in Markdown, which reads well in a terminal too. */
export function asText({ title, columns, rows, notes }: Table): string {
  const cells = [columns, ...rows.map((row) => row.map(cellText))]
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => pad(cell, widths[column] ?? 0, column > 0)).join(' | ')} |`
  const rule = `|${widths.map((w, column) => (column > 0 ? `${'-'.repeat(w + 1)}:` : '-'.repeat(w + 2))).join('|')}|`
  const [head = [], ...body] = cells
  return [
    `### ${title}`,
    '',
    line(head),
    rule,
    ...body.map(line),
    '',
    ...notes.map((note) => `${note}\n`),
  ].join('\n')
}

const cellText = (cell: Cell): string =>
  cell === null
    ? '–'
    : typeof cell === 'number'
      ? cell.toLocaleString('en', { maximumFractionDigits: 2 })
      : cell

/** Hangul takes two places in a terminal. */
const width = (text: string): number => [...text].reduce((sum, letter) => sum + (letter >= 'ᄀ' ? 2 : 1), 0)
const pad = (text: string, to: number, right: boolean): string => {
  const space = ' '.repeat(Math.max(0, to - width(text)))
  return right ? space + text : text + space
}
