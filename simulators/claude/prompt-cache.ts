/**
 * The prompt cache as the API keeps it: what stands before a block marked with `cache_control` is remembered for five
 * minutes, in the order tools, system, messages, and costs a tenth when it comes again.
 */
import { createHash } from 'node:crypto'
import { blocksOf, InvalidRequestError, type MessagesRequest } from './protocol.ts'

const LIFETIME_MS = 300_000
const MAX_BREAKPOINTS = 4
/** Prompts shorter than this are not cached (API reference, "Prompt caching"); tokens. */
const SHORTEST: Readonly<Record<string, number>> = { 'claude-haiku-4-5': 4_096 }
const SHORTEST_OTHERWISE = 1_024

export interface CachedTokens {
  readonly input: number
  readonly read: number
  readonly written: number
}

interface Block {
  /** Hash of everything up to here. */
  readonly prefix: string
  /** Tokens up to here. */
  readonly tokens: number
  readonly isBreakpoint: boolean
}

export class PromptCache {
  readonly #expiry = new Map<string, number>()
  readonly #tokensOf: (text: string) => number

  constructor(tokensOf: (text: string) => number) {
    this.#tokensOf = tokensOf
  }

  /** @throws InvalidRequestError for more breakpoints than the API takes. */
  use(request: MessagesRequest, now: number): CachedTokens {
    const blocks = this.#blocksOf(request)
    const breakpoints = blocks.filter(({ isBreakpoint }) => isBreakpoint)
    if (breakpoints.length > MAX_BREAKPOINTS) {
      throw new InvalidRequestError(
        `A maximum of ${MAX_BREAKPOINTS} blocks with cache_control may be provided. Found ${breakpoints.length}.`,
      )
    }
    const total = blocks.at(-1)?.tokens ?? 0
    const last = breakpoints.at(-1)
    if (last === undefined) return { input: total, read: 0, written: 0 }
    const upToLast = blocks.slice(0, blocks.indexOf(last) + 1)
    const known = upToLast.findLast(({ prefix }) => (this.#expiry.get(prefix) ?? 0) > now)
    const shortest = SHORTEST[request.model] ?? SHORTEST_OTHERWISE
    const kept = breakpoints.filter(({ tokens }) => tokens >= shortest)
    for (const { prefix } of kept) this.#expiry.set(prefix, now + LIFETIME_MS)
    if (known !== undefined) this.#expiry.set(known.prefix, now + LIFETIME_MS)
    const read = known?.tokens ?? 0
    const written = Math.max(0, (kept.at(-1)?.tokens ?? 0) - read)
    return { input: total - read - written, read, written }
  }

  #blocksOf(request: MessagesRequest): Block[] {
    const hash = createHash('sha256').update(request.model)
    let tokens = 0
    const add = (block: object): Block => {
      const { cache_control: mark, ...content } = block as { readonly cache_control?: unknown }
      const text = JSON.stringify(content)
      tokens += this.#tokensOf(text)
      return { prefix: hash.update(text).copy().digest('hex'), tokens, isBreakpoint: mark != null }
    }
    const system =
      typeof request.system === 'string' ? [{ type: 'text', text: request.system }] : (request.system ?? [])
    return [
      ...(request.tools ?? []).map(add),
      ...system.map(add),
      ...request.messages.flatMap((message) =>
        blocksOf(message).map((block) => add({ role: message.role, ...block })),
      ),
    ]
  }
}
