/** Reads what the model gave, as far as it has the agreed form; values are checked where they are used. */
import type { ToldField } from '../activities/tickets.ts'
import type { ToolCall } from '../domain/dialogue.ts'
import { ORDER_FIELD_LIMITS, ORDER_FIELDS, type OrderField } from '../domain/order.ts'

/** Longer "words" than anybody says in one breath are cut. */
const MAX_WORDS = 200
/** What a complaint may fill. */
const MAX_COMPLAINT = 1_000

/** @param atMs moment in the call's recording. */
export function toldFields(call: ToolCall, atMs: number | null): Partial<Record<OrderField, ToldField>> {
  const fields: Partial<Record<OrderField, ToldField>> = {}
  for (const field of ORDER_FIELDS) {
    const given = call.input[field]
    const value = textOf(given) ?? textOf(property(given, 'value'))
    if (value === null) continue
    const confidence = property(given, 'confidence')
    const photo = textOf(property(given, 'photo'))
    fields[field] = {
      // One more than allowed: the ticket tells that it is too long.
      value: value.slice(0, ORDER_FIELD_LIMITS[field] + 1),
      words: (textOf(property(given, 'words')) ?? value).slice(0, MAX_WORDS),
      confidence: typeof confidence === 'number' ? Math.min(1, Math.max(0, confidence)) : 0.5,
      ...(atMs === null ? {} : { atMs }),
      ...(photo === null ? {} : { photo }),
    }
  }
  return fields
}

/** A text argument; null when it is missing, empty or no text. */
export const argument = (call: ToolCall, name: string): string | null =>
  textOf(call.input[name])?.slice(0, MAX_WORDS) ?? null

/** What the customer said of it; the model's own summary serves where it gave nothing else. */
export const customerWords = (call: ToolCall): string =>
  textOf(call.input.words)?.slice(0, MAX_COMPLAINT) ?? ''

function property(given: unknown, name: string): unknown {
  return typeof given === 'object' && given !== null ? Reflect.get(given, name) : undefined
}

const textOf = (given: unknown): string | null =>
  typeof given === 'string' && given.trim() !== '' ? given.trim() : null
