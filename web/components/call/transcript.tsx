import { IconPlayerPlayFilled } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { CallDetail, TranscriptLine } from '../../api/types.ts'
import { formatDuration } from '../../format/time.ts'
import { Pill } from '../pill.tsx'
import { useRecordings } from './recording.tsx'
import classes from './transcript.module.css'

/** Heard with less certainty than this is marked. */
const UNSURE_BELOW = 0.6
/** People wait this long before a pause feels odd. */
const SLOW_ANSWER_MS = 1500

interface TranscriptProps {
  readonly call: CallDetail
  /** Second of the recording that is heard now; marks its line. */
  readonly heardAt?: number | undefined
  /** A face before each line, and its moment in brackets. */
  readonly faces?: boolean
}

const FACES: Readonly<Record<TranscriptLine['speaker'], string>> = { ai: '🤖', customer: '👤' }

/** Who said what and when; a click on a line plays it. While the call lives the newest line stays in view. */
export function Transcript({ call, heardAt, faces = false }: TranscriptProps) {
  const { t } = useTranslation()
  const list = useRef<HTMLOListElement>(null)
  const live = call.state === 'live' || call.state === 'ringing'
  const lines = call.transcript.length
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is what scrolls
  useEffect(() => {
    if (live && list.current !== null) list.current.scrollTop = list.current.scrollHeight
  }, [live, lines])
  if (lines === 0)
    return <p className={classes.empty}>{t(live ? 'call.transcript_live' : 'call.transcript_empty')}</p>
  const current =
    heardAt === undefined ? -1 : call.transcript.findLastIndex((line) => line.timestamp <= heardAt)
  return (
    <ol
      ref={list}
      className={classes.list}
      aria-label={t('call.transcript')}
      // While it lives it scrolls by itself, so it must be reachable by keyboard.
      {...(live ? { 'aria-live': 'polite' as const, 'data-live': true, tabIndex: 0 } : {})}
    >
      {call.transcript.map((line, index) => (
        <Line
          key={`${line.utterance_id}-${line.speaker}`}
          callId={call.call_id}
          line={line}
          current={index === current}
          faces={faces}
        />
      ))}
      {live ? (
        <li className={classes.going} aria-hidden>
          <i />
          <i />
          <i />
        </li>
      ) : null}
    </ol>
  )
}

interface LineProps {
  readonly callId: string
  readonly line: TranscriptLine
  readonly current: boolean
  readonly faces: boolean
}

function Line({ callId, line, current, faces }: LineProps) {
  const { t } = useTranslation()
  const { canPlay, playFrom } = useRecordings()
  const moment = formatDuration(line.timestamp)
  const time = faces ? `[${moment.padStart(5, '0')}]` : moment
  return (
    <li className={classes.line} data-speaker={line.speaker} data-current={current || undefined}>
      <span className={classes.who}>
        <span className={classes.speaker}>
          {faces ? <span aria-hidden>{FACES[line.speaker]} </span> : null}
          {t(`call.speaker.${line.speaker}`)}
        </span>
        {canPlay(callId) ? (
          <button
            type="button"
            className={classes.play}
            aria-label={t('call.play_line', { time: moment })}
            onClick={() => playFrom(callId, line.timestamp)}
          >
            <IconPlayerPlayFilled size={10} aria-hidden />
            {time}
          </button>
        ) : (
          <span className={classes.moment}>{time}</span>
        )}
      </span>
      <span className={classes.said}>
        <span className={classes.text}>{line.text}</span>
        <span className={classes.marks}>
          {line.interrupted ? <Pill tone="warn">{t('call.interrupted')}</Pill> : null}
          {line.confidence !== null && line.confidence < UNSURE_BELOW ? (
            <Pill tone="warn">{t('call.unsure')}</Pill>
          ) : null}
          {line.latency_ms === null ? null : (
            <span
              className={classes.latency}
              data-slow={line.latency_ms > SLOW_ANSWER_MS || undefined}
              title={t('call.latency_title')}
            >
              {t('call.latency', { ms: Math.round(line.latency_ms) })}
            </span>
          )}
        </span>
      </span>
    </li>
  )
}
