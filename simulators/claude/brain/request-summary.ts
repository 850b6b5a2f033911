/** Task `request_summary`: what a requested call brought, from what is known of its questions. */
import { z } from 'zod'
import { blocksOf, type MessagesRequest } from '../protocol.ts'
import type { Answer } from './answer.ts'
import { parseJson } from './conversation.ts'

const REQUEST = /<request>([\s\S]*?)<\/request>/
const requestSchema = z.object({
  purpose: z.string(),
  questions: z.array(z.object({ text: z.string(), status: z.string(), answer: z.string().nullable() })),
})
const OPEN: Readonly<Record<string, string>> = { refused: '답변 거절', unclear: '불분명' }

export function requestSummary({ messages }: MessagesRequest): Answer {
  const newest = messages.at(-1)
  const text = (newest === undefined ? [] : blocksOf(newest))
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n')
  const request = requestSchema.safeParse(parseJson(REQUEST.exec(text)?.[1] ?? ''))
  if (!request.success) return { text: '', toolUses: [] }
  const { purpose, questions } = request.data
  const found = questions.map(
    ({ text: question, status, answer }) => `${question}: ${answer ?? OPEN[status] ?? '확인하지 못함'}`,
  )
  return { text: `${purpose} 건으로 통화했다. ${found.join(', ')}.`, toolUses: [] }
}
