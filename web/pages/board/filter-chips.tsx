import { Button, Popover, TextInput } from '@mantine/core'
import { IconBookmark, IconBookmarkFilled, IconX } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { boardKeys, deleteFilter, savedFiltersQuery, saveFilter } from '../../api/board.ts'
import type { SavedFilter } from '../../api/types.ts'
import { useColleagues } from '../../components/issue/use-colleagues.ts'
import { showDone, showProblem } from '../../components/notices.ts'
import {
  type BoardSearch,
  chosen,
  FILTER_PARTS,
  isFiltered,
  readBoardSearch,
  toggled,
  toSaved,
  unfiltered,
} from './board-search.ts'
import { choiceName } from './choice-name.ts'
import classes from './filters.module.css'

interface FilterChipsProps {
  readonly search: BoardSearch
  readonly onSearch: (search: BoardSearch) => void
}

/** Filters that were saved, and those that are on, each of which can be taken off. Nothing when there are none. */
export function FilterChips({ search, onSearch }: FilterChipsProps) {
  const { t } = useTranslation()
  const saved = useQuery(savedFiltersQuery).data?.filters ?? []
  const people = useColleagues()
  const current = savedText(toSaved(search))
  const matching = saved.find((filter) => savedText(filter.search) === current)
  const parts = FILTER_PARTS.filter((part) => part !== 'only').flatMap((part) =>
    chosen(search, part).map((value) => ({ part, value })),
  )
  if (saved.length === 0 && !isFiltered(search)) return null
  return (
    <div className={classes.row}>
      {saved.length === 0 ? null : (
        <ul className={classes.saved} aria-label={t('board.saved.label')}>
          {saved.map((filter) => (
            <SavedChip
              key={filter.id}
              filter={filter}
              active={filter === matching}
              onChoose={() =>
                onSearch(
                  filter === matching
                    ? unfiltered(search)
                    : { ...readBoardSearch(filter.search), ...columnOf(search) },
                )
              }
            />
          ))}
        </ul>
      )}
      {parts.map(({ part, value }) => {
        const name = choiceName(part, value, t, people)
        return (
          <button
            key={`${part} ${value}`}
            type="button"
            className={classes.token}
            aria-label={t('board.remove', { name: `${t(`board.part.${part}`)}: ${name}` })}
            onClick={() => onSearch(toggled(search, part, value))}
          >
            <span className={classes.part}>{t(`board.part.${part}`)}</span>
            {name}
            <IconX size={13} stroke={2.2} aria-hidden />
          </button>
        )
      })}
      {isFiltered(search) ? (
        <>
          <button type="button" className={classes.plain} onClick={() => onSearch(unfiltered(search))}>
            {t('board.clear_all')}
          </button>
          {matching === undefined ? <SaveFilter search={search} /> : null}
        </>
      ) : null}
    </div>
  )
}

/** The order of the parts means nothing. */
const savedText = (search: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(search).sort(([a], [b]) => (a < b ? -1 : 1)))

const columnOf = ({ column }: BoardSearch): BoardSearch => (column === undefined ? {} : { column })

interface SavedChipProps {
  readonly filter: SavedFilter
  readonly active: boolean
  readonly onChoose: () => void
}

function SavedChip({ filter, active, onChoose }: SavedChipProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => deleteFilter(filter.id),
    onSuccess: () => showDone(t('board.saved.deleted', { name: filter.name })),
    onError: (error) => showProblem(error, t('board.saved.delete', { name: filter.name }), t),
    onSettled: () => client.invalidateQueries({ queryKey: boardKeys.savedFilters }),
  })
  return (
    <li className={classes.savedChip} data-active={active || undefined}>
      <button type="button" aria-pressed={active} onClick={onChoose}>
        {active ? (
          <IconBookmarkFilled size={14} aria-hidden />
        ) : (
          <IconBookmark size={14} stroke={1.9} aria-hidden />
        )}
        {filter.name}
      </button>
      {active ? (
        <button
          type="button"
          aria-label={t('board.saved.delete', { name: filter.name })}
          disabled={remove.isPending}
          onClick={() => remove.mutate()}
        >
          <IconX size={13} stroke={2.2} aria-hidden />
        </button>
      ) : null}
    </li>
  )
}

function SaveFilter({ search }: { readonly search: BoardSearch }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [opened, setOpened] = useState(false)
  const [name, setName] = useState('')
  const [isMissing, setMissing] = useState(false)
  const save = useMutation({
    mutationFn: () => saveFilter({ name: name.trim(), search: toSaved(search) }),
    onSuccess: (filter) => {
      setOpened(false)
      setName('')
      showDone(t('board.saved.saved', { name: filter.name }))
      void client.invalidateQueries({ queryKey: boardKeys.savedFilters })
    },
    onError: (error) => showProblem(error, t('board.saved.not_saved'), t),
  })
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
      portalProps={{ target: '#board-layer' }}
    >
      <Popover.Target>
        <button type="button" className={classes.plain} onClick={() => setOpened(!opened)}>
          <IconBookmark size={14} stroke={1.9} aria-hidden />
          {t('board.saved.save')}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('board.saved.save')}>
        <form
          className={classes.saveForm}
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            setMissing(name.trim() === '')
            if (name.trim() !== '') save.mutate()
          }}
        >
          <TextInput
            label={t('board.saved.name')}
            placeholder={t('board.saved.name_hint')}
            maxLength={40}
            value={name}
            error={isMissing ? t('board.saved.name_required') : null}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Button type="submit" size="sm" loading={save.isPending}>
            {t('action.save')}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
