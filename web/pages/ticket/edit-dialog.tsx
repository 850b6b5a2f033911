import { Button, Group, Modal } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/problem.ts'
import type { OrderField, TicketDetail } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { OrderInput } from '../../components/order-form/order-inputs.tsx'
import {
  fieldToSend,
  ORDER_FIELDS,
  type OrderFormValues,
  orderFieldRules,
} from '../../components/order-form/rules.ts'
import { toLocalInput } from '../../format/time.ts'
import { useAct } from './use-act.ts'

interface EditDialogProps {
  readonly ticket: TicketDetail
  readonly opened: boolean
  readonly onClose: () => void
}

/** Changes the order; only what was changed is sent. */
export function EditDialog({ ticket, opened, onClose }: EditDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('ticket.action.edit_order')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {opened ? <EditForm ticket={ticket} onClose={onClose} /> : null}
    </Modal>
  )
}

function EditForm({ ticket, onClose }: Omit<EditDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const [unchanged, setUnchanged] = useState(false)
  const [before] = useState(() => valuesOf(ticket))
  const act = useAct(ticket.order_no, onClose)
  const form = useForm<OrderFormValues>({
    mode: 'uncontrolled',
    initialValues: before,
    validate: {
      ...orderFieldRules(t, Date.now),
      // A time that has passed may stay as it is while something else is corrected.
      deliver_by: (value) =>
        value === before.deliver_by ? null : orderFieldRules(t, Date.now).deliver_by(value),
    },
  })
  const submit = form.onSubmit((values) => {
    const fields: Partial<Record<OrderField, string>> = {}
    for (const field of ORDER_FIELDS)
      if (values[field].trim() !== before[field] && values[field].trim() !== '')
        fields[field] = fieldToSend(field, values[field])
    setUnchanged(Object.keys(fields).length === 0)
    if (Object.keys(fields).length === 0) return
    act.mutate(
      { action: 'edit_order', fields },
      { onError: (error) => error instanceof ApiError && form.setErrors({ ...error.problem.fields }) },
    )
  })
  return (
    <form className={formClasses.stack} noValidate onSubmit={submit}>
      <p>{t('ticket.dialog.edit_text')}</p>
      <div className={formClasses.two}>
        <OrderInput form={form} field="recipient" first />
        <OrderInput form={form} field="orderer" />
      </div>
      <OrderInput form={form} field="message" />
      <div className={formClasses.two}>
        <OrderInput form={form} field="destination" />
        <OrderInput form={form} field="room" />
      </div>
      <div className={formClasses.two}>
        <OrderInput form={form} field="deliver_by" />
        <OrderInput
          form={form}
          field="phone"
          {...(ticket.contact_phone ? { hint: ticket.contact_phone } : {})}
        />
      </div>
      {unchanged ? <p role="status">{t('ticket.dialog.edit_unchanged')}</p> : null}
      {act.error === null ? null : (
        <InlineProblem
          error={act.error}
          title={t('ticket.dialog.refused', { action: t('ticket.action.edit_order') })}
        />
      )}
      <Group justify="flex-end" gap="xs" mt={4}>
        <Button variant="default" onClick={onClose}>
          {t('ticket.dialog.keep')}
        </Button>
        <Button type="submit" loading={act.isPending}>
          {t('action.save')}
        </Button>
      </Group>
    </form>
  )
}

/** The phone number is masked here, so its input starts empty and only a new number is sent. */
const valuesOf = (ticket: TicketDetail): OrderFormValues => ({
  orderer: ticket.orderer ?? '',
  recipient: ticket.recipient ?? '',
  destination: ticket.destination ?? '',
  room: ticket.room ?? '',
  message: ticket.message ?? '',
  deliver_by: toLocalInput(ticket.deliver_by),
  phone: '',
})
