/** What a turn is told and says, in the language that the caller turns out to speak. */
import type { DialogueContext } from '../../domain/dialogue.ts'
import { followedLanguage, type TalkLanguage } from '../../domain/talk-language.ts'
import { SPEECH_LANGUAGES } from '../speech/languages.ts'
import type { SpeechLanguage } from '../speech/ports.ts'
import { flowOf } from './flows.ts'

export class SpokenContext {
  #context: DialogueContext
  #flow: ReturnType<typeof flowOf>

  constructor(context: DialogueContext) {
    this.#context = context
    this.#flow = flowOf(context)
  }

  get context(): DialogueContext {
    return this.#context
  }

  get flow(): ReturnType<typeof flowOf> {
    return this.#flow
  }

  get speech(): SpeechLanguage {
    return SPEECH_LANGUAGES[this.#context.language]
  }

  /**
   * Whom we call we talk with in the language of the order or request.
   * @returns whether another language is talked in from now on.
   */
  follow(heard: { readonly language: TalkLanguage | null; readonly words: string }): boolean {
    const language = followedLanguage(this.#context.language, heard)
    if (this.#flow.weCalled || language === this.#context.language) return false
    this.#context = { ...this.#context, language }
    this.#flow = flowOf(this.#context)
    return true
  }
}
