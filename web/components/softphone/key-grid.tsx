import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './dial-pad.module.css'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const

/** The keys of a telephone. */
export function KeyGrid({ onKey }: { readonly onKey: (key: string) => void }) {
  const { t } = useTranslation()
  return (
    <div className={classes.keys}>
      {KEYS.map((key) => (
        <UnstyledButton
          key={key}
          type="button"
          className={classes.key}
          aria-label={t('softphone.key', { key })}
          onClick={() => onKey(key)}
        >
          {key}
        </UnstyledButton>
      ))}
    </div>
  )
}
