import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { ProblemPanel } from './problem-panel.tsx'

/** A page that failed while it loaded or was drawn. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <ProblemPanel
      error={error}
      onRetry={() => {
        reset()
        void router.invalidate()
      }}
    />
  )
}
