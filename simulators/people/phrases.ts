/** The kinds of things people say; each language has its own words for them. */
import type { OrderField } from '../../domain/order.ts'
import type { Persona } from './persona.ts'

/** Ways to tell a fact: the plain answer first, then others for who did not understand it. */
export type Tellings = readonly [(value: string) => string, ...((value: string) => string)[]]

export interface PersonPhrases {
  readonly openings: Readonly<Record<Persona['goal'], string>>
  /** Of who wants a wreath and sends the picture of an obituary notice along. */
  readonly openingWithNotice: string
  readonly tell: Readonly<Record<OrderField, Tellings>>
  /** The number of this very phone. */
  readonly tellOwnNumber: Tellings
  readonly correct: Readonly<Record<OrderField, (value: string) => string>>
  /** The shortest yes. */
  readonly yes: string
  readonly no: string
  readonly noticed: string
  readonly allRight: readonly string[]
  readonly agree: readonly string[]
  readonly notOwnNumber: string
  readonly dontKnow: readonly string[]
  readonly nothingMore: readonly string[]
  readonly thanks: string
  readonly goodbye: readonly string[]
  readonly pardon: readonly string[]
  readonly stillHere: string
  /** When called. */
  readonly hello: string
  readonly anybodyThere: readonly string[]
}
