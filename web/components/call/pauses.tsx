import { IconPlayerPauseFilled } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { CallDetail } from '../../api/types.ts'
import { formatDuration } from '../../format/time.ts'
import classes from './pauses.module.css'

export type RecordingPause = CallDetail['recording_pauses'][number]

interface PauseMarksProps {
  readonly pauses: readonly RecordingPause[]
  /** Seconds of the whole recording. */
  readonly duration: number
}

/** The spans of a waveform in which nothing was recorded, hatched over it. */
export function PauseMarks({ pauses, duration }: PauseMarksProps) {
  if (duration <= 0) return null
  return pauses.map(({ from, to }) => {
    const end = Math.min(to ?? duration, duration)
    const style = { left: `${(from / duration) * 100}%`, width: `${((end - from) / duration) * 100}%` }
    return end <= from ? null : <span key={from} className={classes.mark} style={style} aria-hidden />
  })
}

/** The same in words: from when to when, and who of us wanted it so. */
export function PauseList({ pauses }: Pick<PauseMarksProps, 'pauses'>) {
  const { t } = useTranslation()
  if (pauses.length === 0) return null
  return (
    <ul className={classes.list} aria-label={t('call.pauses')}>
      {pauses.map(({ from, to, paused_by: by }) => (
        <li key={from}>
          <IconPlayerPauseFilled size={13} aria-hidden />
          {t('call.pause_span', {
            from: formatDuration(from),
            to: to === null ? t('call.pause_now') : formatDuration(to),
          })}
          <span className={classes.who}>{by ?? t('call.speaker.ai')}</span>
        </li>
      ))}
    </ul>
  )
}
