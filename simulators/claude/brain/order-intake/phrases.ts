/** What the order intake says, in one language. Lists are variants; one is picked by the turn. */
import type { OrderField, OrderFields } from '../../../../domain/order.ts'

export type Variants = readonly [string, ...string[]]

export interface Phrases {
  readonly acknowledged: Variants
  readonly condolence: string
  readonly begin: Variants
  readonly ask: Readonly<Record<OrderField, Variants>>
  readonly askOwnNumber: Variants
  readonly askHour: (day: string) => string
  readonly askWhichPart: string
  readonly askWhatToDo: string
  readonly readBack: (order: OrderFields, now: string, priceWon: number) => string
  /** After a correction: only what changed. */
  readonly readBackChanged: (changed: readonly OrderField[], order: OrderFields, now: string) => string
  readonly askReadBack: string
  readonly confirming: Variants
  readonly placed: string
  readonly notPlaced: string
  /** Our system is slow: the order is taken down, its confirmation follows by text. */
  readonly noted: string
  /** Our system refused: a colleague calls back. Ends the call. */
  readonly systemRefused: string
  readonly sorry: string
  readonly askAnythingElse: Variants
  readonly goOn: string
  readonly goodbyePlaced: Variants
  readonly goodbyeOpen: Variants
  readonly goodbyeCancelled: string
  readonly goodbyeWrongNumber: string
  readonly goodbyeAbuse: string
  readonly goodbyeSilence: string
  readonly goodbyeIncomplete: string
  readonly waiting: string
  /** The caller asks whether anybody is there. */
  readonly here: string
  readonly notUnderstood: Variants
  readonly repeating: string
  readonly later: string
  readonly suggestMessage: string
  readonly pastTime: string
  readonly ownNumberUnknown: string
  readonly fieldRefused: string
  readonly stillThere: Variants
  readonly warnAbuse: string
  readonly offTopic: string
  readonly cancelPlaced: string
  readonly changedPlaced: string
  readonly answers: {
    readonly price: (priceWon: number) => string
    readonly payment: string
    readonly delivery: string
    readonly edit_later: string
    readonly who_are_you: (company: string) => string
    readonly agent: string
  }
}
