/** Somebody who phones with a head of their own (`CallerMind`): listens to whole sentences, and answers each. */
import { Listener, type Reply } from './callee.ts'
import type { CallerAct, CallerMind } from './caller-mind.ts'
import { phrasesOf } from './languages.ts'
import type { Persona } from './persona.ts'

export class ThinkingCaller extends Listener {
  constructor(persona: Persona, mind: CallerMind) {
    super({
      hello: null,
      anybodyThere: phrasesOf(persona.language).anybodyThere[0] ?? '',
      answerDelayMs: persona.speech.answer_delay_ms,
      reply: async (words) => replyOf(await mind.answer(words)),
    })
  }
}

function replyOf(act: CallerAct): Reply | null {
  switch (act.do) {
    case 'wait':
      return null
    case 'hang_up':
      return { text: '', hangsUp: true }
    case 'say':
      return act.hangsUp === true ? { text: act.text, hangsUp: true } : { text: act.text }
  }
}
