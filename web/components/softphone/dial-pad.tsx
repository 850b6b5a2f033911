import { ActionIcon, TextInput } from '@mantine/core'
import { IconBackspace } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './dial-pad.module.css'
import { KeyGrid } from './key-grid.tsx'

interface DialPadProps {
  readonly label: string
  /** Buttons below; what they dial has digits, and perhaps a leading +. The first is what Enter does. */
  readonly actions: (number: string) => ReactNode
  readonly onEnter: (number: string) => void
  /** Numbers to choose from, between what is typed and the keys. */
  readonly suggestions?: (chosen: string, choose: (number: string) => void) => ReactNode
}

/** A number, typed or pressed. */
export function DialPad({ label, actions, onEnter, suggestions }: DialPadProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const number = dialable(text)
  return (
    <form
      className={classes.pad}
      onSubmit={(event) => {
        event.preventDefault()
        if (number !== '') onEnter(number)
      }}
    >
      <TextInput
        label={label}
        placeholder={t('softphone.number_hint')}
        inputMode="tel"
        autoComplete="off"
        data-autofocus
        classNames={{ input: classes.number ?? '' }}
        value={text}
        maxLength={24}
        onChange={(event) => setText(event.currentTarget.value)}
        rightSection={
          text === '' ? null : (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('softphone.erase')}
              onClick={() => setText((before) => before.slice(0, -1))}
            >
              <IconBackspace size={18} stroke={1.7} aria-hidden />
            </ActionIcon>
          )
        }
      />
      {suggestions?.(number, setText)}
      <KeyGrid onKey={(key) => setText((before) => (before + key).slice(0, 24))} />
      <div className={classes.actions}>{actions(number)}</div>
    </form>
  )
}

/** What can be sent of it: * and # are no part of a number. */
const dialable = (text: string): string => {
  const digits = text.replaceAll(/\D/g, '')
  return digits !== '' && text.trim().startsWith('+') ? `+${digits}` : digits
}
