import type { ReactNode } from 'react'
import classes from './bars.module.css'

export interface Bar {
  readonly key: string
  readonly label: ReactNode
  /** 0 to 1. */
  readonly share: number
  /** What stands at its end. */
  readonly figure: ReactNode
  readonly tone?: 'progress' | 'live' | 'warn' | 'issue' | 'quiet'
}

/** Shares as a list of bars; each says its figure, the bar is a picture of it. */
export function Bars({ bars, label }: { readonly bars: readonly Bar[]; readonly label: string }) {
  return (
    <ul className={classes.bars} aria-label={label}>
      {bars.map(({ key, label: name, share, figure, tone = 'progress' }) => (
        <li key={key} className={classes.bar}>
          <span className={classes.name}>{name}</span>
          <span className={classes.figure}>{figure}</span>
          <span className={classes.track} aria-hidden>
            <i data-tone={tone} style={{ width: `${Math.min(1, share) * 100}%` }} />
          </span>
        </li>
      ))}
    </ul>
  )
}
