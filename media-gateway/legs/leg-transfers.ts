/** What the telephone on a leg asks for by REFER, and what it is told of it (RFC 3515). */
import { type Dialog, type ReferProgress, type Replaces, readReplaces } from '../sip/index.ts'

export interface LegTransferWish {
  readonly transferId: string
  /** Digits that it gives; '' where it has none. */
  readonly number: string
  /** The call whose place the new one takes; null: there is none. */
  readonly replaces: Replaces | null
}

export class LegTransfers {
  readonly #progress = new Map<string, ReferProgress>()
  #count = 0

  /** @param onWish gets each wish that can be read; the others are refused with 603. */
  follow(dialog: Dialog, onWish: (wish: LegTransferWish) => void): void {
    dialog.onRefer(({ targetNumber: number, replaces: value }, accept) => {
      const replaces = value === null ? null : readReplaces(value)
      if (value === null ? number === '' : replaces === null) return
      const transferId = String(++this.#count)
      this.#progress.set(transferId, accept())
      onWish({ transferId, number, replaces })
    })
  }

  /** Nothing happens where it was told its end already. @param sipCode 200 and above are the last. */
  tell(transferId: string, sipCode: number): void {
    this.#progress.get(transferId)?.notify(sipCode)
    if (sipCode >= 200) this.#progress.delete(transferId)
  }
}
