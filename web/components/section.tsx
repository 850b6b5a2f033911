import { type ReactNode, useId } from 'react'
import classes from './section.module.css'

interface SectionProps {
  readonly title: string
  readonly icon?: ReactNode
  /** Right of the heading: a status, a button. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** A panel of a page with its heading. */
export function Section({ title, icon, aside, children }: SectionProps) {
  const id = useId()
  return (
    <section className={classes.section} aria-labelledby={id}>
      <header className={classes.head}>
        <h2 className={classes.title} id={id}>
          {icon}
          {title}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

/** Said where a panel has nothing yet. */
export const SectionEmpty = ({ children }: { readonly children: ReactNode }) => (
  <p className={classes.empty}>{children}</p>
)
