/** Counts what a turn takes of model, ear and voice, also what was thrown away. */
import { addUsage, type CallUsage, type ModelUse, NO_USAGE } from '../../domain/call-usage.ts'

export class Meter {
  #total: CallUsage

  /** @param earlier what an attempt that was lost had taken. */
  constructor(earlier: CallUsage = NO_USAGE) {
    this.#total = earlier
  }

  get total(): CallUsage {
    return this.#total
  }

  readonly model = (use: ModelUse): void => this.#add({ ...NO_USAGE, models: [use] })
  readonly characters = (characters: number): void => this.#add({ ...NO_USAGE, characters })
  readonly heard = (recognitionMs: number): void => this.#add({ ...NO_USAGE, recognitionMs })

  #add(usage: CallUsage): void {
    this.#total = addUsage(this.#total, usage)
  }
}
