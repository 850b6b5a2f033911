/** The rule-driven human who writes: opens by text or chat and answers what comes back. Knows only the persona and the words. */
import { understand } from './hearing.ts'
import { phrasesOf } from './languages.ts'
import { Replies, type RepliesInput } from './replies.ts'

/** What the company sends by itself: links, and the notice that the order is fixed now. */
const NOTICE = /https?:\/\/|수정이 있으면|needs to be changed/

export class Writer {
  readonly #input: RepliesInput
  readonly #replies: Replies
  /** They have said what they wanted and thanked: only questions are answered now. */
  #content = false

  constructor(input: RepliesInput) {
    this.#input = input
    this.#replies = new Replies(input)
  }

  /** @param withNotice the picture of an obituary notice goes along. */
  open(withNotice: boolean): string {
    const { persona } = this.#input
    const instead = withNotice ? phrasesOf(persona.language).openingWithNotice : undefined
    return this.said(this.#replies.opening(persona.speech.opening ?? instead))
  }

  /** Words of their own were sent. */
  said(text: string): string {
    this.#replies.spoke(text)
    return text
  }

  /** @param texts what came since they last wrote, oldest first. @returns undefined: nothing to say to that. */
  answer(texts: readonly string[]): string | undefined {
    const all = texts.join('\n')
    // Even a notice is answered by who came with an answer to it, e.g. a change within the time it names.
    const prepared = this.#replies.prepared(all)
    if (prepared !== undefined) return this.said(prepared)
    const words = texts.filter((text) => !NOTICE.test(text)).join('\n')
    if (words === '') return undefined
    const heard = understand(words)
    if (this.#content && !heard.question) return undefined
    const reply = this.#replies.to(words, heard)
    if (reply === undefined) return undefined
    this.#content = reply.ends !== undefined
    return this.said(reply.text)
  }
}
