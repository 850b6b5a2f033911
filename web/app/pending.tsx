import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { applyToBoards } from '../api/live-boards.ts'
import { type BulkAnswer, type PendingAction, PendingActions } from '../api/pending-actions.ts'
import { ticketKeys } from '../api/tickets.ts'
import { BulkResultDialog } from '../components/bulk-result-dialog.tsx'
import { showDone, showProblem, showRefusal } from '../components/notices.ts'

const PendingContext = createContext<PendingActions | null>(null)
const nothing = () => () => {}
const NONE: readonly PendingAction[] = []

/** Keeps actions that wait to be sent, wherever in the app their person goes meanwhile, and tells their answers. */
export function PendingProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const { t } = useTranslation()
  const [actions] = useState(() => new PendingActions(window))
  const [answer, setAnswer] = useState<BulkAnswer | null>(null)
  useEffect(
    () =>
      actions.start({
        onAnswer: (action, result) => {
          for (const { ticket } of result.results) if (ticket !== null) applyToBoards(client, ticket)
          void client.invalidateQueries({ queryKey: ticketKeys.totals })
          for (const { order_no } of result.results)
            void client.invalidateQueries({ queryKey: ticketKeys.ticket(order_no) })
          const name = t(`ticket.action.${action.action.action}`)
          const refused = result.results.filter(({ done }) => !done)
          const [only] = refused
          if (only === undefined) {
            showDone(
              result.results.length === 1
                ? t('ticket.dialog.done', { action: name })
                : t('board.result.all_done', { action: name, count: result.results.length }),
            )
          } else if (result.results.length === 1) {
            showRefusal(t('ticket.dialog.refused', { action: name }), only.detail ?? t('problem.conflict'))
          } else setAnswer({ action, result })
        },
        onFailure: (action, error) =>
          showProblem(
            error,
            t('board.result.unknown', { action: t(`ticket.action.${action.action.action}`) }),
            t,
          ),
      }),
    [actions, client, t],
  )
  return (
    <PendingContext value={actions}>
      {children}
      <BulkResultDialog answer={answer} onClose={() => setAnswer(null)} />
    </PendingContext>
  )
}

/** What waits or is on its way, the oldest first. */
export function usePendingActions(): readonly PendingAction[] {
  const actions = useContext(PendingContext)
  return useSyncExternalStore(actions?.subscribe ?? nothing, actions?.list ?? (() => NONE))
}

/** Asks for an action, or takes one back. */
export function usePending(): PendingActions {
  const actions = useContext(PendingContext)
  if (actions === null) throw new Error('no PendingProvider above')
  return actions
}
