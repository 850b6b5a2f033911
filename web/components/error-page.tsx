import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { startAnewIfOutdated } from '../app/follow-updates.ts'
import { ProblemPanel } from './problem-panel.tsx'

/** A page that failed while it loaded or was drawn. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  useEffect(startAnewIfOutdated, [])
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
