import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../../api/session.ts'
import type { DepositView } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { Pill } from '../../components/pill.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { formatWon } from '../../format/text.ts'
import { formatDay, formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './payments-page.module.css'
import { SettleDialog, type Settling } from './settle-dialog.tsx'
import { useMatch } from './use-match.ts'

type Suggestion = DepositView['suggestions'][number]

/** Deposits that no order is known for, each with the orders it may belong to: one click decides. */
export function OpenDeposits({ deposits }: { readonly deposits: readonly DepositView[] }) {
  const { t } = useTranslation()
  const [settling, setSettling] = useState<Settling | null>(null)
  return (
    <Section
      title={t('payments.open_deposits')}
      aside={deposits.length === 0 ? null : <Pill tone="issue">{deposits.length}</Pill>}
    >
      {deposits.length === 0 ? (
        <SectionEmpty>
          {t('payments.open_deposits_empty')} {t('payments.open_deposits_empty_text')}
        </SectionEmpty>
      ) : (
        <ul className={classes.rows}>
          {deposits.map((deposit) => (
            <DepositRow key={deposit.id} deposit={deposit} onSettle={setSettling} />
          ))}
        </ul>
      )}
      <SettleDialog settling={settling} onClose={() => setSettling(null)} />
    </Section>
  )
}

interface DepositRowProps {
  readonly deposit: DepositView
  readonly onSettle: (settling: Settling) => void
}

function DepositRow({ deposit, onSettle }: DepositRowProps) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const claimed = deposit.status === 'claimed'
  return (
    <li className={classes.row}>
      <DepositFacts deposit={deposit} />
      {deposit.suggestions.length === 0 ? (
        <p className={classes.none}>
          {claimed ? `${t('payments.claimed')} ${deposit.order_no ?? ''}` : t('payments.reason.unknown')}
        </p>
      ) : (
        <ul className={classes.suggestions}>
          {deposit.suggestions.map((suggestion) => (
            <SuggestionRow key={suggestion.order_no} deposit={deposit} suggestion={suggestion} />
          ))}
        </ul>
      )}
      {claimed ? null : (
        <div className={classes.actions}>
          <Button size="xs" variant="default" onClick={() => onSettle({ deposit, as: 'matched' })}>
            {t('payments.other_order')}
          </Button>
          {me?.role === 'admin' ? (
            <>
              <Button size="xs" variant="subtle" onClick={() => onSettle({ deposit, as: 'returned' })}>
                {t('payments.returned')}
              </Button>
              <Button size="xs" variant="subtle" onClick={() => onSettle({ deposit, as: 'ignored' })}>
                {t('payments.ignored')}
              </Button>
            </>
          ) : null}
        </div>
      )}
    </li>
  )
}

/** What the bank says, and why a person has to look. */
function DepositFacts({ deposit }: { readonly deposit: DepositView }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  return (
    <div className={classes.money}>
      <span className={classes.amount}>{formatWon(deposit.amount, language)}</span>
      <span className={classes.who}>
        {deposit.depositor === '' ? t('payments.unknown_sender') : deposit.depositor}
      </span>
      <span className={`${classes.quiet} ${classes.block}`}>
        <time dateTime={deposit.received_at} title={formatExact(deposit.received_at)}>
          {formatWhen(deposit.received_at, language, now)}
        </time>
        {deposit.memo === null ? null : ` · ${deposit.memo}`}
      </span>
      {deposit.reason === null ? null : <Pill tone="warn">{t(`payments.reason.${deposit.reason}`)}</Pill>}
    </div>
  )
}

interface SuggestionRowProps {
  readonly deposit: DepositView
  readonly suggestion: Suggestion
}

function SuggestionRow({ deposit, suggestion }: SuggestionRowProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const match = useMatch(deposit.id)
  const { order_no, orderer, missing, ordered_at, reasons, open } = suggestion
  return (
    <li className={classes.suggestion}>
      <div>
        <Link to="/tickets/$orderNo" params={{ orderNo: order_no }} className={classes.order}>
          {order_no}
        </Link>{' '}
        <span className={classes.who}>{orderer}</span>{' '}
        <span className={classes.quiet}>
          {formatDay(ordered_at, language, now)}
          {missing > 0 ? ` · ${t('payments.missing', { amount: formatWon(missing, language) })}` : ''}
        </span>
        <ul className={classes.why}>
          {reasons.map((reason) => (
            <li key={reason} {...toneOf(reason)}>
              {t(`payments.why.${reason}`)}
            </li>
          ))}
        </ul>
      </div>
      {open ? (
        <Button
          size="xs"
          loading={match.isPending}
          aria-label={t('payments.match_named', { order_no })}
          onClick={() => match.mutate(order_no)}
        >
          {t('payments.match')}
        </Button>
      ) : (
        <span className={classes.quiet}>{t('payments.closed_order')}</span>
      )}
    </li>
  )
}

function toneOf(reason: Suggestion['reasons'][number]) {
  if (reason === 'amount_exact' || reason === 'name_same' || reason === 'order_no_in_text')
    return { 'data-good': true }
  return reason === 'already_paid' || reason === 'order_closed' ? { 'data-bad': true } : {}
}
