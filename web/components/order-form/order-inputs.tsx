import { TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { OrderField } from '../../api/types.ts'
import { type OrderFormValues, TEXT_LIMITS, type TextField } from './rules.ts'

type FormWithOrder = Pick<UseFormReturnType<OrderFormValues>, 'key' | 'getInputProps'>

interface OrderInputProps {
  readonly form: FormWithOrder
  readonly field: OrderField
  readonly hint?: string
  readonly label?: string
  /** The first to type into when a dialog opens. */
  readonly first?: boolean
}

/** The input that fits a field of the order: text, Korean time or phone number. */
export function OrderInput({ form, field, hint, label, first }: OrderInputProps) {
  const { t } = useTranslation()
  const shared = {
    label: label ?? t(`ticket.field.${field}`),
    description: hint,
    'data-autofocus': first || undefined,
    ...form.getInputProps(field),
  }
  if (field === 'deliver_by')
    return <TextInput key={form.key(field)} type="datetime-local" step={300} {...shared} />
  if (field === 'phone')
    return <TextInput key={form.key(field)} type="tel" inputMode="tel" autoComplete="off" {...shared} />
  return (
    <TextInput
      key={form.key(field)}
      autoComplete="off"
      maxLength={TEXT_LIMITS[field as TextField] + 20}
      {...shared}
    />
  )
}
