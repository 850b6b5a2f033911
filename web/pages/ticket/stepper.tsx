import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { TicketDetail } from '../../api/types.ts'
import { SUB_STATES } from '../../components/sub-states.ts'
import { formatClock, formatExact } from '../../format/time.ts'
import { reachedAt } from './reached-at.ts'
import classes from './stepper.module.css'

/** The seven sub-states with the time each was reached. */
export function Stepper({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  const current = SUB_STATES.indexOf(ticket.sub_state)
  const over = ticket.state === 'done'
  const times = reachedAt(ticket)
  return (
    <ol className={classes.steps} aria-label={t('ticket.page.steps')} data-state={ticket.state}>
      {SUB_STATES.map((subState, index) => {
        const phase =
          index < current || (over && index === current) ? 'past' : index === current ? 'now' : 'ahead'
        const time = times[subState]
        const stuck = phase === 'now' && ticket.state === 'issue'
        return (
          <li
            key={subState}
            className={classes.step}
            data-phase={phase}
            {...(index === current ? { 'aria-current': 'step' as const } : {})}
          >
            <span className={classes.dot} aria-hidden>
              {phase === 'past' ? <IconCheck size={12} stroke={3} /> : null}
              {stuck ? <IconAlertTriangle size={12} stroke={2.4} /> : null}
            </span>
            <span className={classes.name}>{t(`ticket.sub_state.${subState}`)}</span>
            {time === undefined || phase === 'ahead' ? null : (
              <time className={classes.time} dateTime={time} title={formatExact(time)}>
                {formatClock(time)}
              </time>
            )}
          </li>
        )
      })}
    </ol>
  )
}
