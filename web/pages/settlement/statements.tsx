import { Button, FileButton, NativeSelect } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/problem.ts'
import {
  type SettlementRange,
  statementKeys,
  statementQuery,
  statementsQuery,
  uploadStatement,
} from '../../api/settlement.ts'
import type { StatementList } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { Pill } from '../../components/pill.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { formatWhen } from '../../format/time.ts'
import { openText } from '../../i18n/open-text.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './settlement-page.module.css'
import { StatementLines } from './statement-lines.tsx'

interface StatementsProps {
  readonly range: SettlementRange
  readonly vendors: readonly string[]
  readonly openId: number | null
}

/** Statements of vendors against our own orders: upload, list, one line by line. */
export function Statements({ range, vendors, openId }: StatementsProps) {
  const { t } = useTranslation()
  const list = useQuery(statementsQuery)
  const open = useQuery({ ...statementQuery(openId ?? 0), enabled: openId !== null })
  return (
    <Section title={t('settlement.statements')}>
      {openId !== null && open.data !== undefined ? (
        <StatementLines statement={open.data} range={range} />
      ) : (
        <>
          <p className={classes.text}>{t('settlement.statements_text')}</p>
          <Upload range={range} vendors={vendors} />
          {list.data === undefined ? null : <StatementRows statements={list.data.statements} range={range} />}
        </>
      )}
    </Section>
  )
}

function Upload({ range, vendors }: Pick<StatementsProps, 'range' | 'vendors'>) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [vendor, setVendor] = useState(vendors[0] ?? '')
  const upload = useMutation({
    mutationFn: (file: File) => uploadStatement(file, { vendor, from: range.from, to: range.to }),
    onSuccess: async (statement) => {
      await client.invalidateQueries({ queryKey: statementKeys })
      await navigate({ to: '/settlement', search: { ...range, statement: statement.id } })
    },
  })
  return (
    <div className={classes.upload}>
      <NativeSelect
        size="xs"
        label={t('settlement.vendor')}
        value={vendor}
        onChange={({ currentTarget }) => setVendor(currentTarget.value)}
        data={vendors.map((name) => ({ value: name, label: openText('ticket.vendor', name) }))}
        disabled={vendors.length === 0}
      />
      <FileButton accept=".csv,text/csv" onChange={(file) => file !== null && upload.mutate(file)}>
        {(props) => (
          <Button
            {...props}
            size="xs"
            loading={upload.isPending}
            disabled={vendor === ''}
            leftSection={<IconUpload size={15} stroke={1.8} aria-hidden />}
          >
            {t('settlement.upload')}
          </Button>
        )}
      </FileButton>
      {upload.error === null ? null : <UploadProblem error={upload.error} />}
    </div>
  )
}

/** What is wrong with a file, in words of the person who has it. */
function UploadProblem({ error }: { readonly error: Error }): ReactNode {
  const { t } = useTranslation()
  const problem = error instanceof ApiError ? error.problem : null
  if (problem?.code === 'columns_missing') {
    return <p className={classes.problem}>{t('settlement.upload_columns')}</p>
  }
  if (
    problem?.code === 'csv_broken' ||
    problem?.code === 'csv_empty' ||
    problem?.code === 'encoding_unknown'
  ) {
    return <p className={classes.problem}>{t('settlement.upload_csv')}</p>
  }
  return <InlineProblem error={error} title={t('settlement.upload_refused')} />
}

interface StatementRowsProps {
  readonly statements: StatementList['statements']
  readonly range: SettlementRange
}

function StatementRows({ statements, range }: StatementRowsProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  if (statements.length === 0) return <SectionEmpty>{t('settlement.statements_empty')}</SectionEmpty>
  return (
    <ul className={classes.rows}>
      {statements.map(({ id, vendor, file_name, uploaded_at, from, to, totals }) => (
        <li key={id} className={classes.statement}>
          <span>
            <Link
              to="/settlement"
              search={{ ...range, statement: id }}
              className={classes.link}
              aria-label={t('settlement.open', { file: file_name })}
            >
              {file_name}
            </Link>{' '}
            <span className={classes.quiet}>
              {t('settlement.statement_of', { vendor: openText('ticket.vendor', vendor), from, to })} ·{' '}
              {formatWhen(uploaded_at, language, now)}
            </span>
          </span>
          <span className={classes.pills}>
            <Pill tone="progress">
              {t('settlement.verdict.matched')} {totals.matched}
            </Pill>
            {(['differs', 'missing_here', 'missing_there'] as const).map((verdict) =>
              totals[verdict] === 0 ? null : (
                <Pill key={verdict} tone="issue">
                  {t(`settlement.verdict.${verdict}`)} {totals[verdict]}
                </Pill>
              ),
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}
