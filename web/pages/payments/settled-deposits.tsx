import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { settledDepositsQuery } from '../../api/payments.ts'
import type { DepositView } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { actorName } from '../../components/issue/actor-name.ts'
import { useColleagues } from '../../components/issue/use-colleagues.ts'
import { Pill } from '../../components/pill.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { formatWon } from '../../format/text.ts'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './payments-page.module.css'

/** What became of earlier deposits: by whom, when and why. */
export function SettledDeposits() {
  const { t } = useTranslation()
  const history = useInfiniteQuery(settledDepositsQuery)
  const deposits = history.data?.pages.flatMap((page) => page.deposits) ?? []
  return (
    <Section title={t('payments.history')}>
      {deposits.length === 0 ? (
        <SectionEmpty>{t('payments.history_empty')}</SectionEmpty>
      ) : (
        <ul className={classes.rows}>
          {deposits.map((deposit) => (
            <SettledRow key={deposit.id} deposit={deposit} />
          ))}
        </ul>
      )}
      {history.hasNextPage ? (
        <div className={classes.more}>
          <Button
            size="xs"
            variant="subtle"
            loading={history.isFetchingNextPage}
            onClick={() => void history.fetchNextPage()}
          >
            {t('payments.more')}
          </Button>
        </div>
      ) : null}
    </Section>
  )
}

function SettledRow({ deposit }: { readonly deposit: DepositView }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const people = useColleagues()
  const { settled_by: settledBy } = deposit
  const by =
    settledBy === null || settledBy === 'system' ? t('payments.by_system') : actorName(settledBy, people, t)
  return (
    <li className={classes.run}>
      <span>
        <b className={classes.amount}>{formatWon(deposit.amount, language)}</b>{' '}
        <span className={classes.who}>{deposit.depositor}</span>{' '}
        <time
          className={classes.quiet}
          dateTime={deposit.received_at}
          title={formatExact(deposit.received_at)}
        >
          {formatWhen(deposit.received_at, language, now)}
        </time>
      </span>
      <span>
        {deposit.order_no === null ? null : (
          <Link to="/tickets/$orderNo" params={{ orderNo: deposit.order_no }} className={classes.order}>
            {deposit.order_no}
          </Link>
        )}{' '}
        <Pill tone={deposit.status === 'matched' ? 'progress' : 'done'}>
          {t(`payments.status.${deposit.status}`)}
        </Pill>{' '}
        <span className={classes.quiet}>{by}</span>
      </span>
      {deposit.note === null ? null : <p className={`${classes.quiet} ${classes.block}`}>{deposit.note}</p>}
    </li>
  )
}
