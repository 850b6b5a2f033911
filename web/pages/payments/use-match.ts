import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { matchDeposit, paymentKeys } from '../../api/payments.ts'
import { showDone, showProblem } from '../../components/notices.ts'

/** Gives a deposit to an order. @param onDone where a dialog shows the refusal itself. */
export function useMatch(depositId: number, onDone?: () => void) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (orderNo: string) => matchDeposit(depositId, orderNo),
    onSuccess: (_deposit, orderNo) => {
      showDone(t('payments.matched', { order_no: orderNo }))
      onDone?.()
    },
    onError: (error) => {
      if (onDone === undefined) showProblem(error, t('payments.match_refused'), t)
    },
    onSettled: () => client.invalidateQueries({ queryKey: paymentKeys.all }),
  })
}
