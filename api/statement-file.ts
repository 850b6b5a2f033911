/** A vendor's statement as it is uploaded: CSV in UTF-8 or in the encoding of Korean spreadsheets. */
import { parse } from 'csv-parse/sync'
import { ApiProblem } from './problems.ts'

/** Lines of a file that nobody would look through. */
const MAX_ROWS = 20_000

/**
 * The cells of the file, the heading first.
 * @throws ApiProblem invalid_request when it is no CSV.
 */
export function readStatementFile(bytes: Uint8Array): { heading: string[]; cells: string[][] } {
  const text = decode(bytes)
  let rows: string[][]
  try {
    rows = parse(text, {
      bom: true,
      delimiter: text.split('\n', 1)[0]?.includes('\t') === true ? '\t' : [',', ';'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      to: MAX_ROWS + 1,
    })
  } catch {
    throw notCsv('csv_broken')
  }
  const [heading, ...cells] = rows
  if (heading === undefined || cells.length === 0) throw notCsv('csv_empty')
  return { heading, cells }
}

/** 'euc-kr' of the Encoding Standard is CP949, what Excel writes in Korea. */
function decode(bytes: Uint8Array): string {
  for (const encoding of ['utf-8', 'euc-kr']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes)
    } catch {
      // The other one then.
    }
  }
  throw notCsv('encoding_unknown')
}

const notCsv = (code: string) =>
  new ApiProblem('invalid_request', 'This file is no CSV in UTF-8 or CP949.', { code })
