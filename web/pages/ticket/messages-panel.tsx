import { IconAlertCircle, IconCheck, IconChecks, IconClock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { MessageView, TicketDetail } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { formatWhen } from '../../format/time.ts'
import { openText } from '../../i18n/open-text.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './messages-panel.module.css'

const STATUS_ICONS = {
  pending: IconClock,
  sent: IconCheck,
  delivered: IconChecks,
  failed: IconAlertCircle,
} satisfies Record<MessageView['status'], unknown>

/** The conversation by text message, as it looks on the customer's phone. */
export function MessagesPanel({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  const messages = [...ticket.messages].sort((a, b) => (a.created_at < b.created_at ? -1 : 1))
  return (
    <Section title={t('ticket.page.messages')}>
      {messages.length === 0 ? <SectionEmpty>{t('ticket.page.messages_empty')}</SectionEmpty> : null}
      <ul className={classes.messages}>
        {messages.map((message) => (
          <Message key={message.id} message={message} />
        ))}
      </ul>
    </Section>
  )
}

function Message({ message }: { readonly message: MessageView }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const Icon = STATUS_ICONS[message.status]
  const out = message.direction === 'out'
  return (
    <li className={classes.message} data-direction={message.direction}>
      <p className={classes.head}>
        {out ? openText('ticket.message_kind', message.kind) : t('ticket.message_from_customer')}
      </p>
      <p className={classes.bubble}>{message.body}</p>
      <p className={classes.foot} data-status={message.status}>
        {formatWhen(message.sent_at ?? message.created_at, language, now)}
        {out ? (
          <span className={classes.status}>
            <Icon size={14} stroke={1.9} aria-hidden />
            {t(`ticket.message_status.${message.status}`)}
          </span>
        ) : null}
      </p>
      {message.error === null ? null : <p className={classes.error}>{message.error}</p>}
    </li>
  )
}
