/** Bodies of `speech.phrase`. Azure counts time in ticks of 100 ns. */
import { randomUUID } from 'node:crypto'
import type { RecognitionContext } from './recognition-context.ts'
import type { TranscriberEvent } from './transcriber.ts'

const TICKS_PER_SAMPLE = 1250

/** 8 kHz samples in ticks of 100 ns. */
export const ticks = (samples: number): number => Math.round(samples * TICKS_PER_SAMPLE)

export type RecognitionStatus = 'Success' | 'NoMatch' | 'InitialSilenceTimeout'

export function simplePhrase(status: RecognitionStatus, text: string, from: number, to: number): object {
  const body = { Id: randomUUID().replaceAll('-', ''), RecognitionStatus: status, Channel: 0 }
  return { ...body, Offset: ticks(from), Duration: ticks(to - from), DisplayText: text }
}

/** With NBest, whose first is what was heard. */
export function detailedPhrase(
  phrase: Extract<TranscriberEvent, { type: 'phrase' }>,
  { wordTimings, wordConfidence }: Pick<RecognitionContext, 'wordTimings' | 'wordConfidence'>,
): object {
  const lexical = phrase.words.map(({ text }) => text).join(' ')
  const words = phrase.words.map(({ text, from, to, confidence }) => ({
    Word: text,
    ...(wordTimings ? { Offset: ticks(from), Duration: ticks(to - from) } : {}),
    ...(wordConfidence ? { Confidence: confidence } : {}),
  }))
  const best = {
    Confidence: phrase.confidence,
    Lexical: lexical,
    ITN: lexical,
    MaskedITN: lexical,
    Display: phrase.text,
    ...(wordTimings || wordConfidence ? { Words: words } : {}),
  }
  return { ...simplePhrase('Success', phrase.text, phrase.from, phrase.to), NBest: [best] }
}
