import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TicketState } from '../../api/types.ts'
import type { ShownColumn } from './shown-columns.ts'

/** A sentence for screen readers when a ticket changes its column, which others see moving. */
export function useMoveAnnouncement(columns: readonly ShownColumn[]): string {
  const { t } = useTranslation()
  const states = useRef<ReadonlyMap<string, TicketState> | null>(null)
  const [sentence, setSentence] = useState('')
  useEffect(() => {
    const before = states.current
    const after = new Map<string, TicketState>()
    for (const column of columns)
      for (const ticket of column.tickets) after.set(ticket.order_no, column.state)
    states.current = after
    if (before === null) return
    const moved = [...after].find(([orderNo, state]) => (before.get(orderNo) ?? state) !== state)
    if (moved === undefined) return
    setSentence(t('ticket.board.announce_moved', { order: moved[0], state: t(`ticket.state.${moved[1]}`) }))
  }, [columns, t])
  return sentence
}
