import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TicketDetail, TicketEventView } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { actorName } from '../../components/issue/actor-name.ts'
import { useColleagues } from '../../components/issue/use-colleagues.ts'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { formatClockSeconds, formatDay, formatExact } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { type EventSentence, eventSentence } from './event-sentence.ts'
import classes from './timeline-panel.module.css'

/** Everything that happened to the order, newest first, by day. */
export function TimelinePanel({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const nowMs = useMinute()
  const [all, setAll] = useState(false)
  const entries = [...ticket.timeline]
    .sort((a, b) => b.seq - a.seq)
    .map((event) => ({ event, text: eventSentence(event, { t, language, nowMs }) }))
    .filter(({ text }) => all || text.tone !== 'quiet')
  const days = Map.groupBy(entries, ({ event }) => formatDay(event.at, language, nowMs))
  return (
    <Section
      title={t('ticket.page.timeline')}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t('ticket.page.timeline')}
          value={all ? 'all' : 'main'}
          data={[
            { value: 'main', label: t('ticket.page.timeline_main') },
            { value: 'all', label: t('ticket.page.timeline_all') },
          ]}
          onChange={(value) => setAll(value === 'all')}
        />
      }
    >
      {entries.length === 0 ? <SectionEmpty>{t('ticket.page.timeline_empty')}</SectionEmpty> : null}
      {[...days].map(([day, events]) => (
        <div key={day}>
          <h3 className={classes.day}>{day}</h3>
          <ol className={classes.events}>
            {events.map(({ event, text }) => (
              <Entry key={event.seq} event={event} text={text} />
            ))}
          </ol>
        </div>
      ))}
    </Section>
  )
}

function Entry({ event, text }: { readonly event: TicketEventView; readonly text: EventSentence }) {
  const { t } = useTranslation()
  const people = useColleagues()
  return (
    <li className={classes.event} data-tone={text.tone}>
      <time className={classes.time} dateTime={event.at} title={formatExact(event.at)}>
        {formatClockSeconds(event.at)}
      </time>
      <span className={classes.dot} aria-hidden />
      <div className={classes.body}>
        <p>
          <span className={classes.sentence}>{text.sentence}</span>
          <span className={classes.actor}>{actorName(event.actor, people, t)}</span>
        </p>
        {text.details.length === 0 ? null : <p className={classes.details}>{text.details.join(' · ')}</p>}
        {text.changes.length === 0 ? null : (
          <ul className={classes.changes}>
            {text.changes.map((change) => (
              <li key={change.field}>
                <span className={classes.field}>{change.field}</span>
                {change.from === null ? null : <del>{change.from}</del>}
                <ins>{change.to ?? t('ticket.event_detail.empty')}</ins>
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  )
}
