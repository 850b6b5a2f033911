import type { TranscriptLine } from '../../api/types.ts'

/** How fast our side answered in one call; null without an answer that was measured. */
export interface AnswerFigures {
  readonly answers: number
  readonly medianMs: number
  readonly worstMs: number
  readonly eachMs: readonly number[]
}

export function answerFigures(transcript: readonly TranscriptLine[]): AnswerFigures | null {
  const eachMs = transcript.flatMap((line) => (line.latency_ms === null ? [] : [line.latency_ms]))
  if (eachMs.length === 0) return null
  const sorted = [...eachMs].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const low = sorted[Math.ceil(middle) - 1] ?? 0
  const high = sorted[Math.floor(middle)] ?? low
  return {
    answers: eachMs.length,
    medianMs: Math.round((low + high) / 2),
    worstMs: sorted.at(-1) ?? 0,
    eachMs,
  }
}
