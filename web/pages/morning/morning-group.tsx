import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Morning, MorningOrderView, OrderField } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { causeText } from '../../components/issue/cause-text.ts'
import { Pill } from '../../components/pill.tsx'
import { formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './morning-page.module.css'

interface MorningGroupProps {
  readonly group: Morning['groups'][number]['group']
  readonly orders: readonly MorningOrderView[]
}

export function MorningGroup({ group, orders }: MorningGroupProps) {
  const { t } = useTranslation()
  const id = `morning-${group}`
  return (
    <section aria-labelledby={id} data-group={group} className={classes.group}>
      <h2 className={classes.heading} id={id}>
        {t(`morning.group.${group}`)} <span>{orders.length}</span>
        <small>{t(`morning.group_text.${group}`)}</small>
      </h2>
      <table className={classes.table} aria-labelledby={id}>
        <thead>
          <tr>
            <th scope="col">{t('morning.col.order')}</th>
            <th scope="col">{t('morning.col.paid')}</th>
            <th scope="col">{t('morning.col.time')}</th>
            <th scope="col">{t('morning.col.place')}</th>
            <th scope="col">{t('morning.col.names')}</th>
            <th scope="col">{t('morning.col.ribbon')}</th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <Row key={order.order_no} order={order} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Row({ order }: { readonly order: MorningOrderView }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const gap = (field: OrderField) => (
    <Pill tone="warn">{t('morning.gap', { field: t(`ticket.field.${field}`) })}</Pill>
  )
  const lacks = (field: OrderField) => order.missing.includes(field)
  return (
    <tr className={classes.row}>
      <td className={classes.numbered}>
        <Link to="/tickets/$orderNo" params={{ orderNo: order.order_no }} className={classes.order}>
          {order.order_no}
        </Link>
        <ChannelIcon channel={order.channel} />
      </td>
      <td>
        {order.outcome === 'refunded' ? (
          <Pill tone="warn">{t('morning.refunded')}</Pill>
        ) : (
          <Pill tone={order.paid ? 'progress' : 'done'}>
            {t(order.paid ? 'morning.paid' : 'morning.unpaid')}
          </Pill>
        )}
      </td>
      <td className={classes.time}>
        {order.deliver_by === null ? gap('deliver_by') : formatWhen(order.deliver_by, language, now)}
      </td>
      <td>
        {order.destination ?? gap('destination')} {lacks('room') ? gap('room') : order.room}
      </td>
      <td>
        {order.orderer ?? gap('orderer')} <span aria-hidden>→</span> {order.recipient ?? gap('recipient')}
        {lacks('phone') ? <> {gap('phone')}</> : null}
      </td>
      <td className={classes.ribbon}>
        {order.message === null ? gap('message') : <q>{order.message}</q>}
        {order.issue === null ? null : (
          <p className={classes.issue}>
            <b>{t(`ticket.issue_kind.${order.issue.kind}`)}</b> {causeText(order.issue, t, language, now)}
          </p>
        )}
      </td>
    </tr>
  )
}
