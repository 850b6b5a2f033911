import type { ReactNode } from 'react'
import classes from './state-panel.module.css'

interface StatePanelProps {
  readonly icon: ReactNode
  readonly title: string
  readonly text?: string | null
  readonly tone?: 'quiet' | 'problem'
  /** It is all there is on the page, so its title is the page's heading. */
  readonly page?: boolean
  readonly children?: ReactNode
}

/** What stands where content would be: nothing yet, not found, or a problem with a way out. */
export function StatePanel({ icon, title, text, tone = 'quiet', page = false, children }: StatePanelProps) {
  const Title = page ? 'h1' : 'p'
  return (
    <div className={classes.panel} data-tone={tone} role={tone === 'problem' ? 'alert' : undefined}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <Title className={classes.title}>{title}</Title>
      {text ? <p className={classes.text}>{text}</p> : null}
      {children ? <div className={classes.actions}>{children}</div> : null}
    </div>
  )
}
