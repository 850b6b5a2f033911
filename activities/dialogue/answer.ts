/** Answering: lets the model think and speaks sentence by sentence while it still does. */
import type { ToolCall, TurnProgress } from '../../domain/dialogue.ts'
import { toModelError } from '../claude/errors.ts'
import type { DialogueModel, ModelRequest } from '../claude/model.ts'
import { SentenceSplitter } from '../claude/sentences.ts'
import type { Speaker } from './speaker.ts'

export interface AnswerInput {
  readonly model: DialogueModel
  readonly request: ModelRequest
  /** Null: the call is over, only the tool calls are wanted. */
  readonly speaker: Speaker | null
  /** Sentences of this answer that were decided on (and perhaps said) before this attempt, in order. */
  readonly decided: readonly string[]
  /** The answer was said in full; of the model only the tool calls are wanted. */
  readonly saidInFull: boolean
  /** Said once when the model takes long. */
  readonly filler: string
  /** What is said when the model fails for good. @param outage it is known that no model answers: asking again is no use. */
  readonly faultSentences: (outage: boolean) => readonly string[]
  /** Aborts when the answer is not wanted any more; the result is then void. */
  readonly signal: AbortSignal
  readonly onProgress: (
    progress: Pick<TurnProgress, 'sentences' | 'toolCalls' | 'decided' | 'fault' | 'outage'>,
  ) => void
}

export interface Answer {
  readonly sentences: readonly string[]
  readonly toolCalls: readonly ToolCall[]
  readonly fault: boolean
  /** The fault was that no model may be asked at the moment; goodbye was said. */
  readonly outage: boolean
  /** Monotonic time of the model's first token. */
  readonly firstTokenAt: number | null
}

/** Tries before the caller is told that something is wrong, and the time after which no other is begun. */
const MODEL_ATTEMPTS = 3
const MODEL_LIMIT_MS = 9_000
const RETRY_DELAY_MS = 250
/** Silence after the caller's turn that is bridged by a filler. */
const FILLER_AFTER_MS = 2_500

/** Does not wait for the speech to be queued: call `speaker.finish`. */
export async function answer(input: AnswerInput): Promise<Answer> {
  const sentences = [...input.decided]
  let firstTokenAt: number | null = null
  const startedAt = performance.now()
  const report = (toolCalls: readonly ToolCall[], decided: boolean, fault: boolean, outage = false) =>
    input.onProgress({ sentences: [...sentences], toolCalls, decided, fault, outage })
  const say = (text: string) => {
    sentences.push(text)
    report([], false, false)
    input.speaker?.say(text)
  }
  for (const sentence of input.decided) input.speaker?.say(sentence)
  const filler = setTimeout(() => {
    if (sentences.length === 0 && !input.signal.aborted && input.speaker !== null) say(input.filler)
  }, FILLER_AFTER_MS)
  input.signal.addEventListener('abort', () => clearTimeout(filler), { once: true })
  /** Sentences of the model that are out already. */
  const modelled = () => sentences.filter((sentence) => sentence !== input.filler).length

  for (let attempt = 1; ; attempt++) {
    try {
      const outcome = await generate(input, modelled(), say, () => {
        firstTokenAt ??= performance.now()
      })
      clearTimeout(filler)
      report(outcome.toolCalls, true, false)
      return { sentences, ...outcome, fault: false, outage: false, firstTokenAt }
    } catch (error) {
      input.signal.throwIfAborted()
      const failure = toModelError(error)
      const waitMs = Math.max(RETRY_DELAY_MS * attempt, failure.retryAfterMs ?? 0)
      const inTime = performance.now() - startedAt + waitMs < MODEL_LIMIT_MS
      if (failure.retryable && attempt < MODEL_ATTEMPTS && inTime) {
        await new Promise((resolve) => setTimeout(resolve, waitMs))
        continue
      }
      clearTimeout(filler)
      const { outage } = failure
      if (!input.saidInFull) for (const sentence of input.faultSentences(outage)) say(sentence)
      report([], true, true, outage)
      return {
        sentences,
        toolCalls: [],
        fault: true,
        outage,
        firstTokenAt,
      }
    }
  }
}

/** @param skip sentences of this answer that are out already. */
async function generate(
  input: AnswerInput,
  skip: number,
  say: (text: string) => void,
  onToken: () => void,
): Promise<{ toolCalls: readonly ToolCall[] }> {
  const splitter = new SentenceSplitter()
  const toolCalls: ToolCall[] = []
  let index = 0
  const speak = (texts: readonly string[]) => {
    for (const text of texts) if (index++ >= skip && !input.saidInFull) say(text)
  }
  for await (const event of input.model.stream(input.request, input.signal)) {
    switch (event.type) {
      case 'text':
        onToken()
        speak(splitter.push(event.text))
        break
      case 'tool':
        onToken()
        toolCalls.push(event.call)
        break
      case 'done':
        break
    }
  }
  input.signal.throwIfAborted()
  speak(splitter.end())
  return { toolCalls }
}
