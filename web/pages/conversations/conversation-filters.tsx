import { NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ConversationSearch, readConversationSearch } from './conversation-search.ts'
import classes from './conversations-page.module.css'

/** Every choice is in the address, so that it can be sent on and gone back to. */
export function ConversationFilters({ search }: { readonly search: ConversationSearch }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const choose = (change: Readonly<Record<string, string>>) =>
    void navigate({
      to: '.',
      search: (known: Record<string, unknown>) => readConversationSearch({ ...known, ...change }),
      replace: true,
    })
  return (
    <search className={classes.filters} aria-label={t('chat.filter.label')}>
      <SegmentedControl
        size="sm"
        fullWidth
        value={search.state ?? ''}
        data={[
          { value: '', label: t('chat.filter.all') },
          { value: 'waiting', label: t('chat.filter.waiting') },
          { value: 'handed', label: t('chat.filter.handed') },
        ]}
        onChange={(state) => choose({ state })}
      />
      <NativeSelect
        size="sm"
        aria-label={t('chat.filter.channel')}
        value={search.channel ?? ''}
        data={[
          { value: '', label: t('chat.filter.every_channel') },
          { value: 'sms', label: t('ticket.channel.sms') },
          { value: 'kakao', label: t('ticket.channel.kakao') },
        ]}
        onChange={({ currentTarget }) => choose({ channel: currentTarget.value })}
      />
      <NativeSelect
        size="sm"
        aria-label={t('chat.filter.order')}
        value={search.order ?? ''}
        data={[
          { value: '', label: t('chat.filter.every_order') },
          { value: 'none', label: t('chat.no_order') },
        ]}
        onChange={({ currentTarget }) => choose({ order: currentTarget.value })}
      />
      <TailInput key={search.tail ?? ''} tail={search.tail ?? ''} onTail={(tail) => choose({ tail })} />
    </search>
  )
}

/** Asks for the end of a number once it is whole, or empty again. */
function TailInput({ tail, onTail }: { readonly tail: string; readonly onTail: (tail: string) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(tail)
  return (
    <TextInput
      size="sm"
      inputMode="numeric"
      autoComplete="off"
      maxLength={4}
      aria-label={t('chat.filter.tail')}
      placeholder={t('chat.filter.tail')}
      value={typed}
      onChange={({ currentTarget }) => {
        const digits = currentTarget.value.replace(/\D/g, '')
        setTyped(digits)
        if (digits.length === 4 || (digits === '' && tail !== '')) onTail(digits)
      }}
    />
  )
}
