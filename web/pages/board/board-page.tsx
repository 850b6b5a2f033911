import { useDisclosure } from '@mantine/hooks'
import { IconFlower } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { totalsQuery } from '../../api/board.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import classes from './board-page.module.css'
import { type BoardSearch, isFiltered } from './board-search.ts'
import { BoardSkeleton } from './board-skeleton.tsx'
import { BoardToolbar } from './board-toolbar.tsx'
import { Columns } from './columns.tsx'
import { HelpSheet } from './help-sheet.tsx'
import { useBoard } from './use-board.ts'

/** Every order of the moment, by state; follows live. */
export function BoardPage() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/shell/' })
  const navigate = useNavigate({ from: '/' })
  const [helpOpen, help] = useDisclosure(false)
  const { board, columns, loadMore, stale } = useBoard(search)
  const issues = useQuery({
    ...totalsQuery({}),
    select: (totals) => totals.columns.find((column) => column.state === 'issue')?.total ?? 0,
  }).data
  usePageTitle(issues ? `(${issues}) ${t('ticket.board.title')}` : t('ticket.board.title'))
  const setSearch = (next: BoardSearch, typing = false) =>
    void navigate({ search: next, replace: typing && search.q !== undefined })
  return (
    <div className={classes.page} data-stale={stale || undefined}>
      {/* Menus open in it: within the page's landmark, and not clipped by a column. */}
      <div id="board-layer" />
      <BoardToolbar search={search} onSearch={setSearch} onHelp={help.open} />
      {columns === undefined ? (
        board.isError ? (
          <ProblemPanel error={board.error} onRetry={() => void board.refetch()} />
        ) : (
          <BoardSkeleton />
        )
      ) : !isFiltered(search) && columns.every((column) => column.total === 0) ? (
        <StatePanel
          icon={<IconFlower size={24} stroke={1.7} />}
          title={t('ticket.board.first_title')}
          text={t('ticket.board.first_text')}
        />
      ) : (
        <Columns
          columns={columns}
          search={search}
          onSearch={(next) => setSearch(next)}
          onNearEnd={loadMore}
          onHelp={help.open}
        />
      )}
      <HelpSheet opened={helpOpen} onClose={help.close} />
    </div>
  )
}
