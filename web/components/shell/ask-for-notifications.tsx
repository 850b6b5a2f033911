import { UnstyledButton } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { issueCountsQuery } from '../../api/issues.ts'
import classes from './banners.module.css'

const ANSWERED_KEY = 'daeri-notify-answered'

const mayAsk = (): boolean =>
  'Notification' in window &&
  Notification.permission === 'default' &&
  localStorage.getItem(ANSWERED_KEY) === null

/** Browsers allow the question only after a click: it is asked when there is a reason, once a browser. */
export function AskForNotifications() {
  const { t } = useTranslation()
  const { data: unseen = 0 } = useQuery({ ...issueCountsQuery, select: (counts) => counts.unseen })
  const [asking, setAsking] = useState(mayAsk)
  if (!asking || unseen === 0) return null
  const answer = (wanted: boolean) => {
    setAsking(false)
    localStorage.setItem(ANSWERED_KEY, 'yes')
    if (wanted) void Notification.requestPermission()
  }
  return (
    <div className={classes.banner} data-tone="brand" role="note">
      <IconBell size={16} aria-hidden />
      <span>{t('issue.alarm.notify')}</span>
      <UnstyledButton className={classes.action} onClick={() => answer(true)}>
        {t('issue.alarm.allow')}
      </UnstyledButton>
      <UnstyledButton className={classes.action} onClick={() => answer(false)}>
        {t('issue.alarm.later')}
      </UnstyledButton>
    </div>
  )
}
