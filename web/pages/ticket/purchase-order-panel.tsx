import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { PurchaseOrder, TicketDetail } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { Pill } from '../../components/pill.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import type { Tone } from '../../components/tone.ts'
import { formatWhen } from '../../format/time.ts'
import { openText } from '../../i18n/open-text.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './side-panel.module.css'

export function PurchaseOrderPanel({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  return (
    <Section title={t('ticket.page.purchase_orders')}>
      {ticket.purchase_orders.length === 0 ? (
        <SectionEmpty>
          {t(
            ticket.outcome === null
              ? 'ticket.page.purchase_orders_empty'
              : 'ticket.page.purchase_orders_never',
          )}
        </SectionEmpty>
      ) : null}
      <ul className={classes.rows}>
        {ticket.purchase_orders.map((order) => (
          <OrderRow key={order.id} order={order} />
        ))}
      </ul>
    </Section>
  )
}

function OrderRow({ order }: { readonly order: PurchaseOrder }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  return (
    <li className={classes.block}>
      <div className={classes.row}>
        <b>{openText('ticket.vendor', order.vendor)}</b>
        <Pill tone={toneOf(order)}>{openText('ticket.po_status', order.status)}</Pill>
      </div>
      <dl className={classes.facts}>
        <dt>{t('ticket.page.reference')}</dt>
        <dd>{order.reference}</dd>
        <dt>{t('ticket.page.erp_order')}</dt>
        <dd>{order.erp_order_id ?? '–'}</dd>
        <dt>{t('ticket.page.requested')}</dt>
        <dd>{formatWhen(order.requested_at, language, now)}</dd>
        {order.method === null ? null : (
          <>
            <dt>{t('vendor.way')}</dt>
            <dd>{t(`vendor.method.${order.method}`)}</dd>
          </>
        )}
        {order.replaces === null ? null : (
          <>
            <dt>{t('vendor.replaces')}</dt>
            <dd>{order.replaces}</dd>
          </>
        )}
      </dl>
      <Proof order={order} />
      {order.error === null ? null : <p className={classes.error}>{order.error}</p>}
    </li>
  )
}

/** What shows that the order is there: pictures of the vendor's pages, and the call. */
function Proof({ order }: { readonly order: PurchaseOrder }) {
  const { t } = useTranslation()
  if (order.pictures.length === 0 && order.call_id === null) return null
  return (
    <div className={classes.links}>
      {order.pictures.map((url, i) => (
        <Button key={url} component="a" href={url} target="_blank" rel="noreferrer" {...LINK}>
          {t('vendor.picture', { number: i + 1 })}
        </Button>
      ))}
      {order.call_id === null ? null : (
        <Button
          {...LINK}
          renderRoot={(props) => (
            <Link to="/calls/$callId" params={{ callId: order.call_id ?? '' }} {...props} />
          )}
        >
          {t('vendor.call')}
        </Button>
      )}
    </div>
  )
}

const LINK = { size: 'xs', variant: 'default' } as const

function toneOf({ status, error, erp_order_id }: PurchaseOrder): Tone {
  if (error !== null || /refus|fail/.test(status)) return 'issue'
  if (/cancel/.test(status)) return 'done'
  return erp_order_id === null ? 'warn' : 'progress'
}
