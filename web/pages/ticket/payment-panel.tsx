import { Button, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy, IconExternalLink } from '@tabler/icons-react'
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
      {ticket.payment_url === null ? null : <PaymentLink url={ticket.payment_url} />}
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

function PaymentLink({ url }: { readonly url: string }) {
  const { t } = useTranslation()
  return (
    <div className={classes.link}>
      <Button
        component="a"
        href={url}
        target="_blank"
        rel="noreferrer"
        size="xs"
        variant="default"
        rightSection={<IconExternalLink size={14} stroke={1.8} aria-hidden />}
      >
        {t('ticket.page.payment_link')}
      </Button>
      <CopyButton value={url}>
        {({ copied, copy }) => (
          <Button
            size="xs"
            variant="subtle"
            onClick={copy}
            leftSection={
              copied ? (
                <IconCheck size={14} stroke={2} aria-hidden />
              ) : (
                <IconCopy size={14} stroke={1.8} aria-hidden />
              )
            }
          >
            {t(copied ? 'action.copied' : 'action.copy')}
          </Button>
        )}
      </CopyButton>
    </div>
  )
}
