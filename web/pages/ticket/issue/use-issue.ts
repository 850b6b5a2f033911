import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { acknowledgeIssue, commentOnIssue, handleIssue, issueKeys } from '../../../api/issues.ts'
import type { IssueDetail, IssueHandlingRequest, OrderIssues } from '../../../api/types.ts'
import { showProblem } from '../../../components/notices.ts'

/** Puts what the API answered in the place of what was known. */
function useKeep() {
  const client = useQueryClient()
  return (issue: IssueDetail) => {
    client.setQueryData<OrderIssues>(
      issueKeys.ofOrder(issue.order_no),
      (known) => known && { issues: known.issues.map((one) => (one.id === issue.id ? issue : one)) },
    )
    void client.invalidateQueries({ queryKey: issueKeys.lists })
    void client.invalidateQueries({ queryKey: issueKeys.counts })
  }
}

/** Who looks after an Issue and until when. */
export function useHandling(id: string) {
  const keep = useKeep()
  const { t } = useTranslation()
  return useMutation({
    mutationFn: (body: IssueHandlingRequest) => handleIssue(id, body),
    onSuccess: keep,
    onError: (error) => showProblem(error, t('issue.assignee.label'), t),
  })
}

/** Somebody has seen it. */
export function useAcknowledge(id: string) {
  const keep = useKeep()
  const { t } = useTranslation()
  return useMutation({
    mutationFn: () => acknowledgeIssue(id),
    onSuccess: keep,
    onError: (error) => showProblem(error, t('issue.seen.acknowledge'), t),
  })
}

export function useComment(id: string, onDone: () => void) {
  const keep = useKeep()
  return useMutation({
    mutationFn: (text: string) => commentOnIssue(id, text),
    onSuccess: (issue) => {
      keep(issue)
      onDone()
    },
  })
}
