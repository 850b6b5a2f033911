import { useTranslation } from 'react-i18next'
import type { TicketState } from '../../api/types.ts'
import classes from './drag.module.css'
import { useLifted } from './drag.tsx'
import { dropAllOn } from './drop-rules.ts'

/** While a card is held: what dropping it on this column does, or why it can't be. */
export function DropHint({ state }: { readonly state: TicketState }) {
  const { t } = useTranslation()
  const lifted = useLifted()
  if (lifted.length === 0) return null
  const drop = dropAllOn(lifted, state)
  if (drop.kind === 'stay') return null
  return (
    <div className={classes.hint} data-kind={drop.kind} aria-hidden>
      <p className={classes.what}>
        {drop.kind === 'action' ? t(`ticket.action.${drop.action}`) : t(`board.drop.why.${drop.why}`)}
      </p>
    </div>
  )
}
