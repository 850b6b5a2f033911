import type { MessagesRequest } from '../protocol.ts'

/** The system prompt as one text. */
export function systemText({ system }: MessagesRequest): string {
  if (system === undefined) return ''
  return typeof system === 'string' ? system : system.map((block) => block.text).join('\n')
}
