/** What the vendor does not know yet of an order: by field, the value the vendor has. */
import { ORDER_FIELDS, type OrderField, type OrderFields } from './order.ts'
import type { FieldChange } from './ticket-events.ts'

export type UnsharedEdits = Partial<Record<OrderField, string | null>>

/** After the order was changed; a field that is again what the vendor has needs no sharing. */
export function unsharedAfterEdit(before: UnsharedEdits, changes: readonly FieldChange[]): UnsharedEdits {
  const unshared = { ...before }
  for (const { field, from, to } of changes) {
    const vendorHas = field in unshared ? (unshared[field] ?? null) : from
    if (vendorHas === to) delete unshared[field]
    else unshared[field] = vendorHas
  }
  return unshared
}

/** After the vendor took the order as it was sent. */
export function unsharedAfterPlacing(sent: OrderFields, order: OrderFields): UnsharedEdits {
  return Object.fromEntries(
    ORDER_FIELDS.filter((field) => sent[field] !== order[field]).map((field) => [field, sent[field]]),
  )
}

/** After the vendor took these values; what was changed meanwhile stays unshared. */
export function unsharedAfterSharing(
  before: UnsharedEdits,
  shared: Partial<OrderFields>,
  order: OrderFields,
): UnsharedEdits {
  const unshared = { ...before }
  for (const [field, value] of Object.entries(shared) as [OrderField, string | null][]) {
    if (order[field] === value) delete unshared[field]
    else unshared[field] = value
  }
  return unshared
}

/**
 * An order as a vendor may have it who was sent several versions: where one of them differs from `current`, that
 * one, so that the field counts as not shared yet.
 */
export function sentOtherwise(versions: readonly OrderFields[], current: OrderFields): OrderFields {
  const fields = Object.keys(current) as OrderField[]
  const different = fields.flatMap((field) => {
    const version = versions.find((sent) => sent[field] !== current[field])
    return version === undefined ? [] : [[field, version[field]]]
  })
  return { ...current, ...Object.fromEntries(different) }
}
