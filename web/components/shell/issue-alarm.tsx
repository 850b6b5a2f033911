import { notifications } from '@mantine/notifications'
import { IconAlertTriangleFilled } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useCallback, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { issueCountsQuery } from '../../api/issues.ts'
import type { LiveEvent } from '../../api/types.ts'
import { playAlarm } from '../../app/alarm-sound.ts'
import { useLiveEvent } from '../../app/live.tsx'
import { setTabCount } from '../../app/page-title.ts'
import classes from './issue-alarm.module.css'

type IssueEvent = Extract<LiveEvent, { type: 'issue_changed' }>

/** A new Issue is heard and seen wherever in the app, or in another window, one is at the moment. */
export function IssueAlarm() {
  const { t } = useTranslation()
  const router = useRouter()
  const rung = useRef(new Set<string>())
  const { data: unseen = 0 } = useQuery({ ...issueCountsQuery, select: (counts) => counts.unseen })
  useEffect(() => {
    setTabCount(unseen)
    return () => setTabCount(0)
  }, [unseen])

  const ring = useCallback(
    (event: IssueEvent) => {
      const { issue_id: id, order_no: orderNo } = event
      rung.current.add(id)
      const open = () => router.navigate({ to: '/tickets/$orderNo', params: { orderNo } })
      const title = t('issue.alarm.raised', { kind: t(`ticket.issue_kind.${event.kind}`) })
      playAlarm()
      notifications.show({
        id,
        color: 'clay',
        withBorder: true,
        autoClose: false,
        icon: <IconAlertTriangleFilled size={18} aria-hidden />,
        title,
        message: (
          <span className={classes.message}>
            {t('issue.alarm.order', { order_no: orderNo })}
            {/* Notices are shown outside the router: a link of its own would know no way. */}
            <a
              href={`/tickets/${orderNo}`}
              className={classes.open}
              onClick={(event) => {
                event.preventDefault()
                notifications.hide(id)
                void open()
              }}
            >
              {t('issue.alarm.open')}
            </a>
          </span>
        ),
        role: 'alert',
      })
      showOutside(title, t('issue.alarm.order', { order_no: orderNo }), id, open)
    },
    [t, router],
  )

  const hear = useCallback(
    (event: LiveEvent) => {
      if (event.type !== 'issue_changed') return
      if (!event.open || event.seen) notifications.hide(event.issue_id)
      else if (!rung.current.has(event.issue_id)) ring(event)
    },
    [ring],
  )
  useLiveEvent(hear)

  return null
}

/** In the operating system's own way, for whoever is in another window. */
function showOutside(title: string, body: string, tag: string, open: () => unknown): void {
  if (!('Notification' in window) || Notification.permission !== 'granted' || document.hasFocus()) return
  const shown = new Notification(title, { body, tag })
  shown.onclick = () => {
    window.focus()
    void open()
    shown.close()
  }
}
