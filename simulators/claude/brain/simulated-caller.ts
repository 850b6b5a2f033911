/** Task `simulated_caller`: plays a person who phones, by the rules of simulated people, from the persona in the prompt. */
import { z } from 'zod'
import { RuleMind } from '../../people/caller-mind.ts'
import { NOTHING_HEARD, writtenAct } from '../../people/claude-mind.ts'
import { personaSchema } from '../../people/persona.ts'
import type { MessagesRequest } from '../protocol.ts'
import type { Answer } from './answer.ts'
import { systemText } from './system-text.ts'

const partSchema = z.object({ ownNumber: z.string() }).loose()

/** The conversation is played again from its beginning: a head that remembers, in a service that does not. */
export function simulatedCaller(request: MessagesRequest): Answer {
  const block = /<persona>(\{.*\})<\/persona>\s*$/s.exec(systemText(request))?.[1] ?? '{}'
  const { ownNumber, ...persona } = partSchema.parse(JSON.parse(block))
  const mind = new RuleMind({ persona: personaSchema.parse(persona), ownNumber, now: Date.now })
  const heard = request.messages.filter(({ role }) => role === 'user').map(({ content }) => wordsOf(content))
  let text = ''
  for (const words of heard) text = writtenAct(mind.next(words === NOTHING_HEARD ? '' : words))
  return { text, toolUses: [] }
}

function wordsOf(content: MessagesRequest['messages'][number]['content']): string {
  if (typeof content === 'string') return content
  return content.map((block) => (block.type === 'text' ? block.text : '')).join(' ')
}
