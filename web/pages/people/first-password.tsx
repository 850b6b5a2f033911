import { Button, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { FirstPassword } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import classes from './people-page.module.css'

interface FirstPasswordNoteProps {
  readonly told: FirstPassword
  readonly onClose: () => void
}

/** Shown this once, to be handed on. */
export function FirstPasswordNote({ told, onClose }: FirstPasswordNoteProps) {
  const { t } = useTranslation()
  const { account, first_password: password } = told
  return (
    <div className={formClasses.stack}>
      <p>{t('people.told', { name: account.name })}</p>
      <dl className={classes.told}>
        <dt>{t('people.email')}</dt>
        <dd>{account.email}</dd>
        <dt>{t('people.password')}</dt>
        <dd>
          <code>{password}</code>
        </dd>
      </dl>
      <div className={classes.toldButtons}>
        <CopyButton value={`${account.email}\n${password}`}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              onClick={copy}
            >
              {t(copied ? 'people.copied' : 'people.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose} data-autofocus>
          {t('people.handed_on')}
        </Button>
      </div>
    </div>
  )
}
