import type { CallSummary } from '../../api/types.ts'
import { useNow } from '../../app/clock.ts'
import { formatDuration } from '../../format/time.ts'

/** How long a call lasted, or has lasted so far. */
export function CallLength({ call }: { readonly call: CallSummary }) {
  if (call.state === 'live' && call.answered_at !== null) return <Running since={call.answered_at} />
  return <>{call.duration_seconds === null ? '–' : formatDuration(call.duration_seconds)}</>
}

function Running({ since }: { readonly since: string }) {
  const seconds = (useNow() - Date.parse(since)) / 1000
  return <span role="timer">{formatDuration(seconds)}</span>
}
