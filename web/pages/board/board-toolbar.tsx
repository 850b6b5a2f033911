import { CloseButton, SegmentedControl, TextInput } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconAlertCircle, IconPhoneCall, IconSearch } from '@tabler/icons-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Board } from '../../api/types.ts'
import classes from './board-page.module.css'
import type { BoardSearch } from './board-search.ts'
import { needsAttention } from './column-order.ts'

interface BoardToolbarProps {
  readonly board: Board | undefined
  readonly search: BoardSearch
  readonly onSearch: (search: BoardSearch) => void
}

/** Heading, search, filters and order of the board; all of it lives in the address. */
export function BoardToolbar({ board, search, onSearch }: BoardToolbarProps) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  useHotkeys([['/', () => input.current?.focus()]])
  const tickets = board?.columns.flatMap((column) => column.tickets) ?? []
  const setQuery = (q: string) => onSearch(searchWith(search, 'q', q === '' ? undefined : q))
  const toggle = (only: 'attention' | 'calls') =>
    onSearch(searchWith(search, 'only', search.only === only ? undefined : only))
  return (
    <header className={classes.toolbar}>
      <h1 className={classes.title}>{t('ticket.board.title')}</h1>
      <TextInput
        ref={input}
        className={classes.search ?? ''}
        type="search"
        aria-label={t('ticket.board.search_label')}
        placeholder={t('ticket.board.search')}
        leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
        rightSection={
          search.q === undefined ? (
            <kbd className={classes.slash} aria-hidden>
              /
            </kbd>
          ) : (
            <CloseButton size="sm" aria-label={t('action.clear')} onClick={() => setQuery('')} />
          )
        }
        value={search.q ?? ''}
        onChange={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setQuery('')
        }}
      />
      <fieldset className={classes.filters}>
        <legend className="visually-hidden">{t('ticket.board.search_label')}</legend>
        <button
          type="button"
          className={classes.chip}
          aria-pressed={search.only === 'attention'}
          onClick={() => toggle('attention')}
        >
          <IconAlertCircle size={15} stroke={1.8} aria-hidden />
          {t('ticket.board.filter_attention')}
          <span className={classes.chipCount}>{tickets.filter(needsAttention).length}</span>
        </button>
        <button
          type="button"
          className={classes.chip}
          aria-pressed={search.only === 'calls'}
          onClick={() => toggle('calls')}
        >
          <IconPhoneCall size={15} stroke={1.8} aria-hidden />
          {t('ticket.board.filter_calls')}
          <span className={classes.chipCount}>
            {tickets.filter((ticket) => ticket.live_call_id !== null).length}
          </span>
        </button>
      </fieldset>
      <SegmentedControl
        className={classes.sort ?? ''}
        size="xs"
        aria-label={t('ticket.board.sort')}
        value={search.sort ?? 'urgent'}
        data={[
          { value: 'urgent', label: t('ticket.board.sort_urgent') },
          { value: 'newest', label: t('ticket.board.sort_newest') },
        ]}
        onChange={(value) => onSearch(searchWith(search, 'sort', value === 'newest' ? 'newest' : undefined))}
      />
    </header>
  )
}

/** The search with one part changed; undefined takes it out of the address. */
export function searchWith<Key extends keyof BoardSearch>(
  search: BoardSearch,
  key: Key,
  value: BoardSearch[Key] | undefined,
): BoardSearch {
  const { [key]: _removed, ...rest } = search
  return (value === undefined ? rest : { ...rest, [key]: value }) as BoardSearch
}
