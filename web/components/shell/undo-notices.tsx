import { useHotkeys } from '@mantine/hooks'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { PendingAction } from '../../api/pending-actions.ts'
import { useNow } from '../../app/clock.ts'
import { usePending, usePendingActions } from '../../app/pending.tsx'
import { showDone } from '../notices.ts'
import classes from './undo-notices.module.css'

/** What is about to happen outside, each with the moment left to take it back. */
export function UndoNotices() {
  const { t } = useTranslation()
  const pending = usePending()
  const waiting = usePendingActions().filter(({ phase }) => phase === 'waiting')
  const undo = (action: PendingAction) => {
    pending.undo(action.id)
    showDone(t('board.undo.undone', { action: t(`ticket.action.${action.action.action}`) }))
  }
  const undoLast = () => {
    const last = waiting.at(-1)
    if (last !== undefined) undo(last)
  }
  useHotkeys([
    ['u', undoLast],
    ['mod + Z', undoLast],
  ])
  return (
    <ol className={classes.notices} aria-live="polite">
      {waiting.map((action) => (
        <Notice key={action.id} action={action} onUndo={() => undo(action)} />
      ))}
    </ol>
  )
}

function Notice({ action, onUndo }: { readonly action: PendingAction; readonly onUndo: () => void }) {
  const { t } = useTranslation()
  const seconds = Math.max(1, Math.ceil((action.sendAt - useNow()) / 1000))
  const [first] = action.tickets
  const name = first?.recipient ?? first?.order_no ?? ''
  const others = action.tickets.length - 1
  const what =
    others === 0 ? t('board.undo.what_one', { name }) : t('board.undo.what_many', { name, count: others })
  return (
    <li className={classes.notice}>
      <span className={classes.ring} aria-hidden>
        <svg viewBox="0 0 24 24" aria-hidden>
          <circle cx="12" cy="12" r="9.5" />
          <circle cx="12" cy="12" r="9.5" pathLength="1" />
        </svg>
        {seconds}
      </span>
      <span className={classes.text}>
        <strong>
          {t('board.undo.waiting', { action: t(`ticket.action.${action.action.action}`), what })}
        </strong>
        <span aria-hidden>{t('board.undo.seconds', { count: seconds })}</span>
      </span>
      <button type="button" className={classes.undo} onClick={onUndo}>
        <IconArrowBackUp size={16} stroke={2} aria-hidden />
        {t('board.undo.undo')}
        <kbd aria-hidden>U</kbd>
      </button>
    </li>
  )
}
