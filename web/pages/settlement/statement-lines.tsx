import { Button, SegmentedControl } from '@mantine/core'
import { IconArrowLeft, IconDownload } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type SettlementRange, statementCsvPath } from '../../api/settlement.ts'
import type { StatementView } from '../../api/types.ts'
import { Pill } from '../../components/pill.tsx'
import { formatWon } from '../../format/text.ts'
import { openText } from '../../i18n/open-text.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './settlement-page.module.css'

const VERDICTS = ['matched', 'differs', 'missing_here', 'missing_there'] as const
type Verdict = (typeof VERDICTS)[number]

interface StatementLinesProps {
  readonly statement: StatementView
  readonly range: SettlementRange
}

/** One statement: what agrees, what differs, what one side lacks, what could not be read. */
export function StatementLines({ statement, range }: StatementLinesProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const [shown, setShown] = useState<Verdict | 'all'>('all')
  const { vendor, from, to, file_name, totals, lines, problems, id } = statement
  return (
    <>
      <div className={classes.statementHead}>
        <Link to="/settlement" search={range} className={classes.link}>
          <IconArrowLeft size={15} stroke={2} aria-hidden /> {t('settlement.back')}
        </Link>
        <span className={classes.quiet}>
          {file_name} ·{' '}
          {t('settlement.statement_of', { vendor: openText('ticket.vendor', vendor), from, to })}
        </span>
        <Button
          component="a"
          href={statementCsvPath(id, language)}
          download
          size="xs"
          variant="default"
          leftSection={<IconDownload size={15} stroke={1.8} aria-hidden />}
        >
          {t('settlement.export')}
        </Button>
      </div>
      <div className={classes.filter}>
        <SegmentedControl
          size="xs"
          aria-label={t('settlement.verdict.label')}
          value={shown}
          onChange={(value) => setShown(value as Verdict | 'all')}
          data={[
            { value: 'all', label: `${t('settlement.verdict.all')} ${lines.length}` },
            ...VERDICTS.map((verdict) => ({
              value: verdict,
              label: `${t(`settlement.verdict.${verdict}`)} ${totals[verdict]}`,
            })),
          ]}
        />
      </div>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('settlement.reference')}</th>
            <th scope="col">{t('settlement.erp_order')}</th>
            <th scope="col">{t('settlement.ours')}</th>
            <th scope="col">{t('settlement.theirs')}</th>
            <th scope="col">{t('settlement.line')}</th>
            <th scope="col">{t('settlement.verdict.label')}</th>
          </tr>
        </thead>
        <tbody>
          {lines
            .filter((line) => shown === 'all' || line.verdict === shown)
            .map((line) => (
              <tr key={`${line.line} ${line.reference} ${line.erp_order_id}`}>
                <th scope="row">{line.reference ?? '–'}</th>
                <td data-label={t('settlement.erp_order')} data-wide>
                  {line.erp_order_id ?? '–'}
                </td>
                <td data-label={t('settlement.ours')}>
                  {line.ours === null ? '–' : formatWon(line.ours, language)}
                </td>
                <td data-label={t('settlement.theirs')}>
                  {line.theirs === null ? '–' : formatWon(line.theirs, language)}
                </td>
                <td data-label={t('settlement.line')}>{line.line ?? '–'}</td>
                <td data-label={t('settlement.verdict.label')}>
                  <Pill tone={line.verdict === 'matched' ? 'progress' : 'issue'}>
                    {t(`settlement.verdict.${line.verdict}`)}
                  </Pill>
                </td>
              </tr>
            ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('settlement.total')}</th>
            <td />
            <td data-label={t('settlement.ours')}>{formatWon(totals.ours_won, language)}</td>
            <td data-label={t('settlement.theirs')}>{formatWon(totals.theirs_won, language)}</td>
            <td />
            <td />
          </tr>
        </tfoot>
      </table>
      {problems.length === 0 ? null : (
        <div className={classes.problem}>
          <b>{t('settlement.problems')}</b>
          <ul>
            {problems.map(({ line, problem, text }) => (
              <li key={line}>{t(`settlement.problem.${problem}`, { line, text })}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  )
}
