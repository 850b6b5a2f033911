import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { transfersQuery } from '../../api/person-transfers.ts'
import type { OutboundRecord, PersonTransfer } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { Pill } from '../../components/pill.tsx'
import { Section } from '../../components/section.tsx'
import type { Tone } from '../../components/tone.ts'
import { formatPhone } from '../../format/text.ts'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './transfers.module.css'

const TONES: Readonly<Record<PersonTransfer['state'], Tone>> = {
  ringing: 'live',
  briefing: 'live',
  connected: 'progress',
  no_answer: 'warn',
  given_up: 'done',
  failed: 'issue',
}

/** Whether the call was put through to a person, and what came of it; nothing where nobody asked for one. */
export function Transfers({ request }: { readonly request: OutboundRecord }) {
  const { t } = useTranslation()
  const { data } = useQuery({ ...transfersQuery(request.outbound_id), enabled: request.answered_at !== null })
  const transfers = data?.transfers ?? []
  if (transfers.length === 0 && !request.call_back_wanted) return null
  return (
    <Section
      title={t('outbound.transfer.title')}
      aside={
        request.call_back_wanted ? (
          <Pill tone="warn" dot>
            {t('outbound.transfer.call_back')}
          </Pill>
        ) : null
      }
    >
      {transfers.length === 0 ? (
        <p className={classes.reason}>{t('outbound.transfer.call_back_text')}</p>
      ) : (
        <ol className={classes.list}>
          {transfers.map((transfer) => (
            <Transfer key={transfer.transfer_id} transfer={transfer} />
          ))}
        </ol>
      )}
    </Section>
  )
}

function Transfer({ transfer }: { readonly transfer: PersonTransfer }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const { state, mode, to, person_name: person, asked_by: by, asked_at: at, reason, attempts } = transfer
  const whom = to === 'desk' ? t('outbound.transfer.desk') : formatPhone(to)
  return (
    <li className={classes.transfer}>
      <div className={classes.line}>
        <Pill tone={TONES[state]} dot={state === 'ringing' || state === 'briefing' ? 'pulse' : true}>
          {t(`outbound.transfer.state.${state}`)}
        </Pill>
        <strong>{person ?? whom}</strong>
        <span className={classes.quiet}>
          {t(`outbound.transfer.short.${mode}`)} · {t('outbound.transfer.rung', { count: attempts })}
        </span>
        <time className={classes.time} dateTime={at} title={formatExact(at)}>
          {formatWhen(at, language, now)}
        </time>
      </div>
      <p className={classes.reason}>
        {by === 'callee' ? t('outbound.transfer.by_callee') : t('outbound.transfer.by', { who: by })}
        {reason === null ? null : ` — ${reason}`}
      </p>
    </li>
  )
}
