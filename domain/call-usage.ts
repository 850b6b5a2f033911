/** What a call takes of the services that we pay for, and what that costs. */

/** Tokens of one model. What was read from the prompt cache, and written to it, is not in `inputTokens`. */
export interface ModelUse {
  readonly model: string
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
}

/** Of one step of a call: a turn, or reading it once it is over. */
export interface CallUsage {
  readonly models: readonly ModelUse[]
  /** Sound that speech recognition was given, also what it was given twice. */
  readonly recognitionMs: number
  /** As the voice bills them. */
  readonly characters: number
}

export const NO_USAGE: CallUsage = { models: [], recognitionMs: 0, characters: 0 }

/** US dollars per million tokens. */
export interface TokenPrices {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
}

export interface ServicePrices {
  /** By name of the model; one that is not named costs nothing, and is shown so. */
  readonly models: Readonly<Record<string, TokenPrices>>
  readonly recognitionUsdPerHour: number
  readonly voiceUsdPerMillion: number
  readonly wonPerUsd: number
}

const HOUR_MS = 3_600_000
const MILLION = 1_000_000

export const addModelUse = (a: ModelUse, b: Omit<ModelUse, 'model'>): ModelUse => ({
  model: a.model,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
})

/** Each model once. */
export function addUsage(a: CallUsage, b: CallUsage): CallUsage {
  const models = new Map(a.models.map((use) => [use.model, use]))
  for (const use of b.models) {
    const before = models.get(use.model)
    models.set(use.model, before === undefined ? use : addModelUse(before, use))
  }
  return {
    models: [...models.values()],
    recognitionMs: a.recognitionMs + b.recognitionMs,
    characters: a.characters + b.characters,
  }
}

/** Won, not rounded: a turn costs fractions of one. */
export function modelCostWon(use: ModelUse, { models, wonPerUsd }: ServicePrices): number {
  const prices = models[use.model]
  if (prices === undefined) return 0
  const usd =
    use.inputTokens * prices.input +
    use.outputTokens * prices.output +
    use.cacheReadTokens * prices.cacheRead +
    use.cacheWriteTokens * prices.cacheWrite
  return (usd / MILLION) * wonPerUsd
}

/** Won, not rounded: hearing and speaking. */
export const speechCostWon = (
  { recognitionMs, characters }: Pick<CallUsage, 'recognitionMs' | 'characters'>,
  { recognitionUsdPerHour, voiceUsdPerMillion, wonPerUsd }: ServicePrices,
): number =>
  ((recognitionMs / HOUR_MS) * recognitionUsdPerHour + (characters / MILLION) * voiceUsdPerMillion) *
  wonPerUsd

/**
 * Characters of a text that Azure's voices bill: those of ideographs (hanja, kanji, hanzi) count twice, markup within
 * the voice counts as it is written.
 */
export const billedCharacters = (markup: string): number =>
  [...markup].reduce((sum, char) => sum + (/\p{Script=Han}/u.test(char) ? 2 : 1), 0)
