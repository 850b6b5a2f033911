import { NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './call-law-page.module.css'
import { readCallLawSearch } from './call-law-search.ts'

const TYPING_PAUSE_MS = 250

/** What is looked for stands in the address. */
export function useLawSearch() {
  const search = useSearch({ from: '/shell/call-law' })
  const navigate = useNavigate({ from: '/call-law' })
  const choose = (change: Readonly<Record<string, string>>) =>
    void navigate({
      search: (known) => readCallLawSearch({ ...known, ...change }),
      replace: true,
      resetScroll: false,
    })
  return { search, choose }
}

interface LawFiltersProps {
  /** How much there is, right of them. */
  readonly aside?: ReactNode
  readonly children?: ReactNode
}

/** A number to look for, and whatever else a list is filtered by. */
export function LawFilters({ aside, children }: LawFiltersProps) {
  const { t } = useTranslation()
  const { search, choose } = useLawSearch()
  const [typed, setTyped] = useState(search.q ?? '')
  const ask = useDebouncedCallback((q: string) => choose({ q }), TYPING_PAUSE_MS)
  // The address was changed from elsewhere: back, or a link.
  useEffect(
    () => setTyped((known) => (known.trim() === (search.q ?? '') ? known : (search.q ?? ''))),
    [search.q],
  )
  return (
    <search className={classes.filters} aria-label={t('call_law.search')}>
      <TextInput
        size="sm"
        type="search"
        inputMode="tel"
        className={classes.number ?? ''}
        aria-label={t('call_law.search')}
        placeholder={t('call_law.search_hint')}
        leftSection={<IconSearch size={15} stroke={1.8} aria-hidden />}
        value={typed}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value)
          ask(currentTarget.value)
        }}
      />
      {children}
      {aside === undefined ? null : <p className={classes.aside}>{aside}</p>}
    </search>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly all: string
  readonly value: string | undefined
  readonly choices: readonly { readonly value: string; readonly label: string }[]
  readonly onChange: (value: string) => void
}

export function Choice({ label, all, value, choices, onChange }: ChoiceProps) {
  return (
    <NativeSelect
      size="sm"
      aria-label={label}
      value={value ?? ''}
      data={[{ value: '', label: all }, ...choices]}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}
