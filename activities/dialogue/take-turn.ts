/** One turn of a dialogue on one leg, as an activity takes it: the leg is leased, and let go as it was found. */
import type { TakeTurnInput, TakeTurnResult } from '../../domain/dialogue.ts'
import { mediaSocketToken } from '../../domain/media-socket-token.ts'
import { SPEECH_LANGUAGES } from '../speech/languages.ts'
import { flowOf } from './flows.ts'
import { withTaskReports } from './task-reports.ts'
import { Turn, type TurnDependencies, type TurnHost } from './turn.ts'

/**
 * @throws MediaSocketError, SpeechError (`retryable` says whether another attempt may help), or the
 * reason of `host.signal`.
 */
export async function takeTurn(
  deps: TurnDependencies,
  input: TakeTurnInput,
  host: TurnHost,
): Promise<TakeTurnResult> {
  const lease = deps.sessions.acquire({
    url: input.mediaSocketUrl,
    legId: input.legId,
    token: mediaSocketToken(deps.secret, input.legId),
    cursor: input.cursor,
    language: SPEECH_LANGUAGES[input.context.language],
    ...(flowOf(input.context).weCalled ? {} : { identifies: Object.values(SPEECH_LANGUAGES) }),
    recognizer: deps.recognizer,
    logger: deps.logger,
  })
  let reusable = false
  try {
    const signal = AbortSignal.any([host.signal, lease.superseded])
    await lease.session.attached(signal)
    lease.session.beginTurn(input.context.language)
    const model = input.context.flow === 'outbound_request' ? withTaskReports(deps.model) : deps.model
    const result = await new Turn({ ...deps, model }, input, { ...host, signal }, lease.session).run()
    reusable = true
    lease.session.endTurn()
    return result
  } finally {
    lease.release(reusable)
  }
}
