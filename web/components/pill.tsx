import type { ReactNode } from 'react'
import classes from './pill.module.css'
import type { Tone } from './tone.ts'

interface PillProps {
  readonly tone: Tone
  readonly icon?: ReactNode
  /** A dot before the text; `pulse` for what goes on at this moment. */
  readonly dot?: boolean | 'pulse'
  readonly quiet?: boolean
  readonly title?: string
  readonly children: ReactNode
}

/** A short status; the colour never says more than the text. */
export function Pill({ tone, icon, dot = false, quiet = false, title, children }: PillProps) {
  return (
    <span className={classes.pill} data-tone={tone} data-quiet={quiet || undefined} title={title}>
      {dot === false ? null : (
        <span className={classes.dot} data-pulse={dot === 'pulse' || undefined} aria-hidden />
      )}
      {icon}
      <span>{children}</span>
    </span>
  )
}
