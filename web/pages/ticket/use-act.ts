import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { actOnTicket, ticketKeys } from '../../api/tickets.ts'
import type { TicketActionRequest } from '../../api/types.ts'
import { showDone } from '../../components/notices.ts'

/**
 * Does something to a ticket. A second press after a lost answer sends the same key, so nothing happens twice;
 * a refusal makes a new key, since what follows is a new attempt.
 */
export function useAct(orderNo: string, onDone: () => void) {
  const client = useQueryClient()
  const { t } = useTranslation()
  const key = useRef(crypto.randomUUID())
  return useMutation({
    mutationFn: (body: TicketActionRequest) => actOnTicket(orderNo, body, key.current),
    onSuccess: (ticket, { action }) => {
      client.setQueryData(ticketKeys.ticket(orderNo), ticket)
      void client.invalidateQueries({ queryKey: ticketKeys.board })
      void client.invalidateQueries({ queryKey: ticketKeys.totals })
      showDone(t('ticket.dialog.done', { action: t(`ticket.action.${action}`) }))
      onDone()
    },
    onError: () => void client.invalidateQueries({ queryKey: ticketKeys.ticket(orderNo) }),
    onSettled: (_ticket, error) => {
      const answered = error === null || !('retryable' in error && error.retryable === true)
      if (answered) key.current = crypto.randomUUID()
    },
  })
}
