/**
 * Errors that classify themselves reach Temporal as such: one that can't be mended (`retryable`) is not tried
 * again, and what one is for the person who must act (`issueCause`) comes along as the first detail.
 */

import { ApplicationFailure } from '@temporalio/common'
import type { ActivityInboundCallsInterceptor, ActivityInterceptors } from '@temporalio/worker'

function asFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ApplicationFailure) return error
  const nonRetryable = 'retryable' in error && error.retryable === false
  const cause = 'issueCause' in error ? error.issueCause : undefined
  if (!nonRetryable && cause === undefined) return error
  return ApplicationFailure.create({
    message: error.message,
    type: error.name === 'Error' ? error.constructor.name : error.name,
    nonRetryable,
    cause: error,
    ...(cause === undefined ? {} : { details: [cause] }),
  })
}

/** For `interceptors.activity` of a worker. */
export function classifyFailures(): ActivityInterceptors {
  const inbound: ActivityInboundCallsInterceptor = {
    async execute(input, next) {
      try {
        return await next(input)
      } catch (error) {
        throw asFailure(error)
      }
    },
  }
  return { inbound }
}
