/** A language model that is really several: who does not answer is passed over before anything was said. */
import type { Endpoints } from '../providers/endpoints.ts'
import { ModelError, toModelError } from './errors.ts'
import type { DialogueModel, ModelEvent, ModelRequest } from './model.ts'

/**
 * Within one stream another endpoint is asked as long as none has given anything; once words are out the stream fails,
 * and who asks again (knowing what was said) is led to another endpoint.
 * @example
 * const model = failoverModel(new Endpoints([{ name: 'claude-haiku-4-5', provider }], { policy, logger }))
 */
export const failoverModel = (endpoints: Endpoints<DialogueModel>): DialogueModel => ({
  stream: (request, signal) => streamFromAny(endpoints, request, signal),
})

async function* streamFromAny(
  endpoints: Endpoints<DialogueModel>,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  let failure: ModelError | null = null
  for (const endpoint of endpoints.candidates()) {
    if (!endpoint.mayAsk) continue
    const attempt = endpoint.begin()
    let begun = false
    try {
      for await (const event of endpoint.provider.stream(request, signal)) {
        begun = true
        yield event
      }
      if (!signal.aborted) attempt.succeeded()
      return
    } catch (error) {
      failure = toModelError(error)
      // What is wrong with the request is wrong everywhere, and says nothing against who refuses it.
      if (failure.ourMistake) attempt.succeeded()
      else attempt.failed(failure.retryAfterMs)
      if (begun || failure.ourMistake) throw failure
    } finally {
      // Aborted, or nobody reads on.
      attempt.released()
    }
  }
  throw failure ?? noneMayBeAsked(endpoints.waitMs)
}

const noneMayBeAsked = (waitMs: number) =>
  new ModelError('no language model may be asked: all have failed', {
    retryable: true,
    retryAfterMs: waitMs,
    outage: true,
  })
