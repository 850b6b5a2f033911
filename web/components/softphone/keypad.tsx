import { UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './call-card.module.css'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const

/** Keys for the menus of others. */
export function Keypad({ onKey }: { readonly onKey: (key: string) => void }) {
  const { t } = useTranslation()
  const [pressed, setPressed] = useState('')
  return (
    <div className={classes.keypad}>
      <output className={classes.pressed} aria-label={t('softphone.dialled')}>
        {pressed}
      </output>
      <div className={classes.keys}>
        {KEYS.map((key) => (
          <UnstyledButton
            key={key}
            className={classes.key}
            aria-label={t('softphone.key', { key })}
            onClick={() => {
              setPressed((before) => (before + key).slice(-20))
              onKey(key)
            }}
          >
            {key}
          </UnstyledButton>
        ))}
      </div>
    </div>
  )
}
