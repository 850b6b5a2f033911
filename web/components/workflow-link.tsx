import { IconExternalLink } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { meQuery } from '../api/session.ts'

interface WorkflowLinkProps {
  readonly url: string | null
  readonly className: string | undefined
  readonly children: string
}

/** Link to the workflow in Temporal's Web UI, which only the owner may open. */
export function WorkflowLink({ url, className, children }: WorkflowLinkProps) {
  const { data: me } = useQuery(meQuery)
  if (url === null || me?.role !== 'admin') return null
  return (
    <a className={className} href={url} target="_blank" rel="noreferrer">
      {children}
      <IconExternalLink size={14} stroke={1.8} aria-hidden />
    </a>
  )
}
