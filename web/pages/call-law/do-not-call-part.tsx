import { Button } from '@mantine/core'
import { IconPhoneOff } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { doNotCallQuery, removeDoNotCall } from '../../api/call-law.ts'
import type { DoNotCallEntry } from '../../api/types.ts'
import { Pill } from '../../components/pill.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import classes from './call-law-page.module.css'
import { SOURCES } from './call-law-search.ts'
import { Choice, LawFilters, useLawSearch } from './law-filters.tsx'
import { LawTable, PhoneCell, WhenCell } from './law-table.tsx'
import { ReasonDialog } from './reason-dialog.tsx'

/** Numbers that nobody calls, and where each came from. */
export function DoNotCallPart({ mayRemove }: { readonly mayRemove: boolean }) {
  const { t } = useTranslation()
  const { search, choose } = useLawSearch()
  const { q, source } = search
  const list = useInfiniteQuery({ ...doNotCallQuery({ q, source }), placeholderData: keepPreviousData })
  const [asked, setAsked] = useState<DoNotCallEntry | null>(null)
  const entries = list.data?.pages.flatMap((page) => page.entries) ?? []
  const total = list.data?.pages[0]?.total
  const columns = (['phone', 'source', 'at', 'by', ...(mayRemove ? (['act'] as const) : [])] as const).map(
    (name) => ({ name, label: t(`call_law.col.${name}`) }),
  )
  const phone = asked?.phone ?? t('call_law.forgotten')
  return (
    <>
      <LawFilters aside={total === undefined ? undefined : t('call_law.list_size', { count: total })}>
        <Choice
          label={t('call_law.filter.source')}
          all={t('call_law.filter.all_sources')}
          value={source}
          choices={SOURCES.map((value) => ({ value, label: t(`call_law.source.${value}`) }))}
          onChange={(value) => choose({ source: value })}
        />
      </LawFilters>
      <LawTable
        label={t('call_law.tab.never')}
        columns={columns}
        list={list}
        isEmpty={entries.length === 0}
        empty={
          <StatePanel
            icon={<IconPhoneOff size={24} stroke={1.7} />}
            title={t('call_law.never.empty')}
            text={t('call_law.never.empty_text')}
          />
        }
      >
        {entries.map((entry) => (
          <tr key={entry.entry_id} className={classes.row}>
            <PhoneCell phone={entry.phone} />
            <td data-column="source">
              <Pill tone={entry.source === 'person' || entry.source === 'file' ? 'todo' : 'warn'} quiet>
                {t(`call_law.source.${entry.source}`)}
              </Pill>
              {entry.outbound_id === null ? null : (
                <Link
                  to="/outbound/$outboundId"
                  params={{ outboundId: entry.outbound_id }}
                  className={classes.link}
                  aria-label={t('call_law.call_of', { id: entry.outbound_id })}
                >
                  {t('call_law.call')}
                </Link>
              )}
            </td>
            <WhenCell at={entry.at} />
            <td className={classes.by} data-column="by">
              {entry.recorded_by}
            </td>
            {mayRemove ? (
              <td className={classes.act} data-column="act">
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={t('call_law.never.remove_of', {
                    phone: entry.phone ?? t('call_law.forgotten'),
                  })}
                  onClick={() => setAsked(entry)}
                >
                  {t('call_law.never.remove')}
                </Button>
              </td>
            ) : null}
          </tr>
        ))}
      </LawTable>
      <ReasonDialog
        id={asked?.entry_id ?? null}
        title={t('call_law.never.remove_ask', { phone })}
        text={t('call_law.never.remove_text')}
        label={t('call_law.never.remove_reason')}
        action={t('call_law.never.remove')}
        done={t('call_law.never.removed')}
        act={removeDoNotCall}
        onClose={() => setAsked(null)}
      />
    </>
  )
}
