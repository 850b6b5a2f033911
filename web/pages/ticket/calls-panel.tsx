import { IconArrowRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CallDetail, TicketDetail } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { CallLength } from '../../components/call/call-length.tsx'
import { CallPill } from '../../components/call/call-pill.tsx'
import { Player } from '../../components/call/player.tsx'
import { Transcript } from '../../components/call/transcript.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './calls-panel.module.css'

/** Calls about this order, the newest first; a live one is followed word by word. */
export function CallsPanel({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  const calls = [...ticket.calls].sort((a, b) => (a.called_at < b.called_at ? 1 : -1))
  return (
    <Section title={t('ticket.page.calls')}>
      {calls.length === 0 ? <SectionEmpty>{t('ticket.page.calls_empty')}</SectionEmpty> : null}
      <ul className={classes.calls}>
        {calls.map((call) => (
          <li key={call.call_id}>
            <Call call={call} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Call({ call }: { readonly call: CallDetail }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const [heardAt, setHeardAt] = useState<number | undefined>()
  return (
    <article className={classes.call}>
      <header className={classes.head}>
        <CallPill call={call} />
        <span className={classes.when}>
          {formatWhen(call.called_at, language, now)} · <CallLength call={call} />
        </span>
        <Link to="/calls/$callId" params={{ callId: call.call_id }} className={classes.more}>
          {t('call.detail')}
          <IconArrowRight size={14} stroke={1.9} aria-hidden />
        </Link>
      </header>
      {call.summary === null ? null : <p className={classes.summary}>{call.summary}</p>}
      {call.recording_url === null ? null : (
        <Player
          callId={call.call_id}
          url={call.recording_url}
          ours={call.placed_by?.name}
          onTime={setHeardAt}
        />
      )}
      <Transcript call={call} heardAt={heardAt} />
    </article>
  )
}
