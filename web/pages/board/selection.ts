/** Which cards are chosen. Pure; order numbers in the order in which they were chosen. */
import { BULK_LIMIT } from './limits.ts'

export interface Selection {
  readonly chosen: ReadonlySet<string>
  /** Where a range begins. */
  readonly anchor: string | null
}

export const NOTHING: Selection = { chosen: new Set(), anchor: null }

export function toggle({ chosen }: Selection, orderNo: string): Selection {
  const after = new Set(chosen)
  if (!after.delete(orderNo) && after.size < BULK_LIMIT) after.add(orderNo)
  return { chosen: after, anchor: orderNo }
}

/** From the anchor to here within one column; without an anchor there, this card alone. */
export function extend(selection: Selection, orderNo: string, column: readonly string[]): Selection {
  const from = selection.anchor === null ? -1 : column.indexOf(selection.anchor)
  const to = column.indexOf(orderNo)
  if (from === -1 || to === -1) return toggle({ ...selection, chosen: without(selection, orderNo) }, orderNo)
  const range = from <= to ? column.slice(from, to + 1) : column.slice(to, from + 1).reverse()
  const after = [...new Set([...selection.chosen, ...range])].slice(0, BULK_LIMIT)
  return { chosen: new Set(after), anchor: selection.anchor }
}

const without = ({ chosen }: Selection, orderNo: string): ReadonlySet<string> =>
  new Set([...chosen].filter((other) => other !== orderNo))

/** All of these, or none of them when all are chosen already. */
export function toggleAll(selection: Selection, column: readonly string[]): Selection {
  const some = column.slice(0, BULK_LIMIT)
  const isAll = some.every((orderNo) => selection.chosen.has(orderNo))
  const after = isAll
    ? [...selection.chosen].filter((orderNo) => !some.includes(orderNo))
    : [...new Set([...selection.chosen, ...some])].slice(0, BULK_LIMIT)
  return { chosen: new Set(after), anchor: null }
}
