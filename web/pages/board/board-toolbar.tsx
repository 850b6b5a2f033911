import { ActionIcon, CloseButton, SegmentedControl, TextInput, Tooltip } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconAlertCircle, IconKeyboard, IconPhoneCall, IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { totalsQuery } from '../../api/board.ts'
import type { BoardTotals } from '../../api/types.ts'
import classes from './board-page.module.css'
import { type BoardSearch, toggled } from './board-search.ts'
import { FilterChips } from './filter-chips.tsx'
import { FilterMenu } from './filter-menu.tsx'
import filterClasses from './filters.module.css'
import { useTotalText } from './total-text.ts'

interface BoardToolbarProps {
  readonly search: BoardSearch
  /** @param typing the address is replaced; otherwise Back leads to the former board. */
  readonly onSearch: (search: BoardSearch, typing?: boolean) => void
  readonly onHelp: () => void
}

/** Nobody waits for what they are still typing. */
const TYPING_PAUSE_MS = 200

/** Heading, search, filters and order of the board; all of it lives in the address. */
export function BoardToolbar({ search, onSearch, onHelp }: BoardToolbarProps) {
  const { t } = useTranslation()
  return (
    <header className={classes.toolbar}>
      <h1 className={classes.title}>{t('ticket.board.title')}</h1>
      <SearchInput search={search} onSearch={onSearch} />
      <div className={classes.filters}>
        <FilterMenu search={search} onSearch={onSearch} />
        <QuickFilter only="attention" search={search} onSearch={onSearch} />
        <QuickFilter only="calls" search={search} onSearch={onSearch} />
      </div>
      <div className={classes.end}>
        <SegmentedControl
          size="xs"
          aria-label={t('ticket.board.sort')}
          value={search.sort ?? 'urgent'}
          data={[
            { value: 'urgent', label: t('ticket.board.sort_urgent') },
            { value: 'newest', label: t('ticket.board.sort_newest') },
          ]}
          onChange={(value) =>
            onSearch(searchWith(search, 'sort', value === 'newest' ? 'newest' : undefined))
          }
        />
        <Tooltip label={`${t('board.help.open')} ?`}>
          <ActionIcon
            className={classes.help ?? ''}
            size={32}
            color="gray"
            aria-label={t('board.help.open')}
            onClick={onHelp}
          >
            <IconKeyboard size={19} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      <FilterChips search={search} onSearch={onSearch} />
    </header>
  )
}

function SearchInput({ search, onSearch }: Omit<BoardToolbarProps, 'onHelp'>) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(search.q ?? '')
  const told = useRef(search.q ?? '')
  const latest = useRef({ search, onSearch })
  latest.current = { search, onSearch }
  useHotkeys([['/', () => input.current?.focus()]])
  useEffect(() => {
    // Changed by something else than typing here: Back, a saved filter.
    if ((search.q ?? '') !== told.current) {
      told.current = search.q ?? ''
      setText(told.current)
    }
  }, [search.q])
  useEffect(() => {
    if (text === told.current) return
    const timer = setTimeout(() => {
      told.current = text
      const { search: now, onSearch: tell } = latest.current
      tell(searchWith(now, 'q', text === '' ? undefined : text), true)
    }, TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <TextInput
      ref={input}
      className={classes.search ?? ''}
      type="search"
      aria-label={t('ticket.board.search_label')}
      placeholder={t('ticket.board.search')}
      leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
      rightSection={
        text === '' ? (
          <kbd className={classes.slash} aria-hidden>
            /
          </kbd>
        ) : (
          <CloseButton size="sm" aria-label={t('action.clear')} onClick={() => setText('')} />
        )
      }
      maxLength={100}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        setText('')
        event.currentTarget.blur()
      }}
    />
  )
}

const QUICK = {
  attention: { Icon: IconAlertCircle, filter: { attention: 'true' } },
  calls: { Icon: IconPhoneCall, filter: { on_call: 'true' } },
} as const

interface QuickFilterProps extends Omit<BoardToolbarProps, 'onHelp'> {
  readonly only: keyof typeof QUICK
}

/** Counts of the whole board: what else is filtered doesn't hide that somebody is needed. */
function QuickFilter({ only, search, onSearch }: QuickFilterProps) {
  const { t } = useTranslation()
  const totalText = useTotalText()
  const { Icon, filter } = QUICK[only]
  const { data } = useQuery({ ...totalsQuery(filter), placeholderData: keepPreviousData })
  return (
    <button
      type="button"
      className={filterClasses.chip}
      aria-pressed={search.only === only}
      onClick={() => onSearch(toggled(search, 'only', only))}
    >
      <Icon size={15} stroke={1.8} aria-hidden />
      {t(`board.only.${only}`)}
      {data === undefined ? null : <span className={filterClasses.count}>{totalText(sumOf(data))}</span>}
    </button>
  )
}

const sumOf = ({ columns }: BoardTotals) => ({
  total: columns.reduce((sum, { total }) => sum + total, 0),
  atLeast: columns.some(({ at_least }) => at_least),
})

/** The search with one part changed; undefined takes it out of the address. */
export function searchWith<Key extends keyof BoardSearch>(
  search: BoardSearch,
  key: Key,
  value: BoardSearch[Key] | undefined,
): BoardSearch {
  const { [key]: _removed, ...rest } = search
  return (value === undefined ? rest : { ...rest, [key]: value }) as BoardSearch
}
