import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { cancelOutbound, outboundKeys, retryOutbound } from '../../api/outbound.ts'
import { ApiError } from '../../api/problem.ts'
import { showDone, showProblem, showRefusal } from '../../components/notices.ts'
import { knownRefusal } from './refusals.ts'

/** Calls a request off or has it made again, and says what came of it. */
export function useOutboundAct(id: string) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const failed = (title: string) => (error: unknown) => {
    const known = error instanceof ApiError ? knownRefusal(error.problem) : null
    if (known === null) showProblem(error, title, t)
    else showRefusal(title, t(`outbound.error.${known}`))
  }
  const settled = () =>
    Promise.all(
      [outboundKeys.lists, outboundKeys.stats, outboundKeys.one(id)].map((queryKey) =>
        client.invalidateQueries({ queryKey }),
      ),
    )
  const cancel = useMutation({
    mutationFn: () => cancelOutbound(id),
    onSuccess: () => showDone(t('outbound.cancelled')),
    onError: failed(t('outbound.cancel')),
    onSettled: settled,
  })
  const retry = useMutation({
    mutationFn: () => retryOutbound(id),
    onSuccess: () => showDone(t('outbound.retried')),
    onError: failed(t('outbound.retry')),
    onSettled: settled,
  })
  return { cancel, retry }
}
