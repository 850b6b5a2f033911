/** Somebody who is called and asked a few things: answers, has no time, or puts the phone down in the middle. */
import { Listener, type Reply } from './callee.ts'
import type { Persona } from './persona.ts'

const GOODBYE = /좋은 하루|안녕히|마치겠습니다|다시 연락드리겠/
const MAY_I = /통화 괜찮으세요/

export class Respondent extends Listener {
  readonly #persona: Persona
  /** How often each of the answers was given. */
  readonly #given = new Map<string, number>()
  #turns = 0

  constructor(persona: Persona) {
    super({
      hello: persona.speech.opening ?? '여보세요?',
      answerDelayMs: persona.speech.answer_delay_ms,
      reply: async (words) => this.#reply(words),
    })
    this.#persona = persona
  }

  #reply(words: string): Reply | null {
    if (GOODBYE.test(words)) return { text: '네, 안녕히 계세요.', goodbye: true }
    const { hangs_up } = this.#persona
    if (hangs_up?.after_turns !== undefined && this.#turns >= hangs_up.after_turns)
      return { text: '', hangsUp: true }
    const answer = this.#answerTo(words)
    if (answer === null && !MAY_I.test(words))
      return /[?]|주시겠어요/.test(words) ? this.#says('잘 모르겠는데요.') : null
    return this.#says(answer ?? '네, 말씀하세요.')
  }

  #says(text: string): Reply {
    this.#turns += 1
    return { text }
  }

  #answerTo(words: string): string | null {
    const known = this.#persona.answers.find(({ to }) => words.includes(to))
    if (known === undefined) return null
    const times = this.#given.get(known.to) ?? 0
    this.#given.set(known.to, times + 1)
    return known.says[Math.min(times, known.says.length - 1)] ?? null
  }
}
