/** What a flow of the brain is given and what it answers. */
import type { MessagesRequest } from '../protocol.ts'

export interface ToolUse {
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
}

export interface Answer {
  /** Spoken or written; may be empty when tools say it all. */
  readonly text: string
  readonly toolUses: readonly ToolUse[]
}

/** A flow sees nothing but the request; the same request gets the same answer. */
export type Flow = (request: MessagesRequest) => Answer
