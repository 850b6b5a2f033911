import { useTranslation } from 'react-i18next'
import type { Deposit, Payment, Refund, TicketDetail } from '../../api/types.ts'
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

/** How the order was paid, where it is to be transferred to, what came and what went back. */
export function PaymentPanel({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  const state = paymentState(ticket)
  const { payments, deposits, refunds } = ticket
  const nothing = payments.length + deposits.length === 0
  return (
    <Section
      title={t('ticket.page.payment')}
      aside={
        payments.length > 0 ? null : (
          <Pill tone={toneOfPayment[state]}>{t(`ticket.payment_state.${state}`)}</Pill>
        )
      }
    >
      {nothing ? (
        <SectionEmpty>
          {t(ticket.outcome === null ? 'ticket.page.payment_empty' : 'ticket.page.payment_never')}
        </SectionEmpty>
      ) : null}
      <ul className={classes.rows}>
        {payments.map((payment) => (
          <PaymentRow key={payment.id} payment={payment} />
        ))}
        {deposits.map((deposit) => (
          <DepositRow key={`deposit-${deposit.id}`} deposit={deposit} />
        ))}
        {deposits.length === 0 || payments.some(({ paid_at }) => paid_at !== null) ? null : (
          <Received deposits={deposits} amount={ticket.amount} />
        )}
        {refunds.map((refund) => (
          <RefundRow key={`refund-${refund.id}`} refund={refund} amount={ticket.amount} />
        ))}
      </ul>
    </Section>
  )
}

function PaymentRow({ payment }: { readonly payment: Payment }) {
  const language = useLanguage()
  const now = useMinute()
  return (
    <li>
      <div className={classes.row}>
        <span>
          <b>{formatWon(payment.amount, language)}</b>
          <span className={classes.quiet}>
            {openText('ticket.payment_method', payment.method)} ·{' '}
            {formatWhen(payment.paid_at ?? payment.created_at, language, now)}
          </span>
        </span>
        <Pill tone={toneOfStatus(payment)}>{openText('ticket.payment_status', payment.status)}</Pill>
      </div>
      {payment.account === null && payment.cash_receipt === null ? null : <Account payment={payment} />}
    </li>
  )
}

/** The virtual account that was opened for it, and whom the receipt is for. */
function Account({ payment: { account, cash_receipt: receipt, paid_at } }: { readonly payment: Payment }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  return (
    <dl className={classes.facts}>
      {account === null ? null : (
        <>
          <dt>{t('ticket.money.account')}</dt>
          <dd>
            {openText('payments.bank', account.bank_code)} {account.number}
          </dd>
          <dt>{t('ticket.money.holder')}</dt>
          <dd>{account.holder}</dd>
          {account.due_at === null || paid_at !== null ? null : (
            <>
              <dt>{t('ticket.money.due')}</dt>
              <dd>{formatWhen(account.due_at, language, now)}</dd>
            </>
          )}
        </>
      )}
      {receipt === null ? null : (
        <>
          <dt>{t('ticket.money.receipt')}</dt>
          <dd>
            {t(`ticket.money.receipt_kind.${receipt.kind}`)} {receipt.number}
          </dd>
        </>
      )}
    </dl>
  )
}

/** A transfer to the company's own account. */
function DepositRow({ deposit }: { readonly deposit: Deposit }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  return (
    <li className={classes.row}>
      <span>
        <b>{formatWon(deposit.amount, language)}</b>
        <span className={classes.quiet}>
          {t('ticket.money.deposit_by', { name: deposit.depositor })} ·{' '}
          {formatWhen(deposit.received_at, language, now)}
        </span>
      </span>
      <Pill tone="progress">{t('ticket.money.deposit')}</Pill>
    </li>
  )
}

/** How much of the price has come so far. */
function Received({ deposits, amount }: { readonly deposits: readonly Deposit[]; readonly amount: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const sum = deposits.reduce((total, deposit) => total + deposit.amount, 0)
  if (sum >= amount) return null
  return (
    <li className={classes.quiet}>
      {t('ticket.money.missing', {
        received: formatWon(sum, language),
        missing: formatWon(amount - sum, language),
      })}
    </li>
  )
}

const REFUND_TONES = { pending: 'warn', settled: 'done', failed: 'issue' } satisfies Record<
  Refund['state'],
  Tone
>

/** Money that went back: the amount that was decided then. */
function RefundRow({ refund, amount }: { readonly refund: Refund; readonly amount: number }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  return (
    <li className={classes.row}>
      <span>
        <b>{formatWon(-refund.amount, language)}</b>
        <span className={classes.quiet}>
          {t(refund.amount < amount ? 'ticket.money.part_refund' : 'ticket.money.refund')} ·{' '}
          {formatWhen(refund.settled_at ?? refund.created_at, language, now)}
        </span>
      </span>
      <Pill tone={REFUND_TONES[refund.state]}>{t(`ticket.money.refund_state.${refund.state}`)}</Pill>
    </li>
  )
}

function toneOfStatus({ status, paid_at }: Payment): Tone {
  const known = status.toLowerCase()
  if (/fail|abort|expire|refuse/.test(known)) return 'issue'
  if (/cancel|refund/.test(known)) return 'done'
  return paid_at === null ? 'warn' : 'progress'
}
