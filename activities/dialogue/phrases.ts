/** Words that are spoken without asking the model. */
import type { ClosingReason, DialogueContext, DialogueMessage } from '../../domain/dialogue.ts'
import {
  type FlowEdition,
  type FlowName,
  fillPhrase,
  type PhraseName,
  type PhraseValues,
  spokenPhrase,
} from '../../domain/flow-content.ts'
import { SHIPPED_FLOWS } from '../../domain/flow-defaults.ts'
import { openQuestion, RESUMING_WORDS } from '../../domain/resumed-talk.ts'
import { FOREIGN_PHRASES } from '../../domain/talk-phrases.ts'
import { splitSentences } from '../claude/sentences.ts'

/** Words that begin a call. */
export interface Greeting {
  /** Who answers, that it is an AI, that the call is recorded: short, since nobody can break in. */
  readonly disclosure: readonly string[]
  readonly question: string
}

/** The fixed words of a conversation's version, `{company}` filled in. */
export type SpeakPhrase = (name: PhraseName) => readonly string[]

type Spoken = Pick<DialogueContext, 'companyName' | 'language'> & {
  /** Beside the company's name. */
  readonly values?: PhraseValues
}

/** Words of a version; of what it does not say in this language those that were shipped, at last in Korean. */
export function phrasesOf(flow: FlowName, edition: FlowEdition | undefined, context: Spoken): SpeakPhrase {
  const shipped = SHIPPED_FLOWS[flow].phrases
  const { companyName, language } = context
  const values = { ...context.values, company: companyName }
  if (language === 'ja' || language === 'zh')
    return (name) => foreignPhrase(flow, name, language, companyName)
  return (name) =>
    spokenPhrase(edition?.content.phrases ?? {}, name, { language, values }) ??
    spokenPhrase(shipped, name, { language, values }) ??
    spokenPhrase(shipped, name, { language: 'ko', values }) ??
    []
}

/** Only customers are followed into a language that the owner has no words in. */
function foreignPhrase(
  flow: FlowName,
  name: PhraseName,
  language: 'ja' | 'zh',
  companyName: string,
): readonly string[] {
  const phrases: Readonly<Partial<Record<PhraseName, readonly string[]>>> = FOREIGN_PHRASES[language]
  if (flow !== 'order_call') return []
  return (phrases[name] ?? []).map((line) => fillPhrase(line, { company: companyName }))
}

export const greeting = (
  context: Spoken,
  phrase: SpeakPhrase = phrasesOf('order_call', undefined, context),
): Greeting => ({
  disclosure: [...phrase('disclosure'), ...phrase('recording')],
  question: phrase('question').join(' '),
})

/** Whom we call back hears who calls, that we are sorry, and the question that was open. */
export function resuming(
  { language }: Spoken,
  phrase: SpeakPhrase,
  messages: readonly DialogueMessage[],
): Greeting {
  const { sorry, goOn, tell } = RESUMING_WORDS[language]
  const open = openQuestion(messages, splitSentences)
  return {
    disclosure: [...phrase('disclosure'), sorry, ...phrase('recording')],
    question: open.length === 0 ? tell : [goOn, ...open].join(' '),
  }
}

/** Only whom we called acknowledges or declines anything: a flow that knows no such words says nothing. */
export const closing = (reason: ClosingReason, phrase: SpeakPhrase): readonly string[] =>
  phrase(`closing_${reason}`)

/** Played when a call can't be served at all; recorded to a file while everything still works. */
export function apology(companyName: string): string {
  return `안녕하세요, ${companyName}입니다. 죄송합니다. 지금은 전화를 받을 수 없습니다. 저희가 곧 다시 전화드리겠습니다.`
}
