/** The `<state>` of a call to the vendor, and what was said so far. */
import { z } from 'zod'
import { blocksOf, type MessagesRequest } from '../../protocol.ts'

const spelled = z.object({ value: z.string(), spoken: z.string() })
const stateSchema = z.object({
  now: z.string().default(''),
  company: z.string().default(''),
  task: z.enum(['place', 'edit', 'cancel', 'status']),
  reference: spelled,
  order_number: spelled.nullable().default(null),
  order: z.record(z.string(), spelled).default({}),
  changes: z.record(z.string(), spelled).default({}),
  price_won: z.number().default(0),
})
export type VendorState = z.infer<typeof stateSchema>

export interface VendorTalk {
  readonly state: VendorState
  /** What we said, oldest first. */
  readonly ours: readonly string[]
  /** What the clerk said just now; null: nothing. */
  readonly words: string | null
}

const STATE = /<state>([\s\S]*?)<\/state>/
const CALLER = /<caller>([\s\S]*?)<\/caller>/

/** @returns undefined when the newest message holds no state of this flow. */
export function readVendorTalk(request: MessagesRequest): VendorTalk | undefined {
  const texts = request.messages.map((message) => ({
    role: message.role,
    text: blocksOf(message)
      .flatMap((block) => (block.type === 'text' ? [block.text] : []))
      .join('\n'),
  }))
  const newest = texts.at(-1)?.text ?? ''
  const parsed = stateSchema.safeParse(parse(STATE.exec(newest)?.[1] ?? ''))
  if (!parsed.success) return undefined
  return {
    state: parsed.data,
    ours: texts.filter(({ role }) => role === 'assistant').map(({ text }) => text),
    words: CALLER.exec(newest)?.[1]?.trim() ?? null,
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
