/** CSV that spreadsheets open rightly: UTF-8 with a byte order mark, and nothing in it is taken for a formula. */

const BOM = '\uFEFF'

/** Excel and others run a cell that begins like this; an apostrophe makes it text again. */
const FORMULA = /^[=+\-@\t\r]/

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Rows with their heading, lines ended as RFC 4180 wants them. */
export function toCsv(
  heading: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  return BOM + [heading, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}
