import { IconHistory } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { doNotCallChangesQuery } from '../../api/call-law.ts'
import { Pill } from '../../components/pill.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import classes from './call-law-page.module.css'
import { LawFilters, useLawSearch } from './law-filters.tsx'
import { LawTable, PhoneCell, WhenCell } from './law-table.tsx'

/** Who put numbers on the list and took them off again, and why. */
export function ChangesPart() {
  const { t } = useTranslation()
  const { search } = useLawSearch()
  const list = useInfiniteQuery({
    ...doNotCallChangesQuery({ q: search.q }),
    placeholderData: keepPreviousData,
  })
  const changes = list.data?.pages.flatMap((page) => page.changes) ?? []
  return (
    <>
      <LawFilters />
      <LawTable
        label={t('call_law.tab.changes')}
        columns={(['phone', 'change', 'source', 'reason', 'at', 'by'] as const).map((name) => ({
          name,
          label: t(`call_law.col.${name}`),
        }))}
        list={list}
        isEmpty={changes.length === 0}
        empty={
          <StatePanel icon={<IconHistory size={24} stroke={1.7} />} title={t('call_law.changes.empty')} />
        }
      >
        {changes.map((change) => (
          <tr key={change.change_id} className={classes.row}>
            <PhoneCell phone={change.phone} />
            <td data-column="change">
              <Pill tone={change.listed ? 'issue' : 'progress'} quiet>
                {t(change.listed ? 'call_law.listed' : 'call_law.removed')}
              </Pill>
            </td>
            <td className={classes.dim} data-column="source">
              {t(`call_law.source.${change.source}`)}
            </td>
            <td className={classes.reason} data-column="reason">
              {change.reason}
            </td>
            <WhenCell at={change.at} />
            <td className={classes.by} data-column="by">
              {change.changed_by}
            </td>
          </tr>
        ))}
      </LawTable>
    </>
  )
}
