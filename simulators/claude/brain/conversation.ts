/** Reads the messages of a request as a conversation on the telephone. */
import { z } from 'zod'
import { EMPTY_ORDER, ORDER_FIELDS, type OrderField, type OrderFields } from '../../../domain/order.ts'
import { TALK_LANGUAGES, type TalkLanguage } from '../../../domain/talk-language.ts'
import { readPicture } from '../eye.ts'
import { blocksOf, type ContentBlock, type MessagesRequest } from '../protocol.ts'

/** An order in `<state>` or in the result of a look-up, as our own side shows it. */
export const knownOrderSchema = z
  .looseObject({
    order_no: z.string(),
    recipient: z.string().nullable().default(null),
    hall: z.string().nullable().default(null),
    progress: z.string().default(''),
    in_words: z.string().default(''),
    delivered: z.boolean().default(false),
    photo: z.boolean().default(false),
  })
  .transform(({ order_no, in_words, recipient, hall, progress, delivered, photo }) => ({
    orderNo: order_no,
    recipient,
    hall,
    progress,
    inWords: in_words,
    delivered,
    photo,
  }))
export type KnownOrder = z.infer<typeof knownOrderSchema>

/** Something that was heard badly, and how it is read back. */
export const readBackSchema = z.object({ field: z.enum(ORDER_FIELDS), value: z.string(), say: z.string() })
export type ReadBack = z.infer<typeof readBackSchema>

const stateSchema = z.object({
  now: z.string(),
  company: z.string().default(''),
  caller_number: z.string().default(''),
  price_won: z.number().default(0),
  order: z.record(z.string(), z.string().nullable()).default({}),
  missing: z.array(z.string()).default([]),
  language: z.enum(TALK_LANGUAGES).default('ko'),
  medium: z.enum(['voice', 'text']).default('voice'),
  placed_as: z.string().nullable().default(null),
  orders: z.array(knownOrderSchema).default([]),
  maybe_same_as: knownOrderSchema.nullable().default(null),
  unsure: z.array(readBackSchema).default([]),
})

/** The `<state>` block of the newest message. */
export interface CallState {
  readonly now: string
  readonly company: string
  readonly callerNumber: string
  readonly priceWon: number
  readonly order: OrderFields
  readonly language: TalkLanguage
  /** Spoken on the telephone, or written in a chat. */
  readonly medium: 'voice' | 'text'
  /** Number of the order once it is placed. */
  readonly placedAs: string | null
  /** What the customer, who is verified, has ordered. */
  readonly orders: readonly KnownOrder[]
  /** The order being told may be this one. */
  readonly maybeSameAs: KnownOrder | null
  /** Heard badly, and not agreed to yet. */
  readonly unsure: readonly ReadBack[]
}

/** A picture in a message. */
export interface SentPicture {
  readonly id: string
  /** What can be read in it; null: nothing, or it never came. */
  readonly text: string | null
}

export interface ToolOutcome {
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
  readonly ok: boolean
  readonly content: string
}

export type ConversationTurn =
  | {
      readonly role: 'caller'
      /** Null when nobody spoke. */
      readonly words: string | null
      readonly silent: boolean
      readonly outcomes: readonly ToolOutcome[]
      readonly pictures: readonly SentPicture[]
    }
  | { readonly role: 'assistant'; readonly text: string; readonly tools: readonly string[] }

export interface Conversation {
  readonly state: CallState
  readonly turns: readonly ConversationTurn[]
}

const STATE = /<state>([\s\S]*?)<\/state>/
const CALLER = /<caller>([\s\S]*?)<\/caller>/g

/** @returns undefined when no `<state>` is in the newest message. */
export function readConversation(request: MessagesRequest): Conversation | undefined {
  const calls = new Map<string, { name: string; input: Readonly<Record<string, unknown>> }>()
  const turns = request.messages.map((message): ConversationTurn => {
    const blocks = blocksOf(message)
    if (message.role === 'assistant') {
      for (const block of blocks)
        if (block.type === 'tool_use') calls.set(block.id, { name: block.name, input: block.input })
      return {
        role: 'assistant',
        text: textOf(blocks),
        tools: blocks.flatMap((b) => (b.type === 'tool_use' ? [b.name] : [])),
      }
    }
    return callerTurn(blocks, calls)
  })
  const newest = request.messages.at(-1)
  const state = newest === undefined ? undefined : readState(textOf(blocksOf(newest)))
  return state === undefined ? undefined : { state, turns }
}

function callerTurn(
  blocks: readonly ContentBlock[],
  calls: ReadonlyMap<string, { name: string; input: Readonly<Record<string, unknown>> }>,
): ConversationTurn {
  const text = textOf(blocks)
  const words = [...text.matchAll(CALLER)]
    .map((match) => (match[1] ?? '').trim())
    .filter((part) => part !== '')
  const outcomes = blocks.flatMap((block): ToolOutcome[] => {
    if (block.type !== 'tool_result') return []
    const call = calls.get(block.tool_use_id)
    const content =
      typeof block.content === 'string' ? block.content : (block.content ?? []).map((b) => b.text).join('\n')
    return [{ name: call?.name ?? '', input: call?.input ?? {}, ok: block.is_error !== true, content }]
  })
  return {
    role: 'caller',
    words: words.length === 0 ? null : words.join(' '),
    silent: text.includes('<silence/>'),
    outcomes,
    pictures: picturesOf(blocks),
  }
}

const PHOTO = /<photo id="([^"]*)"([^>]*)\/>/

/** A note stands before each picture; one without a picture after it never came, unless it was shown earlier. */
function picturesOf(blocks: readonly ContentBlock[]): SentPicture[] {
  return blocks.flatMap((block, index): SentPicture[] => {
    const note = block.type === 'text' ? PHOTO.exec(block.text) : null
    if (note === null || note[2]?.includes('seen=') === true) return []
    const next = blocks[index + 1]
    const text = next?.type === 'image' ? (readPicture(next)?.text ?? null) : null
    return [{ id: note[1] ?? '', text }]
  })
}

function textOf(blocks: readonly ContentBlock[]): string {
  return blocks
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n')
    .trim()
}

function readState(text: string): CallState | undefined {
  const json = STATE.exec(text)?.[1]
  if (json === undefined) return undefined
  const parsed = stateSchema.safeParse(parseJson(json))
  if (!parsed.success) return undefined
  const {
    now,
    company,
    caller_number,
    price_won,
    language,
    medium,
    placed_as,
    orders,
    maybe_same_as,
    unsure,
  } = parsed.data
  const known = Object.entries(parsed.data.order).filter((entry): entry is [OrderField, string | null] =>
    (ORDER_FIELDS as readonly string[]).includes(entry[0]),
  )
  const order = { ...EMPTY_ORDER, ...Object.fromEntries(known) }
  return {
    now,
    company,
    callerNumber: caller_number.replaceAll(/\D/g, ''),
    priceWon: price_won,
    order,
    language,
    medium,
    placedAs: placed_as,
    orders,
    maybeSameAs: maybe_same_as,
    unsure,
  }
}

/** Undefined for text that is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
