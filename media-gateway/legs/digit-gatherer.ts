/** A number that is dialled in: when it is complete. Pure; time is an argument. */
import type { GatherDigitsInput, GatherDigitsResult } from '../../domain/leg-operations.ts'

export type DigitRules = Pick<
  GatherDigitsInput,
  'maxDigits' | 'terminators' | 'firstDigitMs' | 'interDigitMs'
>

const FIRST_DIGIT_MS = 10_000
const INTER_DIGIT_MS = 4_000
const MAX_DIGITS = 32

/** Rules that make no sense; the same rules stay wrong. */
export class DigitRulesError extends Error {
  readonly retryable = false
}

export class DigitGatherer {
  readonly #rules: DigitRules
  #digits = ''
  #deadlineMs: number
  #result: GatherDigitsResult | undefined

  /** @throws DigitRulesError */
  constructor(rules: DigitRules, nowMs: number) {
    const { maxDigits, terminators = '' } = rules
    if (!Number.isInteger(maxDigits) || maxDigits < 1 || maxDigits > MAX_DIGITS)
      throw new DigitRulesError(`maxDigits must be 1 to ${MAX_DIGITS}`)
    if (!/^[0-9*#A-D]*$/.test(terminators))
      throw new DigitRulesError('terminators must be keys of a telephone')
    this.#rules = rules
    this.#deadlineMs = nowMs + (rules.firstDigitMs ?? FIRST_DIGIT_MS)
  }

  /** undefined while it goes on. */
  get result(): GatherDigitsResult | undefined {
    return this.#result
  }

  /** When `check` is due next. */
  get deadlineMs(): number {
    return this.#deadlineMs
  }

  digit(digit: string, nowMs: number): void {
    this.check(nowMs)
    if (this.#result !== undefined) return
    if (this.#rules.terminators?.includes(digit)) {
      this.#result = { digits: this.#digits, reason: 'terminator', terminator: digit }
      return
    }
    this.#digits += digit
    this.#deadlineMs = nowMs + (this.#rules.interDigitMs ?? INTER_DIGIT_MS)
    if (this.#digits.length >= this.#rules.maxDigits)
      this.#result = { digits: this.#digits, reason: 'max_digits' }
  }

  check(nowMs: number): void {
    if (this.#result !== undefined || nowMs < this.#deadlineMs) return
    const reason = this.#digits === '' ? 'first_digit_timeout' : 'inter_digit_timeout'
    this.#result = { digits: this.#digits, reason }
  }

  legEnded(): void {
    this.#result ??= { digits: this.#digits, reason: 'leg_ended' }
  }
}
