import { Button, Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMinute } from '../../app/clock.ts'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { formatPhone } from '../../format/text.ts'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './call-law-page.module.css'

/** What a paged list of TanStack Query brings of itself. */
interface Paged {
  readonly data: unknown
  readonly isError: boolean
  readonly error: unknown
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly refetch: () => unknown
  readonly fetchNextPage: () => unknown
}

interface LawTableProps {
  readonly label: string
  readonly columns: readonly { readonly name: string; readonly label: string }[]
  readonly list: Paged
  readonly isEmpty: boolean
  /** Instead of the table where nothing is listed. */
  readonly empty: ReactNode
  /** `<tr>`s. */
  readonly children: ReactNode
}

/** A list of the law with its heading and its next page; on a phone each row is a card. */
export function LawTable({ label, columns, list, isEmpty, empty, children }: LawTableProps) {
  const { t } = useTranslation()
  if (list.data === undefined)
    return list.isError ? (
      <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <div role="status" aria-label={t('action.loading')}>
        <Skeleton height={160} />
      </div>
    )
  if (isEmpty) return empty
  return (
    <>
      <div className={classes.frame}>
        <table className={classes.table} aria-label={label}>
          <thead>
            <tr>
              {columns.map(({ name, label: heading }) => (
                <th key={name} scope="col" data-column={name}>
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </div>
      {list.hasNextPage ? (
        <Button
          variant="default"
          className={classes.more ?? ''}
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('call_law.more')}
        </Button>
      ) : null}
    </>
  )
}

export function PhoneCell({ phone }: { readonly phone: string | null }) {
  const { t } = useTranslation()
  return (
    <td className={classes.phone} data-column="phone">
      {phone === null ? <span className={classes.dim}>{t('call_law.forgotten')}</span> : formatPhone(phone)}
    </td>
  )
}

export function WhenCell({ at, children }: { readonly at: string; readonly children?: ReactNode }) {
  const language = useLanguage()
  const now = useMinute()
  return (
    <td className={classes.when} data-column="at" title={formatExact(at)}>
      <time dateTime={at}>{formatWhen(at, language, now)}</time>
      {children}
    </td>
  )
}
