import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './inline-problem.module.css'
import { problemText } from './problem-text.ts'

/** A refusal shown where it was caused; `title` says what was refused. */
export function InlineProblem({ error, title }: { readonly error: unknown; readonly title?: string }) {
  const { t } = useTranslation()
  const problem = problemText(error, t)
  return (
    <div className={classes.problem} role="alert">
      <IconAlertTriangle size={17} stroke={1.8} aria-hidden />
      <div>
        <p className={classes.title}>{title ?? problem.title}</p>
        {title === undefined ? null : <p>{problem.title}</p>}
        {problem.detail === null ? null : <p>{problem.detail}</p>}
      </div>
    </div>
  )
}
