import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../../api/session.ts'
import type { CallSummary } from '../../api/types.ts'

/** Who of us made a call by hand; nothing for calls of the AI and of customers. */
export function PlacedBy({ call, className }: { readonly call: CallSummary; readonly className?: string }) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const { placed_by: by } = call
  if (by === null) return null
  const isMine = by.person_id !== null && by.person_id === me?.id
  return (
    <span className={className}>
      {isMine ? t('call.placed_by_me') : t('call.placed_by', { name: by.name })}
    </span>
  )
}
