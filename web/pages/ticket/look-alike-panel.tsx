import { Button } from '@mantine/core'
import { IconCopyCheck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { TicketDetail, TicketSummary } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { Pill } from '../../components/pill.tsx'
import { toneOfState } from '../../components/tone.ts'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './look-alike-panel.module.css'
import { useAct } from './use-act.ts'

/** Orders that the customer may have told twice: each is made one with this, or known as another, by one click. */
export function LookAlikePanel({ ticket }: { readonly ticket: TicketDetail }) {
  return ticket.look_alikes.map((other) => <LookAlike key={other.order_no} ticket={ticket} other={other} />)
}

function LookAlike({ ticket, other }: { readonly ticket: TicketDetail; readonly other: TicketSummary }) {
  const { t } = useTranslation()
  const act = useAct(ticket.order_no, () => {})
  const asked = act.variables?.action
  const heading = `look-alike-${other.order_no}`
  return (
    <section className={classes.panel} aria-labelledby={heading}>
      <IconCopyCheck className={classes.icon ?? ''} size={21} stroke={1.9} aria-hidden />
      <div>
        <h2 className={classes.title} id={heading}>
          {t('ticket.look_alike.title')}
        </h2>
        <p className={classes.text}>{t('ticket.look_alike.text')}</p>
        <ul className={classes.orders}>
          <Told order={ticket} isThis />
          <Told order={other} />
        </ul>
        {act.error === null || asked === undefined ? null : (
          <InlineProblem
            error={act.error}
            title={t('ticket.dialog.refused', { action: t(`ticket.action.${asked}`) })}
          />
        )}
      </div>
      <div className={classes.actions}>
        <Button
          loading={act.isPending && asked === 'merge_order'}
          disabled={act.isPending}
          onClick={() => act.mutate({ action: 'merge_order', other: other.order_no })}
        >
          {t('ticket.action.merge_order')}
        </Button>
        <Button
          variant="default"
          loading={act.isPending && asked === 'keep_both'}
          disabled={act.isPending}
          onClick={() => act.mutate({ action: 'keep_both', other: other.order_no })}
        >
          {t('ticket.action.keep_both')}
        </Button>
      </div>
    </section>
  )
}

function Told({ order, isThis = false }: { readonly order: TicketSummary; readonly isThis?: boolean }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const place = [order.destination, order.room].filter((part) => part !== null).join(' ')
  return (
    <li className={classes.order}>
      <span className={classes.number}>
        <ChannelIcon channel={order.channel} size={14} />
        {isThis ? (
          t('ticket.look_alike.this_order')
        ) : (
          <Link to="/tickets/$orderNo" params={{ orderNo: order.order_no }}>
            {order.order_no}
          </Link>
        )}
      </span>
      <time dateTime={order.created_at} title={formatExact(order.created_at)}>
        {formatWhen(order.created_at, language, now)}
      </time>
      <span className={classes.facts}>
        {[order.recipient, place === '' ? null : place, order.message]
          .filter((part) => part !== null)
          .join(' · ')}
      </span>
      <Pill tone={toneOfState[order.state]}>{t(`ticket.sub_state.${order.sub_state}`)}</Pill>
    </li>
  )
}
