/** The owner, who is called when an Issue waits: takes note in words or with a key, or has no time. */
import { Listener, type Reply } from './callee.ts'
import type { Persona } from './persona.ts'

export class Owner extends Listener {
  constructor(persona: Persona) {
    super({
      hello: persona.speech.opening ?? '여보세요?',
      answerDelayMs: persona.speech.answer_delay_ms,
      reply: async (words) => replyOf(persona.acknowledges, words),
    })
  }
}

function replyOf(acknowledges: Persona['acknowledges'], words: string): Reply | null {
  if (/안녕히|감사합니다\.?$/.test(words)) return { text: '네, 수고하세요.', goodbye: true }
  if (!/주시겠어요|있습니다/.test(words)) return null
  switch (acknowledges) {
    case 'voice':
      return { text: '네, 확인했습니다.' }
    case 'key':
      return { text: '', key: '1' }
    case 'later':
      return { text: '지금은 바빠서 나중에 볼게요.' }
  }
}
