import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { OutboundRecord } from '../../api/types.ts'
import { useNow } from '../../app/clock.ts'
import { formatPhone } from '../../format/text.ts'
import { formatClock, formatExact } from '../../format/time.ts'
import classes from './outbound-page.module.css'
import { OutboundPill } from './state-pill.tsx'
import { useOutboundAct } from './use-outbound-act.ts'

export function OutboundRows({ calls }: { readonly calls: readonly OutboundRecord[] }) {
  const { t } = useTranslation()
  return (
    <div className={classes.frame}>
      <table className={classes.table} aria-label={t('outbound.title')}>
        <thead>
          <tr>
            {(['number', 'time', 'callee', 'purpose', 'state', 'length', 'result'] as const).map((column) => (
              <th key={column} scope="col" data-column={column}>
                {t(`outbound.col.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {calls.map((call, index) => (
            <Row key={call.outbound_id} call={call} number={index + 1} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ call, number }: { readonly call: OutboundRecord; readonly number: number }) {
  return (
    <tr className={classes.row} data-call={call.outbound_id}>
      <td className={classes.number}>{number}</td>
      <td className={classes.nowrap} title={formatExact(call.created_at)}>
        <time dateTime={call.created_at}>{formatClock(call.created_at)}</time>
      </td>
      <td className={classes.nowrap}>{formatPhone(call.callee_number)}</td>
      <td className={classes.purpose}>
        <Link to="/outbound/$outboundId" params={{ outboundId: call.outbound_id }} className={classes.open}>
          {call.purpose}
        </Link>
        {call.is_over ? null : <Progress call={call} />}
      </td>
      <td>
        <OutboundPill call={call} />
      </td>
      <td className={classes.nowrap}>
        <Length call={call} />
      </td>
      <td className={classes.result}>
        <Result call={call} />
      </td>
    </tr>
  )
}

/** How many questions are settled, while it goes on. */
function Progress({ call }: { readonly call: OutboundRecord }) {
  const { t } = useTranslation()
  const { total, completed } = call.progress
  if (call.state !== 'connected') return null
  return (
    <span className={classes.progress}>
      <span className={classes.bar} aria-hidden>
        <i style={{ width: `${(completed / Math.max(1, total)) * 100}%` }} />
      </span>
      {t('outbound.detail.progress', { total, completed })}
    </span>
  )
}

function Length({ call }: { readonly call: OutboundRecord }) {
  const { t } = useTranslation()
  if (call.state === 'connected' && call.answered_at !== null) return <Running since={call.answered_at} />
  if (call.answered_at === null || !call.is_over) return <>{t('outbound.none')}</>
  return <>{t('outbound.seconds', { seconds: call.duration_seconds })}</>
}

function Running({ since }: { readonly since: string }) {
  const { t } = useTranslation()
  const seconds = Math.max(0, Math.round((useNow() - Date.parse(since)) / 1000))
  return <span role="timer">{t('outbound.seconds', { seconds })}</span>
}

function Result({ call }: { readonly call: OutboundRecord }) {
  const { t } = useTranslation()
  const { retry } = useOutboundAct(call.outbound_id)
  if (!call.is_over) return <span className={classes.none}>{t('outbound.none')}</span>
  if (call.state === 'completed')
    return (
      <Link
        to="/outbound/$outboundId"
        params={{ outboundId: call.outbound_id }}
        className={classes.view}
        aria-label={t('outbound.view_of', { id: call.outbound_id })}
      >
        {t('outbound.view')}
      </Link>
    )
  return (
    <Button
      size="compact-xs"
      variant="default"
      className={classes.act ?? ''}
      loading={retry.isPending}
      aria-label={t('outbound.retry_of', { id: call.outbound_id })}
      onClick={() => retry.mutate()}
    >
      {t('outbound.retry')}
    </Button>
  )
}
