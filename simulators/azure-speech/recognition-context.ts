/** What a client asks of recognition, from the body of `speech.context` and the address. */
import { z } from 'zod'

export interface RecognitionContext {
  /** One phrase only (recognizeOnceAsync), or phrase after phrase until the audio ends. */
  readonly single: boolean
  readonly detailed: boolean
  readonly wordTimings: boolean
  /** Each word tells how surely it was heard; only who asks for it is told. */
  readonly wordConfidence: boolean
  readonly segmentationSilenceMs: number | undefined
  readonly initialSilenceMs: number | undefined
  /** Locales of which one is spoken; empty: the client knows which. */
  readonly languages: readonly string[]
}

const milliseconds = z.coerce.number().min(0).optional()
const segmentation = z
  .looseObject({ segmentation: z.looseObject({ segmentationSilenceTimeoutMs: milliseconds }).optional() })
  .optional()

const contextSchema = z.looseObject({
  languageId: z
    .looseObject({
      mode: z.enum(['DetectAtAudioStart', 'DetectContinuous']),
      languages: z.array(z.string()).min(1).max(10),
    })
    .optional(),
  phraseDetection: z
    .looseObject({
      mode: z.string().optional(),
      initialSilenceTimeout: milliseconds,
      trailingSilenceTimeout: milliseconds,
      interactive: segmentation,
      conversation: segmentation,
      dictation: segmentation,
    })
    .optional(),
  phraseOutput: z
    .looseObject({
      format: z.string().optional(),
      detailed: z.looseObject({ options: z.array(z.string()).optional() }).optional(),
    })
    .optional(),
})

/** @throws ZodError for a context that is not what the SDK sends. */
export function readRecognitionContext(body: string, query: URLSearchParams): RecognitionContext {
  const { phraseDetection, phraseOutput, languageId } = contextSchema.parse(
    body === '' ? {} : JSON.parse(body),
  )
  const mode = phraseDetection?.mode?.toLowerCase() ?? 'conversation'
  const modes = [phraseDetection?.interactive, phraseDetection?.conversation, phraseDetection?.dictation]
  const wordTimings = phraseOutput?.detailed?.options?.some((option) => /wordtimings/i.test(option)) ?? false
  return {
    single: mode === 'interactive',
    detailed:
      phraseOutput?.format?.toLowerCase() === 'detailed' ||
      query.get('format')?.toLowerCase() === 'detailed' ||
      wordTimings,
    wordTimings,
    wordConfidence: query.get('wordLevelConfidence')?.toLowerCase() === 'true',
    segmentationSilenceMs:
      modes.map((m) => m?.segmentation?.segmentationSilenceTimeoutMs).find((ms) => ms !== undefined) ??
      phraseDetection?.trailingSilenceTimeout,
    initialSilenceMs: phraseDetection?.initialSilenceTimeout,
    languages: languageId?.languages ?? [],
  }
}
