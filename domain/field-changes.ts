/** What changes between an order and values told for it, and how that is shown. */
import { ORDER_FIELDS, type OrderFields } from './order.ts'
import { maskPhone } from './phone-number.ts'
import type { FieldChange } from './ticket-events.ts'

/** Fields whose value really changes. */
export function changesOf(order: OrderFields, fields: Partial<OrderFields>): FieldChange[] {
  return ORDER_FIELDS.flatMap((field) => {
    const to = fields[field]
    if (to === undefined || to === null || to === order[field]) return []
    return [{ field, from: order[field], to }]
  })
}

/** Phone numbers don't go into the timeline. */
export function maskChange(change: FieldChange): FieldChange {
  if (change.field !== 'phone') return change
  const mask = (digits: string | null) => (digits === null ? null : maskPhone(digits))
  return { field: 'phone', from: mask(change.from), to: mask(change.to) }
}

/** Evidence that is nothing but a vendor's order number is taken as one. */
export function vendorNumberIn(evidence: string): string | null {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{2,40}$/.test(evidence.trim()) ? evidence.trim() : null
}
