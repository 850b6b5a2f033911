/** The edit form of the order page: what was typed, what of it is a change, what is wrong with it. */
import { parseIsoTime } from '../../../domain/korean-time.ts'
import { ORDER_FIELDS, type OrderField, type OrderFields } from '../../../domain/order.ts'
import { checkOrderFields, type FieldProblem } from '../../../domain/order-rules.ts'

export interface EditForm {
  /** As typed, to be shown again when something is wrong. */
  readonly typed: Readonly<Partial<Record<OrderField, string>>>
  /** Good values that differ from what the page had shown. */
  readonly fields: Partial<OrderFields>
  readonly problems: readonly FieldProblem[]
}

/** `2026-11-26T14:00`, as a datetime-local input takes it, in Korean time. */
export function toLocalInput(iso: string | null): string {
  return iso === null || parseIsoTime(iso) === null ? '' : iso.slice(0, 16)
}

/**
 * Only what the customer changed counts: a field that somebody else changed meanwhile stays as it is now. The
 * page sends along what it had shown (`was_<field>`).
 * @param form names and texts of the posted form.
 */
export function readEditForm(form: Readonly<Record<string, unknown>>, nowMs: number): EditForm {
  const typed: Partial<Record<OrderField, string>> = {}
  const told: Partial<Record<OrderField, string>> = {}
  for (const field of ORDER_FIELDS) {
    const value = form[field]
    if (typeof value !== 'string') continue
    typed[field] = value
    const was = form[`was_${field}`]
    if (value.trim() === (typeof was === 'string' ? was.trim() : '')) continue
    told[field] = field === 'deliver_by' ? fromLocalInput(value) : value
  }
  const { fields, problems } = checkOrderFields(told, nowMs)
  return { typed, fields, problems }
}

const fromLocalInput = (local: string): string =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(local) ? `${local}:00+09:00` : local
