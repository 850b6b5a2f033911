import { Button } from '@mantine/core'
import { IconPhoto, IconPlayerPlayFilled } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { OrderField, TicketDetail } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { useRecordings } from '../../components/call/recording.tsx'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { showMessage } from '../../components/conversation/anchor.ts'
import { Ribbon } from '../../components/order-form/ribbon.tsx'
import { ORDER_FIELDS } from '../../components/order-form/rules.ts'
import { Pill } from '../../components/pill.tsx'
import { Section } from '../../components/section.tsx'
import { formatWhen, type Language } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './order-panel.module.css'
import { useAskFor } from './ticket-actions.tsx'

/** Evidence below this is shown as a doubt. */
const DOUBT_BELOW = 0.75

/** What was ordered, and for each part the words that said so. */
export function OrderPanel({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const ask = useAskFor()
  return (
    <Section
      title={t('ticket.page.order')}
      aside={
        ticket.actions.includes('edit_order') ? (
          <Button size="xs" variant="default" onClick={() => ask('edit_order')}>
            {t('ticket.page.edit')}
          </Button>
        ) : null
      }
    >
      <Ribbon message={ticket.message} orderer={ticket.orderer} />
      <dl className={classes.fields}>
        {ORDER_FIELDS.map((field) => (
          <div key={field} className={classes.field}>
            <dt>{t(`ticket.field.${field}`)}</dt>
            <dd>
              <Value
                text={shownValue(ticket, field, language, now)}
                missing={ticket.missing.includes(field)}
              />
              <Evidence ticket={ticket} field={field} />
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

function Value({ text, missing }: { readonly text: string | null; readonly missing: boolean }) {
  const { t } = useTranslation()
  if (text !== null) return <span className={classes.value}>{text}</span>
  if (missing) return <Pill tone="warn">{t('ticket.page.empty_field')}</Pill>
  return <span className={classes.none}>–</span>
}

function Evidence({ ticket, field }: { readonly ticket: TicketDetail; readonly field: OrderField }) {
  const { t } = useTranslation()
  const { canPlay, playFrom } = useRecordings()
  const evidence = ticket.evidence[field]
  if (evidence === undefined || evidence.words.trim() === '') return null
  const { call_id: callId, at_ms: atMs, words, confidence, confirmed, channel } = evidence
  const { message_id: messageId, attachment_id: attachmentId } = evidence
  const doubt =
    confirmed === true ? (
      <Pill tone="progress" quiet>
        {t('ticket.page.confirmed', { percent: Math.round(confidence * 100) })}
      </Pill>
    ) : confirmed === false || confidence < DOUBT_BELOW ? (
      <Pill tone="warn" quiet>
        {t('ticket.page.confidence', { percent: Math.round(confidence * 100) })}
      </Pill>
    ) : null
  const playable = callId !== undefined && atMs !== undefined && canPlay(callId)
  return (
    <span className={classes.evidence}>
      {playable ? (
        <button
          type="button"
          className={classes.quote}
          aria-label={`${words}. ${t('ticket.page.evidence_play', { field: t(`ticket.field.${field}`) })}`}
          onClick={() => playFrom(callId, atMs / 1000)}
        >
          <IconPlayerPlayFilled size={10} aria-hidden />
          <q>{words}</q>
        </button>
      ) : messageId !== undefined ? (
        <button
          type="button"
          className={classes.quote}
          aria-label={`${words}. ${t('chat.evidence_show', { field: t(`ticket.field.${field}`) })}`}
          onClick={() => showMessage(messageId)}
        >
          {attachmentId === undefined ? (
            <ChannelIcon channel={channel} size={13} />
          ) : (
            <IconPhoto size={13} stroke={1.8} aria-hidden />
          )}
          <q>{words}</q>
        </button>
      ) : (
        <span className={classes.quote}>
          <ChannelIcon channel={channel} size={13} />
          <q>{words}</q>
        </span>
      )}
      {doubt}
    </span>
  )
}

function shownValue(ticket: TicketDetail, field: OrderField, language: Language, now: number): string | null {
  if (field === 'phone') return ticket.contact_phone
  if (field === 'deliver_by')
    return ticket.deliver_by === null ? null : formatWhen(ticket.deliver_by, language, now)
  return ticket[field]
}
