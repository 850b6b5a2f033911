import { IconAlertCircle, IconCheck, IconChecks, IconClock, IconSparkles } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { MessageView } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { formatWhen } from '../../format/time.ts'
import { openText } from '../../i18n/open-text.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { ChannelIcon } from '../channel-icon.tsx'
import { usePersonName } from '../issue/use-colleagues.ts'
import { messageAnchor } from './anchor.ts'
import classes from './conversation.module.css'
import { Pictures } from './pictures.tsx'

const STATUS_ICONS = {
  pending: IconClock,
  sent: IconCheck,
  delivered: IconChecks,
  failed: IconAlertCircle,
} satisfies Record<MessageView['status'], unknown>

/** One message as it looks on the customer's phone, with who wrote it and what became of it. */
export function Message({ message }: { readonly message: MessageView }) {
  const { direction, author, body, attachments, error, message_id: messageId } = message
  return (
    <li
      className={classes.message}
      data-direction={direction}
      data-author={kindOf(author)}
      {...(messageId === null ? {} : { id: messageAnchor(messageId), tabIndex: -1 })}
    >
      <Head message={message} />
      <Pictures attachments={attachments} />
      {body === '' ? null : <p className={classes.bubble}>{body}</p>}
      <Foot message={message} />
      {error === null ? null : <p className={classes.error}>{error}</p>}
    </li>
  )
}

type AuthorKind = 'customer' | 'ai' | 'system' | 'person'
const kindOf = (author: string): AuthorKind =>
  author === 'customer' || author === 'ai' || author === 'system' ? author : 'person'

function Head({ message }: { readonly message: MessageView }) {
  const { t } = useTranslation()
  const personName = usePersonName()
  const { author, channel, kind, direction, type, attempt } = message
  const who = kindOf(author)
  const name =
    who === 'person'
      ? personName(author)
      : who === 'system' && kind !== 'chat'
        ? openText('ticket.message_kind', kind)
        : t(`chat.author.${who}`)
  return (
    <p className={classes.head}>
      {direction === 'in' ? <ChannelIcon channel={channel} size={13} /> : null}
      {who === 'ai' ? (
        <span className={classes.ai} title={t('chat.ai_label')}>
          <IconSparkles size={12} stroke={2} aria-hidden />
          {name}
        </span>
      ) : (
        <span>{name}</span>
      )}
      {type === null ? null : <span>· {t(`ticket.message_type.${type}`)}</span>}
      {attempt > 1 ? <span>· {t('ticket.message_attempt', { count: attempt })}</span> : null}
      {direction === 'out' ? <ChannelIcon channel={channel} size={13} /> : null}
    </p>
  )
}

function Foot({ message }: { readonly message: MessageView }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const { direction, status, channel, sent_at: sentAt, created_at: createdAt } = message
  const Icon = STATUS_ICONS[status]
  const waits = direction === 'out' && channel === 'kakao' && status === 'pending'
  const state =
    direction === 'in'
      ? status === 'pending'
        ? t('chat.kept')
        : null
      : waits
        ? t('chat.waiting_for_customer')
        : t(`ticket.message_status.${status}`)
  return (
    <p className={classes.foot} data-status={status}>
      {formatWhen(sentAt ?? createdAt, language, now)}
      {state === null ? null : (
        <span className={classes.status}>
          <Icon size={14} stroke={1.9} aria-hidden />
          {state}
        </span>
      )}
    </p>
  )
}
