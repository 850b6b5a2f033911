import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './call-card.module.css'
import { KeyGrid } from './key-grid.tsx'

/** Keys for the menus of others. */
export function Keypad({ onKey }: { readonly onKey: (key: string) => void }) {
  const { t } = useTranslation()
  const [pressed, setPressed] = useState('')
  return (
    <div className={classes.keypad}>
      <output className={classes.pressed} aria-label={t('softphone.dialled')}>
        {pressed}
      </output>
      <KeyGrid
        onKey={(key) => {
          setPressed((before) => (before + key).slice(-20))
          onKey(key)
        }}
      />
    </div>
  )
}
