import { useTranslation } from 'react-i18next'
import type { ContentChange } from './flow-form.ts'
import classes from './flows.module.css'

/** What is said differently, the old above the new. */
export function FlowDiff({ changes }: { readonly changes: readonly ContentChange[] }) {
  const { t } = useTranslation()
  return (
    <ul className={classes.diff}>
      {changes.map(({ label, before, after }) => (
        <li key={label}>
          <p className={classes.part}>{label}</p>
          {before === null ? null : (
            <del>
              <span className="visually-hidden">{t('flow.before')} </span>
              {before}
            </del>
          )}
          {after === null ? null : (
            <ins>
              <span className="visually-hidden">{t('flow.after')} </span>
              {after}
            </ins>
          )}
        </li>
      ))}
    </ul>
  )
}
