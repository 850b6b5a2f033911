import type { Campaign } from '../../api/types.ts'
import classes from './progress-bar.module.css'

/** In the order in which the bar shows them; who waits is its empty rest. */
export const PARTS = ['done', 'calling', 'not_called'] as const

/** How far the list is worked through. A picture: the figures stand beside it. */
export function ProgressBar({
  counts,
  tall = false,
}: {
  readonly counts: Campaign['counts']
  readonly tall?: boolean
}) {
  return (
    <span className={classes.bar} data-tall={tall || undefined} aria-hidden>
      {PARTS.map((part) => (
        <i
          key={part}
          data-part={part}
          style={{ width: `${(counts[part] / Math.max(1, counts.total)) * 100}%` }}
        />
      ))}
    </span>
  )
}
