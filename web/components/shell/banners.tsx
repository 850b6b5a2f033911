import { UnstyledButton } from '@mantine/core'
import { IconCloudOff, IconKey, IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../../api/session.ts'
import { useLiveStatus } from '../../app/live.tsx'
import { AskForNotifications } from './ask-for-notifications.tsx'
import classes from './banners.module.css'

/** A dropped connection that is back within this time is nobody's business. */
const PATIENCE_MS = 2500

/** What everybody should know before reading on: no connection, a password that everybody may know. */
export function Banners({ onChangePassword }: { readonly onChangePassword: () => void }) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const status = useLiveStatus()
  const troubled = status === 'reconnecting' || status === 'offline'
  const lasting = useLasting(troubled)
  return (
    <aside aria-label={t('live.notices')}>
      {status === 'offline' || (lasting && status === 'reconnecting') ? (
        <div className={classes.banner} data-tone="warn" role="alert">
          {status === 'offline' ? (
            <IconCloudOff size={16} aria-hidden />
          ) : (
            <IconRefresh size={16} aria-hidden />
          )}
          <span>{status === 'offline' ? t('live.offline_banner') : t('live.reconnecting_banner')}</span>
        </div>
      ) : null}
      {me?.must_change_password ? (
        <div className={classes.banner} data-tone="brand" role="note">
          <IconKey size={16} aria-hidden />
          <span>{t('first_password.text')}</span>
          <UnstyledButton className={classes.action} onClick={onChangePassword}>
            {t('first_password.action')}
          </UnstyledButton>
        </div>
      ) : null}
      <AskForNotifications />
    </aside>
  )
}

function useLasting(troubled: boolean): boolean {
  const [lasting, setLasting] = useState(false)
  useEffect(() => {
    if (!troubled) return setLasting(false)
    const timer = setTimeout(() => setLasting(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [troubled])
  return lasting
}
