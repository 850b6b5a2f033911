/**
 * What the owner may change of a conversation: who speaks, what may be told, which tools there are, and the fixed words.
 * The rules of a flow, its tools' schemas and who may hear of what are code and can't be reached from here.
 */
import type { Language } from './money.ts'

/** The conversations whose words are data: an order by phone and in writing, and the calls that we place. */
export const FLOW_NAMES = [
  'order_call',
  'order_chat',
  'outbound_request',
  'vendor_order',
  'issue_alarm',
] as const
export type FlowName = (typeof FLOW_NAMES)[number]
export const isFlowName = (text: string): text is FlowName => FLOW_NAMES.some((name) => name === text)

export type FlowLanguage = Language

/** Fixed words that are spoken without asking the model. */
export const PHRASE_NAMES = [
  'disclosure',
  'recording',
  'question',
  'filler',
  'fault',
  'closing_silence',
  'closing_time_limit',
  'closing_fault',
  'closing_acknowledged',
  'closing_all_asked',
  'closing_declined',
] as const
export type PhraseName = (typeof PHRASE_NAMES)[number]

/** What stands in a phrase for something else: the company's name; in whose name and what for we call. */
export const PLACEHOLDERS = ['company', 'display_name', 'purpose'] as const
export type Placeholder = (typeof PLACEHOLDERS)[number]

/** By language; one sentence a line, with placeholders in braces. */
export type PhraseTexts = Readonly<Partial<Record<FlowLanguage, string>>>
export type FlowPhrases = Readonly<Partial<Record<PhraseName, PhraseTexts>>>

/** Something that may be told to whoever asks. */
export interface KnowledgeEntry {
  readonly title: string
  readonly text: string
}

export interface FlowContent {
  /** How the agent is and speaks, for the model. */
  readonly persona: string
  readonly knowledge: readonly KnowledgeEntry[]
  /** Names of the tools that the model is offered, out of those of the flow. */
  readonly tools: readonly string[]
  readonly phrases: FlowPhrases
}

/** What a conversation is pinned to from its first word to its last. Version 0 is what was shipped. */
export interface FlowEdition {
  readonly version: number
  readonly content: FlowContent
}

/** The flow of a conversation. */
export function flowNameOf(context: {
  readonly flow: 'order_intake' | 'vendor_order' | 'issue_alarm' | 'outbound_request'
  readonly medium?: 'voice' | 'text'
}): FlowName {
  if (context.flow === 'order_intake') return context.medium === 'text' ? 'order_chat' : 'order_call'
  return context.flow
}

/** Sentences of a phrase, in order. @returns undefined where the version says nothing in this language. */
export function spokenPhrase(
  phrases: FlowPhrases,
  name: PhraseName,
  { language, values }: { readonly language: FlowLanguage; readonly values: PhraseValues },
): readonly string[] | undefined {
  return phrases[name]?.[language]
    ?.split('\n')
    .map((line) => fillPhrase(line.trim(), values))
    .filter((line) => line !== '')
}

/** What placeholders stand for. */
export type PhraseValues = Readonly<Partial<Record<Placeholder, string>>>

const BRACED = new RegExp(`\\{(${PLACEHOLDERS.join('|')})\\}`, 'g')

/** In one pass, so that braces in a value stay as they are; what has no value does, too. */
export const fillPhrase = (text: string, values: PhraseValues): string =>
  text.replace(BRACED, (whole, name: Placeholder) => values[name]?.trim().replaceAll(/\s+/g, ' ') ?? whole)
