import { createContext, type ReactNode, useContext, useState } from 'react'
import type { TicketAction, TicketDetail } from '../../api/types.ts'
import { ActionDialog } from './action-dialog.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { RefundAccountDialog } from './refund-account-dialog.tsx'

const AskContext = createContext<(action: TicketAction) => void>(() => {})

/** Opens the dialog in which an action is confirmed. */
export const useAskFor = (): ((action: TicketAction) => void) => useContext(AskContext)

/** Holds the one dialog of the page; buttons anywhere on it open it. */
export function TicketActions({
  ticket,
  children,
}: {
  readonly ticket: TicketDetail
  readonly children: ReactNode
}) {
  const [asked, setAsked] = useState<TicketAction | null>(null)
  const close = () => setAsked(null)
  return (
    <AskContext value={setAsked}>
      {children}
      <EditDialog ticket={ticket} opened={asked === 'edit_order'} onClose={close} />
      <RefundAccountDialog ticket={ticket} opened={asked === 'set_refund_account'} onClose={close} />
      <ActionDialog ticket={ticket} action={asked} onClose={close} />
    </AskContext>
  )
}
