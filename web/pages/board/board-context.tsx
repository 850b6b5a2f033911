import { createContext, useContext } from 'react'
import type { PendingAction } from '../../api/pending-actions.ts'
import type { TicketAction, TicketState, TicketSummary } from '../../api/types.ts'

/** Actions that the board offers; edits and those that need evidence are the ticket page's affair. */
export const BOARD_ACTIONS = ['retry_step', 'confirm_order', 'raise_issue', 'cancel'] as const
export type BoardAction = (typeof BOARD_ACTIONS)[number]

export const actionsOf = (ticket: TicketSummary): readonly BoardAction[] =>
  BOARD_ACTIONS.filter((action: TicketAction) => ticket.quick_actions.includes(action))

/** What cards and columns share. */
export interface BoardControls {
  readonly chosen: ReadonlySet<string>
  readonly toggle: (orderNo: string, range: boolean) => void
  readonly toggleAll: (state: TicketState) => void
  /** The card whose menu is open. */
  readonly menuOf: string | null
  readonly openMenu: (orderNo: string | null) => void
  /** Asks for what the action needs, then lets it wait its moment. */
  readonly ask: (action: BoardAction, tickets: readonly TicketSummary[]) => void
  readonly pendingOf: (orderNo: string) => PendingAction | undefined
  /** The card that Tab reaches in its column. */
  readonly current: string | null
  /** Cards can be picked up: there is another column beside. */
  readonly canDrag: boolean
}

const ControlsContext = createContext<BoardControls | null>(null)
export const BoardControlsProvider = ControlsContext.Provider

export function useBoardControls(): BoardControls {
  const controls = useContext(ControlsContext)
  if (controls === null) throw new Error('no board above')
  return controls
}
