/** Errors that classify themselves (`retryable`) reach Temporal as such: one that can't be mended is not tried again. */

import { ApplicationFailure } from '@temporalio/common'
import type { ActivityInboundCallsInterceptor, ActivityInterceptors } from '@temporalio/worker'

function asFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ApplicationFailure) return error
  if (!('retryable' in error) || error.retryable !== false) return error
  return ApplicationFailure.create({
    message: error.message,
    type: error.name === 'Error' ? error.constructor.name : error.name,
    nonRetryable: true,
    cause: error,
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
