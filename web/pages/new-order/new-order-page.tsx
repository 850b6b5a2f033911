import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/problem.ts'
import { systemQuery } from '../../api/system.ts'
import { createTicket, ticketKeys } from '../../api/tickets.ts'
import type { OrderField } from '../../api/types.ts'
import { usePageTitle } from '../../app/page-title.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { showDone } from '../../components/notices.ts'
import { OrderInput } from '../../components/order-form/order-inputs.tsx'
import { Ribbon } from '../../components/order-form/ribbon.tsx'
import {
  fieldToSend,
  isPhoneNumber,
  ORDER_FIELDS,
  type OrderFormValues,
  orderFieldRules,
} from '../../components/order-form/rules.ts'
import pageClasses from '../../components/page.module.css'
import { formatWon, toPhoneDigits } from '../../format/text.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './new-order-page.module.css'

const EMPTY = {
  customer_phone: '',
  orderer: '',
  recipient: '',
  destination: '',
  room: '',
  message: '',
  deliver_by: '',
  phone: '',
}
type Values = OrderFormValues & { readonly customer_phone: string }

/** Takes down an order by hand. */
export function NewOrderPage() {
  const { t } = useTranslation()
  usePageTitle(t('ticket.new_order.title'))
  return (
    <div className={`${pageClasses.page} ${pageClasses.narrow}`}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('ticket.new_order.title')}</h1>
        <p className={pageClasses.lead}>{t('ticket.new_order.lead')}</p>
      </header>
      <NewOrderForm />
    </div>
  )
}

function NewOrderForm() {
  const { t } = useTranslation()
  const [shown, setShown] = useState<Values>(EMPTY)
  const [confirmed, setConfirmed] = useState(false)
  const create = useCreate()
  const form = useForm<Values>({
    mode: 'uncontrolled',
    initialValues: EMPTY,
    onValuesChange: setShown,
    validateInputOnBlur: true,
    validate: {
      ...orderFieldRules(t, Date.now),
      customer_phone: (value) => (isPhoneNumber(value) ? null : t('ticket.new_order.error_phone')),
    },
  })
  const submit = form.onSubmit(
    (values) =>
      create.mutate(
        { customer_phone: toPhoneDigits(values.customer_phone), fields: fieldsOf(values), confirmed },
        {
          onError: (error) => {
            if (error instanceof ApiError) form.setErrors({ ...error.problem.fields })
          },
        },
      ),
    (errors) => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus(),
  )
  const hint = (field: OrderField) => t(`ticket.new_order.${field as 'orderer'}_hint`)
  const left = missingOf(shown)
  return (
    <form className={classes.form} noValidate onSubmit={submit}>
      <Part title={t('ticket.page.customer')}>
        <TextInput
          key={form.key('customer_phone')}
          type="tel"
          inputMode="tel"
          autoComplete="off"
          withAsterisk
          required
          label={t('ticket.new_order.customer_phone')}
          description={t('ticket.new_order.customer_phone_hint')}
          {...form.getInputProps('customer_phone')}
        />
        <OrderInput
          form={form}
          field="phone"
          label={t('ticket.new_order.other_phone')}
          hint={hint('phone')}
        />
      </Part>
      <Part title={t('ticket.new_order.who')}>
        <OrderInput form={form} field="recipient" hint={hint('recipient')} />
        <OrderInput form={form} field="orderer" hint={hint('orderer')} />
      </Part>
      <Part title={t('ticket.new_order.where')}>
        <OrderInput form={form} field="destination" hint={hint('destination')} />
        <OrderInput form={form} field="room" hint={hint('room')} />
        <OrderInput form={form} field="deliver_by" hint={hint('deliver_by')} />
      </Part>
      <Part title={t('ticket.new_order.ribbon')}>
        <OrderInput form={form} field="message" hint={hint('message')} />
        <div className={classes.preview}>
          <p className={classes.previewLabel}>{t('ticket.new_order.preview')}</p>
          <Ribbon message={shown.message.trim() || null} orderer={shown.orderer.trim() || null} />
        </div>
      </Part>
      <footer className={classes.foot}>
        <label className={classes.confirm}>
          <input
            type="checkbox"
            checked={confirmed}
            onChange={(event) => setConfirmed(event.currentTarget.checked)}
          />
          <span>
            {t('ticket.new_order.confirmed')}
            <span className={classes.confirmHint}>{t('ticket.new_order.confirmed_hint')}</span>
          </span>
        </label>
        {create.error === null ? null : <InlineProblem error={create.error} />}
        <div className={classes.submit}>
          <Price />
          <span className={classes.left} role="status">
            {left === 0 ? t('ticket.new_order.complete') : t('ticket.new_order.left', { count: left })}
          </span>
          <Button type="submit" size="md" loading={create.isPending}>
            {t('ticket.new_order.submit')}
          </Button>
        </div>
      </footer>
    </form>
  )
}

function useCreate() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: createTicket,
    onSuccess: async (ticket) => {
      client.setQueryData(ticketKeys.ticket(ticket.order_no), ticket)
      void client.invalidateQueries({ queryKey: ticketKeys.board })
      void client.invalidateQueries({ queryKey: ticketKeys.totals })
      showDone(t('ticket.new_order.created', { order_no: ticket.order_no }))
      await navigate({ to: '/tickets/$orderNo', params: { orderNo: ticket.order_no } })
    },
  })
}

function Price() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: system } = useQuery(systemQuery)
  if (system === undefined) return null
  return (
    <span className={classes.price}>
      {t('ticket.new_order.price')} <b>{formatWon(system.price, language)}</b>
    </span>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <fieldset className={classes.part}>
      <legend>{title}</legend>
      <div className={formClasses.two}>{children}</div>
    </fieldset>
  )
}

/** The contact is the customer's own number unless another one is given. */
function fieldsOf(values: Values): Partial<Record<OrderField, string>> {
  const fields: Partial<Record<OrderField, string>> = { phone: toPhoneDigits(values.customer_phone) }
  for (const field of ORDER_FIELDS) {
    const value = fieldToSend(field, values[field])
    if (value !== '') fields[field] = value
  }
  return fields
}

const missingOf = (values: Values): number =>
  ORDER_FIELDS.filter((field) => (field === 'phone' ? values.customer_phone : values[field]).trim() === '')
    .length
