/** What the form says before the API is asked; the API has the last word. A test keeps the limits equal to the domain's. */
import type { TFunction } from 'i18next'
import type { OrderField } from '../../api/types.ts'
import { toPhoneDigits } from '../../format/text.ts'
import { fromLocalInput } from '../../format/time.ts'

/** As they are asked for. */
export const ORDER_FIELDS = [
  'orderer',
  'recipient',
  'destination',
  'room',
  'message',
  'deliver_by',
  'phone',
] as const satisfies readonly OrderField[]

/** Longest text of each field that is typed. */
export const TEXT_LIMITS = { orderer: 60, recipient: 60, message: 60, destination: 100, room: 40 } as const
export type TextField = keyof typeof TEXT_LIMITS

/** Values of the form: texts, local Korean time ("2026-11-21T14:00"), a phone number as typed. */
export type OrderFormValues = Record<OrderField, string>

export const isPhoneNumber = (typed: string): boolean => /^0\d{8,10}$/.test(toPhoneDigits(typed))

/** Validators for @mantine/form; empty is allowed, what is empty is asked for later. */
export function orderFieldRules(t: TFunction, nowMs: () => number) {
  const text = (field: TextField) => (value: string) =>
    [...value.trim()].length > TEXT_LIMITS[field]
      ? t('ticket.new_order.error_long', { max: TEXT_LIMITS[field] })
      : null
  return {
    orderer: text('orderer'),
    recipient: text('recipient'),
    message: text('message'),
    destination: text('destination'),
    room: text('room'),
    deliver_by: (value: string) =>
      value !== '' && Date.parse(fromLocalInput(value)) < nowMs() ? t('ticket.new_order.error_past') : null,
    phone: (value: string) =>
      value.trim() === '' || isPhoneNumber(value) ? null : t('ticket.new_order.error_phone'),
  }
}

/** What is sent of a field: tidy text, ISO time, digits. */
export function fieldToSend(field: OrderField, value: string): string {
  if (field === 'deliver_by') return fromLocalInput(value)
  if (field === 'phone') return toPhoneDigits(value)
  return value.trim()
}
