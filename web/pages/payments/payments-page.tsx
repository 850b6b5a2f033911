import { Button, Skeleton } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  openDepositsQuery,
  paymentKeys,
  reconcileNow,
  reconciliationQuery,
  returnsQuery,
} from '../../api/payments.ts'
import type { ReconciliationView } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { showDone, showProblem } from '../../components/notices.ts'
import pageClasses from '../../components/page.module.css'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { OpenDeposits } from './open-deposits.tsx'
import classes from './payments-page.module.css'
import { ReconciliationRuns } from './reconciliation-runs.tsx'
import { ReturnsPanel } from './returns-panel.tsx'
import { SettledDeposits } from './settled-deposits.tsx'

/** Money that people look after: what belongs to no order yet, what has to go back, how the books agree. */
export function PaymentsPage() {
  const { t } = useTranslation()
  usePageTitle(t('payments.title'))
  const deposits = useQuery(openDepositsQuery)
  const returns = useQuery(returnsQuery)
  const reconciliation = useQuery(reconciliationQuery)
  const failed = [deposits, returns, reconciliation].find((query) => query.isError)
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('payments.title')}</h1>
        {reconciliation.data === undefined ? null : <Freshness view={reconciliation.data} />}
        <p className={pageClasses.lead}>{t('payments.lead')}</p>
      </header>
      {failed !== undefined ? (
        <ProblemPanel error={failed.error} onRetry={() => void failed.refetch()} />
      ) : deposits.data === undefined || returns.data === undefined || reconciliation.data === undefined ? (
        <div role="status" aria-label={t('action.loading')} className={classes.skeleton}>
          <Skeleton height={120} />
          <Skeleton height={120} />
        </div>
      ) : (
        <>
          <OpenDeposits deposits={deposits.data.deposits} />
          <ReturnsPanel returns={returns.data.returns} />
          <ReconciliationRuns runs={reconciliation.data.runs} />
          <SettledDeposits />
        </>
      )}
    </div>
  )
}

/** When the bank was read last, and the button that compares everything now. */
function Freshness({ view }: { readonly view: ReconciliationView }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const client = useQueryClient()
  const compare = useMutation({
    mutationFn: reconcileNow,
    onSuccess: () => {
      showDone(t('payments.reconcile_begun'))
      void client.invalidateQueries({ queryKey: paymentKeys.all })
    },
    onError: (error) => showProblem(error, t('payments.reconcile'), t),
  })
  const { bank } = view
  return (
    <div className={classes.freshness}>
      <span data-failed={bank?.error ? true : undefined}>
        {bank === null
          ? t('payments.bank_never')
          : bank.error === null
            ? t('payments.bank_read', { time: formatWhen(bank.read_at, language, now) })
            : t('payments.bank_error', { reason: bank.error })}
      </span>
      <Button
        size="xs"
        variant="default"
        loading={compare.isPending}
        onClick={() => compare.mutate()}
        leftSection={<IconRefresh size={15} stroke={1.8} aria-hidden />}
      >
        {t('payments.reconcile')}
      </Button>
    </div>
  )
}
