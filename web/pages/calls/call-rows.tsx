import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { CallSummary } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { CallLength } from '../../components/call/call-length.tsx'
import { CallPill } from '../../components/call/call-pill.tsx'
import { PlacedBy } from '../../components/call/placed-by.tsx'
import { formatPhone } from '../../format/text.ts'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './calls-page.module.css'

interface CallRowsProps {
  readonly calls: readonly CallSummary[]
  readonly labelledBy: string
}

export function CallRows({ calls, labelledBy }: CallRowsProps) {
  const { t } = useTranslation()
  return (
    <div className={classes.frame}>
      <table className={classes.table} aria-labelledby={labelledBy}>
        <thead>
          <tr>
            <th scope="col">{t('call.col_time')}</th>
            <th scope="col">{t('call.col_state')}</th>
            <th scope="col">{t('call.col_from')}</th>
            <th scope="col">{t('call.col_duration')}</th>
            <th scope="col">{t('call.col_order')}</th>
            <th scope="col">{t('call.col_summary')}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <Row key={call.call_id} call={call} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ call }: { readonly call: CallSummary }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const other = call.direction === 'inbound' ? call.from_number : call.to_number
  return (
    <tr className={classes.row}>
      <td>
        <Link
          to="/calls/$callId"
          params={{ callId: call.call_id }}
          className={classes.open}
          title={formatExact(call.called_at)}
        >
          {formatWhen(call.called_at, language, now)}
        </Link>
      </td>
      <td>
        <CallPill call={call} />
      </td>
      <td className={classes.nowrap}>
        {other === '' ? t('call.no_number') : formatPhone(other)}
        <PlacedBy call={call} className={classes.placed ?? ''} />
      </td>
      <td className={classes.nowrap}>
        <CallLength call={call} />
      </td>
      <td>
        {call.order_no === null ? (
          <span className={classes.none}>{t('call.no_order')}</span>
        ) : (
          <Link to="/tickets/$orderNo" params={{ orderNo: call.order_no }} className={classes.order}>
            {call.order_no}
          </Link>
        )}
      </td>
      <td className={classes.summary}>{call.summary}</td>
    </tr>
  )
}
