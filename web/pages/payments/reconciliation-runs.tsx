import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ReconciliationView } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { Pill } from '../../components/pill.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { formatWon } from '../../format/text.ts'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './payments-page.module.css'

type Run = ReconciliationView['runs'][number]

/** As many as tell how the last hours went. */
const SHOWN = 6

/** The last comparisons of our books with the gateway's, and what they found. */
export function ReconciliationRuns({ runs }: { readonly runs: readonly Run[] }) {
  const { t } = useTranslation()
  // Runs that found nothing say the same each time: only the newest of them is worth a line.
  const shown = runs.filter((run, index) => index === 0 || run.findings.length > 0 || run.error !== null)
  return (
    <Section title={t('payments.runs')}>
      {runs.length === 0 ? (
        <SectionEmpty>{t('payments.runs_empty')}</SectionEmpty>
      ) : (
        <ul className={classes.rows}>
          {shown.slice(0, SHOWN).map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function RunRow({ run }: { readonly run: Run }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const who = run.started_by === 'system' ? t('payments.by_system') : run.started_by
  return (
    <li className={classes.run}>
      <span>
        <time dateTime={run.started_at} title={formatExact(run.started_at)}>
          {formatWhen(run.started_at, language, now)}
        </time>{' '}
        <span className={classes.quiet}>{t('payments.run_by', { who, count: run.checked })}</span>
      </span>
      <RunState run={run} />
      {run.error === null ? null : (
        <p className={`${classes.quiet} ${classes.block}`}>
          {t('payments.run_failed', { reason: run.error })}
        </p>
      )}
      {run.findings.length === 0 ? null : (
        <ul className={classes.finding}>
          {run.findings.map((finding) => (
            <li key={`${finding.kind} ${finding.payment_key}`}>
              <Link to="/tickets/$orderNo" params={{ orderNo: finding.order_no }} className={classes.order}>
                {finding.order_no}
              </Link>{' '}
              {t(`payments.finding.${finding.kind}`)} ({formatWon(finding.amount, language)})
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

function RunState({ run }: { readonly run: Run }) {
  const { t } = useTranslation()
  if (run.error !== null) return <Pill tone="issue">{t('payments.settle_refused')}</Pill>
  if (run.finished_at === null) return <Pill tone="live">{t('payments.run_running')}</Pill>
  if (run.findings.length === 0) return <Pill tone="progress">{t('payments.run_clean')}</Pill>
  return <Pill tone="warn">{run.findings.length}</Pill>
}
