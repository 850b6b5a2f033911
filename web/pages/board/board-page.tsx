import { IconFlower } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { boardQuery } from '../../api/tickets.ts'
import type { Board } from '../../api/types.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import classes from './board-page.module.css'
import type { BoardSearch } from './board-search.ts'
import { BoardSkeleton } from './board-skeleton.tsx'
import { BoardToolbar } from './board-toolbar.tsx'
import { Columns } from './columns.tsx'

/** Every order of the moment, by state; follows live. */
export function BoardPage() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/shell/' })
  const navigate = useNavigate({ from: '/' })
  const board = useQuery(boardQuery)
  const issues = board.data?.columns.find((column) => column.state === 'issue')?.total ?? 0
  usePageTitle(issues > 0 ? `(${issues}) ${t('ticket.board.title')}` : t('ticket.board.title'))
  const setSearch = (next: BoardSearch) => void navigate({ search: next, replace: true })
  return (
    <div className={classes.page}>
      <BoardToolbar board={board.data} search={search} onSearch={setSearch} />
      {board.data === undefined ? (
        board.isError ? (
          <ProblemPanel error={board.error} onRetry={() => void board.refetch()} />
        ) : (
          <BoardSkeleton />
        )
      ) : isEmpty(board.data) ? (
        <StatePanel
          icon={<IconFlower size={24} stroke={1.7} />}
          title={t('ticket.board.first_title')}
          text={t('ticket.board.first_text')}
        />
      ) : (
        <Columns board={board.data} search={search} onSearch={setSearch} />
      )}
    </div>
  )
}

const isEmpty = (board: Board): boolean => board.columns.every((column) => column.total === 0)
