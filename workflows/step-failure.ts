/** Why a step of a ticket failed: said by the step itself, or found beneath the SDK's wrappers. */
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow'
import { type IssueCause, readIssueCause } from '../domain/issue-cause.ts'
import type { IssueEvidence } from '../domain/ticket-states.ts'

/**
 * Fails the step without another try: a person must decide.
 * @param reason Korean.
 * @param evidence what they will want to see.
 */
export function giveUp(reason: string, cause?: IssueCause, evidence: readonly IssueEvidence[] = []): never {
  const details = cause === undefined ? [] : evidence.length === 0 ? [cause] : [cause, evidence]
  throw ApplicationFailure.nonRetryable(reason, 'StepRefused', ...details)
}

const TIMEOUT_TEXT = '제한 시간 안에 끝나지 않았습니다.'

/** What a person is told of a step that failed. */
export interface StepFailure {
  readonly text: string
  readonly cause: IssueCause
  readonly evidence: readonly IssueEvidence[]
}

/** What really went wrong: a sentence, and the same as a code for readers of other languages. */
export function failureOf(error: unknown): StepFailure {
  const root = error instanceof ActivityFailure ? error.cause : error
  if (root instanceof TimeoutFailure) return { text: TIMEOUT_TEXT, cause: { code: 'timeout' }, evidence: [] }
  const text = root instanceof Error ? root.message : String(root)
  const [cause, evidence] = root instanceof ApplicationFailure ? (root.details ?? []) : []
  return {
    text,
    cause: readIssueCause(cause) ?? { code: 'step_failed', params: { detail: text } },
    evidence: Array.isArray(evidence) ? (evidence as IssueEvidence[]) : [],
  }
}
