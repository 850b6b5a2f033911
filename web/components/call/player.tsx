import { ActionIcon, useComputedColorScheme } from '@mantine/core'
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type WaveSurfer from 'wavesurfer.js'
import { formatDuration } from '../../format/time.ts'
import { PauseMarks, type RecordingPause } from './pauses.tsx'
import classes from './player.module.css'
import { useRecordings } from './recording.tsx'

const RATES = [1, 1.5, 2] as const
const STEP_SECONDS = 5

interface PlayerProps {
  readonly callId: string
  readonly url: string
  /** What was left out of it. */
  readonly pauses?: readonly RecordingPause[]
  /** Called with the second that is heard now. */
  /** Who talked for us; default: the AI. */
  readonly ours?: string | undefined
  readonly onTime?: (seconds: number) => void
}

/** Plays a call; the caller above, our voice below. */
export function Player({ callId, url, pauses = [], ours, onTime }: PlayerProps) {
  const { t } = useTranslation()
  const { register } = useRecordings()
  const stage = useRef<HTMLDivElement>(null)
  const [surfer, setSurfer] = useState<WaveSurfer | null>(null)
  const [state, setState] = useState({ playing: false, time: 0, duration: 0, failed: false })
  const [rate, setRate] = useState<(typeof RATES)[number]>(1)
  const scheme = useComputedColorScheme('light')
  const report = useRef(onTime)
  report.current = onTime

  useEffect(() => {
    const container = stage.current
    if (container === null) return
    let gone = false
    let made: WaveSurfer | null = null
    // The waveform is a library of its own size: fetched when the first recording is on screen.
    void import('wavesurfer.js').then(({ default: Library }) => {
      if (gone) return
      made = Library.create({ container, url, ...LOOK, splitChannels: channelColours(container) })
      made.on('ready', (duration) => {
        setState((s) => ({ ...s, duration }))
        setSurfer(made)
      })
      made.on('play', () => setState((s) => ({ ...s, playing: true })))
      made.on('pause', () => setState((s) => ({ ...s, playing: false })))
      made.on('timeupdate', (time) => {
        setState((s) => ({ ...s, time }))
        report.current?.(time)
      })
      made.on('error', () => setState((s) => ({ ...s, failed: true })))
    })
    return () => {
      gone = true
      setSurfer(null)
      made?.destroy()
    }
  }, [url])

  useEffect(() => {
    if (surfer === null) return
    return register(callId, {
      playFrom: (seconds) => {
        surfer.setTime(Math.max(0, seconds))
        void surfer.play()
      },
    })
  }, [surfer, callId, register])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours follow the theme
  useEffect(() => {
    if (surfer !== null && stage.current !== null)
      surfer.setOptions({ splitChannels: channelColours(stage.current) })
  }, [surfer, scheme])

  if (state.failed)
    return (
      <p className={classes.note} role="alert">
        {t('call.recording_failed')}
      </p>
    )
  return (
    <div className={classes.player}>
      <ActionIcon
        variant="filled"
        size={38}
        radius={19}
        disabled={surfer === null}
        aria-label={t(state.playing ? 'call.pause' : 'call.play')}
        onClick={() => void surfer?.playPause()}
      >
        {state.playing ? <IconPlayerPauseFilled size={17} /> : <IconPlayerPlayFilled size={17} />}
      </ActionIcon>
      <div className={classes.waves}>
        <span className={classes.channels} aria-hidden>
          <span>{t('call.left_channel')}</span>
          <span>{ours ?? t('call.right_channel')}</span>
        </span>
        <div className={classes.track}>
          <div
            ref={stage}
            className={classes.stage}
            role="slider"
            tabIndex={0}
            aria-label={t('call.position')}
            aria-valuemin={0}
            aria-valuemax={Math.round(state.duration)}
            aria-valuenow={Math.round(state.time)}
            aria-valuetext={formatDuration(state.time)}
            onKeyDown={(event) => {
              const step = { ArrowRight: STEP_SECONDS, ArrowLeft: -STEP_SECONDS }[event.key]
              if (step !== undefined) surfer?.skip(step)
              else if (event.key === ' ') void surfer?.playPause()
              else return
              event.preventDefault()
            }}
          />
          <PauseMarks pauses={pauses} duration={state.duration} />
        </div>
      </div>
      <span className={classes.time}>
        {formatDuration(state.time)}
        <span className={classes.total}> / {formatDuration(state.duration)}</span>
      </span>
      <button
        type="button"
        className={classes.rate}
        aria-label={t('call.speed', { rate })}
        onClick={() => {
          const next = RATES[(RATES.indexOf(rate) + 1) % RATES.length] ?? 1
          setRate(next)
          surfer?.setPlaybackRate(next, true)
        }}
      >
        {rate}×
      </button>
    </div>
  )
}

const LOOK = {
  height: 44,
  barWidth: 2,
  barGap: 1.5,
  barRadius: 2,
  barMinHeight: 1,
  cursorWidth: 2,
  normalize: true,
  dragToSeek: true,
} as const

/** The recording is stereo: left the caller, right ours. */
function channelColours(element: HTMLElement) {
  const css = getComputedStyle(element)
  const colour = (name: string) => css.getPropertyValue(name).trim()
  const quiet = colour('--d-line-strong')
  return [
    { waveColor: quiet, progressColor: colour('--d-todo'), cursorColor: colour('--d-ink'), height: 22 },
    { waveColor: quiet, progressColor: colour('--d-progress'), cursorColor: colour('--d-ink'), height: 22 },
  ]
}
