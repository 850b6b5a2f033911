import { useTranslation } from 'react-i18next'
import type { Payment, TicketDetail } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { paymentState, toneOfPayment } from '../../components/payment-state.ts'
import { Pill } from '../../components/pill.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import type { Tone } from '../../components/tone.ts'
import { formatWon } from '../../format/text.ts'
import { formatWhen } from '../../format/time.ts'
import { openText } from '../../i18n/open-text.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './side-panel.module.css'

export function PaymentPanel({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  const state = paymentState(ticket)
  return (
    <Section
      title={t('ticket.page.payment')}
      aside={
        ticket.payments.length > 0 ? null : (
          <Pill tone={toneOfPayment[state]}>{t(`ticket.payment_state.${state}`)}</Pill>
        )
      }
    >
      {ticket.payments.length === 0 ? (
        <SectionEmpty>
          {t(ticket.outcome === null ? 'ticket.page.payment_empty' : 'ticket.page.payment_never')}
        </SectionEmpty>
      ) : null}
      <ul className={classes.rows}>
        {ticket.payments.map((payment) => (
          <PaymentRow key={payment.id} payment={payment} />
        ))}
      </ul>
    </Section>
  )
}

function PaymentRow({ payment }: { readonly payment: Payment }) {
  const language = useLanguage()
  const now = useMinute()
  return (
    <li className={classes.row}>
      <span>
        <b>{formatWon(payment.amount, language)}</b>
        <span className={classes.quiet}>
          {openText('ticket.payment_method', payment.method)} ·{' '}
          {formatWhen(payment.paid_at ?? payment.created_at, language, now)}
        </span>
      </span>
      <Pill tone={toneOfStatus(payment)}>{openText('ticket.payment_status', payment.status)}</Pill>
    </li>
  )
}

function toneOfStatus({ status, paid_at }: Payment): Tone {
  const known = status.toLowerCase()
  if (/fail|abort|expire|refuse/.test(known)) return 'issue'
  if (/cancel|refund/.test(known)) return 'done'
  return paid_at === null ? 'warn' : 'progress'
}
