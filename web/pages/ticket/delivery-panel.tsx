import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Delivery, TicketDetail } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { Pill } from '../../components/pill.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { formatExact, formatWhen } from '../../format/time.ts'
import { openText } from '../../i18n/open-text.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './side-panel.module.css'

export function DeliveryPanel({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  return (
    <Section title={t('ticket.page.delivery')}>
      {ticket.deliveries.length === 0 ? (
        <SectionEmpty>
          {t(ticket.outcome === null ? 'ticket.page.delivery_empty' : 'ticket.page.delivery_never')}
        </SectionEmpty>
      ) : null}
      <ul className={classes.rows}>
        {ticket.deliveries.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} place={ticket.destination ?? ''} />
        ))}
      </ul>
    </Section>
  )
}

function DeliveryRow({ delivery, place }: { readonly delivery: Delivery; readonly place: string }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  return (
    <li className={classes.block}>
      {delivery.photo_url === null ? null : <Photo url={delivery.photo_url} place={place} />}
      <div className={classes.row}>
        <Pill tone={delivery.delivered_at === null ? 'todo' : 'progress'}>
          {openText('ticket.delivery_status', delivery.status)}
        </Pill>
        {delivery.delivered_at === null ? null : (
          <time dateTime={delivery.delivered_at} title={formatExact(delivery.delivered_at)}>
            {formatWhen(delivery.delivered_at, language, now)}
          </time>
        )}
      </div>
      {delivery.delivered_at === null ? null : (
        <span className="visually-hidden">{t('ticket.page.delivered_at')}</span>
      )}
    </li>
  )
}

function Photo({ url, place }: { readonly url: string; readonly place: string }) {
  const { t } = useTranslation()
  const [failed, setFailed] = useState(false)
  if (failed) return <p className={classes.error}>{t('ticket.page.photo_missing')}</p>
  return (
    <a className={classes.photo} href={url} target="_blank" rel="noreferrer">
      <img
        src={url}
        alt={t('ticket.page.photo_alt', { destination: place })}
        onError={() => setFailed(true)}
      />
    </a>
  )
}
