import { Button, Menu } from '@mantine/core'
import { IconArrowLeft, IconChevronDown, IconPencilBolt, IconPhoneCall } from '@tabler/icons-react'
import { Link, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { TicketAction, TicketDetail } from '../../api/types.ts'
import { useMinute, useNow } from '../../app/clock.ts'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { Pill } from '../../components/pill.tsx'
import { toneOfOutcome, toneOfState } from '../../components/tone.ts'
import { WorkflowLink } from '../../components/workflow-link.tsx'
import { formatWon } from '../../format/text.ts'
import { formatClockSeconds, formatDuration, formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { RevealNumber } from './reveal-number.tsx'
import { Stepper } from './stepper.tsx'
import { useAskFor } from './ticket-actions.tsx'
import classes from './ticket-header.module.css'

/** What the order is, where it stands, and what may be done with it now. */
export function TicketHeader({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const place = [ticket.destination, ticket.room].filter((part) => part !== null).join(' ')
  return (
    <header className={classes.header}>
      <div className={classes.top}>
        <BackLink />
        <span className={classes.number}>
          <ChannelIcon channel={ticket.channel} size={15} />
          {ticket.order_no}
        </span>
        <WorkflowLink className={classes.external} url={ticket.workflow_url}>
          {t('ticket.page.workflow')}
        </WorkflowLink>
      </div>
      <div className={classes.lead}>
        <div className={classes.names}>
          <h1 className={classes.title}>
            {ticket.recipient ?? t('ticket.board.unnamed')}
            <Pill tone={toneOfState[ticket.state]} dot>
              {t(`ticket.state.${ticket.state}`)}
            </Pill>
            {ticket.outcome === null ? null : (
              <Pill tone={toneOfOutcome[ticket.outcome]}>{t(`ticket.outcome.${ticket.outcome}`)}</Pill>
            )}
            {ticket.live_call_id === null ? null : (
              <Link to="/calls/$callId" params={{ callId: ticket.live_call_id }} className={classes.live}>
                <IconPhoneCall size={15} stroke={1.9} aria-hidden />
                {t('ticket.board.on_call')}
              </Link>
            )}
          </h1>
          <p className={classes.place}>{place === '' ? t('ticket.board.no_destination') : place}</p>
        </div>
        <Actions ticket={ticket} />
      </div>
      <Stepper ticket={ticket} />
      {ticket.edit_window_ends_at === null || ticket.state === 'done' ? null : (
        <EditWindow endsAt={ticket.edit_window_ends_at} />
      )}
      <dl className={classes.facts}>
        <Fact label={t('ticket.page.amount')}>
          <b>{formatWon(ticket.amount, language)}</b>
          <span className={classes.aside}>
            {t('ticket.page.margin', { amount: formatWon(ticket.amount - ticket.cost, language) })}
          </span>
        </Fact>
        <Fact label={t('ticket.field.deliver_by')}>
          {ticket.deliver_by === null ? (
            t('ticket.board.no_time')
          ) : (
            <time dateTime={ticket.deliver_by} title={formatExact(ticket.deliver_by)}>
              {formatWhen(ticket.deliver_by, language, now)}
            </time>
          )}
        </Fact>
        <Fact label={t('ticket.page.customer')}>
          {ticket.customer_phone}
          <RevealNumber orderNo={ticket.order_no} />
        </Fact>
        <Fact label={t('ticket.page.received')}>
          <time dateTime={ticket.created_at} title={formatExact(ticket.created_at)}>
            {formatWhen(ticket.created_at, language, now)}
          </time>
        </Fact>
      </dl>
    </header>
  )
}

function Fact({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Back to the board as it was, with its search, if that is where one came from. */
function BackLink() {
  const { t } = useTranslation()
  const router = useRouter()
  return (
    <Link
      to="/"
      className={classes.back}
      onClick={(event) => {
        if (!router.history.canGoBack() || event.metaKey || event.ctrlKey) return
        event.preventDefault()
        router.history.back()
      }}
    >
      <IconArrowLeft size={16} stroke={1.9} aria-hidden />
      {t('nav.board')}
    </Link>
  )
}

function EditWindow({ endsAt }: { readonly endsAt: string }) {
  const { t } = useTranslation()
  const left = Date.parse(endsAt) - useNow()
  if (left <= 0) return null
  return (
    <div className={classes.window}>
      <IconPencilBolt size={17} stroke={1.8} aria-hidden />
      <span>{t('ticket.page.edit_window')}</span>
      <b role="timer">{t('ticket.page.edit_window_left', { time: formatDuration(left / 1000) })}</b>
      <span className={classes.until}>
        {t('ticket.page.edit_window_until', { time: formatClockSeconds(endsAt) })}
      </span>
    </div>
  )
}

const ELSEWHERE: readonly TicketAction[] = ['edit_order', 'merge_order', 'keep_both']

/** What moves the order on is a button, the rest is in the menu. Editing and resolving an Issue have their place in their panels. */
function Actions({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  const ask = useAskFor()
  const resolving = ticket.issue?.actions ?? []
  const actions = ticket.actions.filter(
    (action) => !ELSEWHERE.includes(action) && !resolving.includes(action),
  )
  const first = actions.find((action) => action === 'confirm_order')
  const rest = actions.filter((action) => action !== first)
  if (actions.length === 0) return null
  return (
    <div className={classes.actions}>
      {first === undefined ? null : <Button onClick={() => ask(first)}>{t(`ticket.action.${first}`)}</Button>}
      {rest.length === 0 ? null : (
        <Menu position="bottom-end" width={190}>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={15} stroke={1.9} aria-hidden />}>
              {t('ticket.dialog.more')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map((action) => (
              <Menu.Item
                key={action}
                {...(action === 'cancel' || action === 'refund_and_close' ? { color: 'clay' } : {})}
                onClick={() => ask(action)}
              >
                {t(`ticket.action.${action}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  )
}
