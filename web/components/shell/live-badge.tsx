import { useTranslation } from 'react-i18next'
import { useLiveStatus } from '../../app/live.tsx'
import classes from './live-badge.module.css'

/** Whether what is on screen follows reality at this moment. */
export function LiveBadge() {
  const { t } = useTranslation()
  const status = useLiveStatus()
  return (
    <div className={classes.badge} data-status={status} role="status" title={t(`live.${status}`)}>
      <span className={classes.dot} aria-hidden />
      <span className={classes.text}>{t(`live.${status}`)}</span>
    </div>
  )
}
