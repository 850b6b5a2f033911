/** A list of people as it is uploaded: CSV in UTF-8 (with or without a byte order mark), UTF-16 or CP949. */
import { parse } from 'csv-parse'
import { ApiProblem } from './problems.ts'

export interface ListFile {
  readonly encoding: 'utf-8' | 'utf-16le' | 'cp949'
  readonly headings: readonly string[]
  readonly cells: readonly (readonly string[])[]
}

/** Reads it piece by piece, so that others are served meanwhile. @throws ApiProblem invalid_request when it is no CSV. */
export async function readListFile(bytes: Uint8Array): Promise<ListFile> {
  const { text, encoding } = decode(bytes)
  const rows: string[][] = []
  const parser = parse(text, {
    bom: true,
    delimiter: delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
  })
  try {
    for await (const row of parser) rows.push(row as string[])
  } catch {
    throw notCsv('csv_broken')
  }
  const [heading, ...cells] = rows
  if (heading === undefined || heading.every((cell) => cell.trim() === '')) throw notCsv('csv_empty')
  return { encoding, headings: heading.map((cell) => cell.trim()), cells }
}

function delimiterOf(text: string): string {
  const first = text.split('\n', 1)[0] ?? ''
  const count = (mark: string) => first.split(mark).length
  return ['\t', ';'].find((mark) => count(mark) > count(',')) ?? ','
}

/** 'euc-kr' of the Encoding Standard is CP949, what Excel writes in Korea. */
function decode(bytes: Uint8Array): { readonly text: string; readonly encoding: ListFile['encoding'] } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf-16le' }
  for (const [label, encoding] of [
    ['utf-8', 'utf-8'],
    ['euc-kr', 'cp949'],
  ] as const) {
    try {
      return { text: new TextDecoder(label, { fatal: true }).decode(bytes), encoding }
    } catch {
      // The other one then.
    }
  }
  throw notCsv('encoding_unknown')
}

const notCsv = (code: string) =>
  new ApiProblem('invalid_request', 'This file is no CSV in UTF-8, UTF-16 or CP949.', { code })
