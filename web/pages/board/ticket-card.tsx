import { IconClock, IconCopyCheck, IconMapPin, IconPencilBolt } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { TicketSummary } from '../../api/types.ts'
import { useMinute, useNow } from '../../app/clock.ts'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { causeText } from '../../components/issue/cause-text.ts'
import { paymentState, toneOfPayment } from '../../components/payment-state.ts'
import { Pill } from '../../components/pill.tsx'
import { SUB_STATES } from '../../components/sub-states.ts'
import { toneOfOutcome } from '../../components/tone.ts'
import { formatDuration, formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './ticket-card.module.css'

interface TicketCardProps {
  readonly ticket: TicketSummary
  /** Tab reaches it; the keys of the board reach every card. */
  readonly tabbable: boolean
  readonly innerRef?: (element: HTMLElement | null) => void
}

/** One order on the board; all of it is one link to its page. */
export function TicketCard({ ticket, tabbable, innerRef }: TicketCardProps) {
  const { t } = useTranslation()
  const payment = paymentState(ticket)
  return (
    <Link
      ref={innerRef}
      tabIndex={tabbable ? 0 : -1}
      draggable={false}
      aria-describedby="board-keys"
      to="/tickets/$orderNo"
      params={{ orderNo: ticket.order_no }}
      className={classes.card}
      data-card={ticket.order_no}
      data-state={ticket.state}
      data-live={ticket.live_call_id !== null || undefined}
    >
      <span className={classes.head}>
        <span data-channel-icon className={classes.channel}>
          <ChannelIcon channel={ticket.channel} />
        </span>
        <span className={classes.number}>{ticket.order_no}</span>
        {ticket.live_call_id === null ? null : (
          <Pill tone="live" dot="pulse">
            {t('ticket.board.on_call')}
          </Pill>
        )}
        <span className={classes.payment}>
          {ticket.live_call_id !== null && payment === 'unpaid' ? null : ticket.outcome !== null &&
            ticket.outcome !== 'delivered' ? (
            <Pill tone={toneOfOutcome[ticket.outcome]}>{t(`ticket.outcome.${ticket.outcome}`)}</Pill>
          ) : (
            <Pill tone={toneOfPayment[payment]} quiet={payment === 'unpaid'}>
              {t(`ticket.payment_state.${payment}`)}
            </Pill>
          )}
        </span>
      </span>
      <span className={classes.recipient} data-missing={ticket.recipient === null || undefined}>
        {ticket.recipient ?? t('ticket.board.unnamed')}
      </span>
      {ticket.message === null ? null : <span className={classes.message}>{ticket.message}</span>}
      <span className={classes.facts}>
        <span className={classes.fact}>
          <IconMapPin size={14} stroke={1.8} aria-hidden />
          <span>
            {ticket.destination ?? t('ticket.board.no_destination')}
            {ticket.room === null ? null : <b className={classes.room}>{ticket.room}</b>}
          </span>
        </span>
        <WantedTime ticket={ticket} />
      </span>
      {ticket.missing.length > 0 && ticket.state !== 'done' ? (
        <span className={classes.missing}>
          {ticket.missing.map((field) => (
            <Pill key={field} tone="warn">
              {t('ticket.board.missing', { field: t(`ticket.field.${field}`) })}
            </Pill>
          ))}
        </span>
      ) : null}
      {ticket.possible_duplicate_of !== null && ticket.state !== 'done' ? (
        <span className={classes.missing}>
          <Pill tone="warn" icon={<IconCopyCheck size={13} stroke={1.9} aria-hidden />}>
            {t('ticket.board.possible_duplicate', { order_no: ticket.possible_duplicate_of })}
          </Pill>
        </span>
      ) : null}
      {ticket.state === 'issue' && ticket.issue_kind !== null ? (
        <span className={classes.issue}>
          <b>{t(`ticket.issue_kind.${ticket.issue_kind}`)}</b>
          <IssueReason ticket={ticket} />
        </span>
      ) : null}
      {ticket.edit_window_ends_at === null || ticket.state === 'done' ? null : (
        <EditWindow endsAt={ticket.edit_window_ends_at} />
      )}
      <Progress ticket={ticket} />
    </Link>
  )
}

function WantedTime({ ticket }: { readonly ticket: TicketSummary }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  if (ticket.deliver_by === null)
    return (
      <span className={classes.fact}>
        <IconClock size={14} stroke={1.8} aria-hidden />
        {t('ticket.board.no_time')}
      </span>
    )
  const late =
    ticket.state !== 'done' && ticket.sub_state !== 'delivered' && Date.parse(ticket.deliver_by) < now
  return (
    <span className={classes.fact} data-late={late || undefined} title={formatExact(ticket.deliver_by)}>
      <IconClock size={14} stroke={1.8} aria-hidden />
      <span>
        {formatWhen(ticket.deliver_by, language, now)}
        {late ? <b className={classes.late}>{t('ticket.board.overdue')}</b> : null}
      </span>
    </span>
  )
}

function EditWindow({ endsAt }: { readonly endsAt: string }) {
  const { t } = useTranslation()
  const left = Date.parse(endsAt) - useNow()
  if (left <= 0) return null
  return (
    <span className={classes.window} role="timer">
      <IconPencilBolt size={14} stroke={1.8} aria-hidden />
      {t('ticket.board.editable_for', { time: formatDuration(left / 1000) })}
    </span>
  )
}

/** Why it needs a person, in the reader's language. */
function IssueReason({ ticket }: { readonly ticket: TicketSummary }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const { issue_reason: reason, issue_cause: cause } = ticket
  return reason === null ? null : <span>{causeText({ reason, cause }, t, language, now)}</span>
}

function Progress({ ticket }: { readonly ticket: TicketSummary }) {
  const { t } = useTranslation()
  if (ticket.outcome === 'cancelled' || ticket.outcome === 'refunded') return null
  const step = SUB_STATES.indexOf(ticket.sub_state)
  return (
    <span className={classes.progress}>
      <span className={classes.bar} aria-hidden>
        {SUB_STATES.map((subState, index) => (
          <i key={subState} data-reached={index <= step || undefined} />
        ))}
      </span>
      <span className={classes.step}>{t(`ticket.sub_state.${ticket.sub_state}`)}</span>
    </span>
  )
}
