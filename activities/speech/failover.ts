/** Speech services of several regions as one: who fails is passed over. */
import type { Endpoints } from '../providers/endpoints.ts'
import {
  type RecognitionOptions,
  type RecognitionStream,
  type SpeakInput,
  SpeechError,
  type SpeechRecognizer,
  type SpeechVoice,
} from './ports.ts'

/**
 * A stream stays with the region it was opened at; when it dies its owner opens another one (`onFailure`), which goes
 * elsewhere. A call can't go on without ears: where every region has failed, the one that rests least is asked anyway.
 */
export const failoverRecognizer = (endpoints: Endpoints<SpeechRecognizer>): SpeechRecognizer => ({
  open: (options) => openAnywhere(endpoints, options),
})

function openAnywhere(
  endpoints: Endpoints<SpeechRecognizer>,
  options: RecognitionOptions,
): RecognitionStream {
  const endpoint = endpoints.leastBad()
  if (endpoint === null) throw new SpeechError('no speech recognition is configured', { retryable: false })
  const attempt = endpoint.begin()
  let worked = false
  const works = () => {
    worked = true
    attempt.succeeded()
  }
  try {
    const stream = endpoint.provider.open({
      ...options,
      onHypothesis: (speech) => {
        works()
        options.onHypothesis(speech)
      },
      onFinal: (speech) => {
        works()
        options.onFinal(speech)
      },
      onFailure: (error) => {
        // The attempt of a stream that worked is over: that it broke is told by another one.
        const broken = worked ? endpoint.begin() : attempt
        broken.failed()
        options.onFailure(error)
      },
    })
    return {
      push: (audio) => stream.push(audio),
      close: () => {
        attempt.released()
        stream.close()
      },
    }
  } catch (error) {
    attempt.failed()
    throw error
  }
}

/** Another region speaks a sentence of which nothing was heard yet; a sentence that breaks off fails. */
export const failoverVoice = (endpoints: Endpoints<SpeechVoice>): SpeechVoice => ({
  speak: (input, signal) => speakAnywhere(endpoints, input, signal),
  close: () => {
    for (const { provider } of endpoints.all) provider.close()
  },
})

async function* speakAnywhere(
  endpoints: Endpoints<SpeechVoice>,
  input: SpeakInput,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let failure: unknown = null
  for (const endpoint of endpoints.candidates()) {
    if (!endpoint.mayAsk) continue
    const attempt = endpoint.begin()
    let begun = false
    try {
      for await (const chunk of endpoint.provider.speak(input, signal)) {
        begun = true
        yield chunk
      }
      if (!signal.aborted) attempt.succeeded()
      return
    } catch (error) {
      failure = error
      attempt.failed()
      if (begun) throw error
    } finally {
      attempt.released()
    }
  }
  throw failure ?? new SpeechError('no voice may be asked: all have failed', { retryable: true })
}
