/** Why a step of a ticket failed: said by the step itself, or found beneath the SDK's wrappers. */
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow'
import { type IssueCause, readIssueCause } from '../domain/issue-cause.ts'

/** Fails the step without another try: a person must decide. @param reason Korean. */
export function giveUp(reason: string, cause?: IssueCause): never {
  throw ApplicationFailure.nonRetryable(reason, 'StepRefused', ...(cause === undefined ? [] : [cause]))
}

const TIMEOUT_TEXT = '제한 시간 안에 끝나지 않았습니다.'

/** What really went wrong: a sentence, and the same as a code for readers of other languages. */
export function failureOf(error: unknown): { readonly text: string; readonly cause: IssueCause } {
  const root = error instanceof ActivityFailure ? error.cause : error
  if (root instanceof TimeoutFailure) return { text: TIMEOUT_TEXT, cause: { code: 'timeout' } }
  const text = root instanceof Error ? root.message : String(root)
  const told = root instanceof ApplicationFailure ? readIssueCause(root.details?.[0]) : undefined
  return { text, cause: told ?? { code: 'step_failed', params: { detail: text } } }
}
