import type { ReactNode } from 'react'
import classes from './state-panel.module.css'

interface StatePanelProps {
  readonly icon: ReactNode
  readonly title: string
  readonly text?: string | null
  readonly tone?: 'quiet' | 'problem'
  readonly children?: ReactNode
}

/** What stands where content would be: nothing yet, not found, or a problem with a way out. */
export function StatePanel({ icon, title, text, tone = 'quiet', children }: StatePanelProps) {
  return (
    <div className={classes.panel} data-tone={tone} role={tone === 'problem' ? 'alert' : undefined}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <p className={classes.title}>{title}</p>
      {text ? <p className={classes.text}>{text}</p> : null}
      {children ? <div className={classes.actions}>{children}</div> : null}
    </div>
  )
}
