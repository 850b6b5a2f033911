/**
 * What a version of a flow must be to be spoken to customers. The law wants whoever is called or calls to hear that an AI
 * speaks (Framework Act on AI, article 31) and that the call is recorded: no text may leave that out or deny it.
 */
import {
  type FlowContent,
  type FlowLanguage,
  type FlowName,
  type KnowledgeEntry,
  type PhraseName,
  PLACEHOLDERS,
  type Placeholder,
} from './flow-content.ts'
import { FLOW_TOOLS, SHIPPED_FLOWS } from './flow-defaults.ts'

export type FlowProblemCode =
  | 'empty'
  | 'too_long'
  | 'too_many'
  | 'too_many_sentences'
  | 'unknown_placeholder'
  | 'markup'
  | 'company_missing'
  | 'placeholder_missing'
  | 'disclosure_missing'
  | 'recording_missing'
  | 'unknown_tool'
  | 'tool_twice'
  | 'required_tool_missing'
  | 'unknown_phrase'
  | 'title_twice'

/** A part that can't be taken: `path` in dots from the content, e.g. "phrases.disclosure.ko". */
export interface FlowProblem {
  readonly path: string
  readonly code: FlowProblemCode
  /** The placeholder or tool it is about, or the limit. */
  readonly detail?: string
}

/** Characters. */
export const FLOW_LIMITS = {
  persona: 1_500,
  knowledgeEntries: 40,
  knowledgeTitle: 80,
  knowledgeText: 1_000,
  /** Of a phrase: nobody listens to more in one breath. */
  phrase: 240,
  phraseSentences: 4,
  reason: 300,
} as const

/** What a flow's phrases may have in braces. What the model is told is the same for every call: only the company's name. */
export const placeholdersOf = (flow: FlowName): readonly Placeholder[] =>
  flow === 'outbound_request' ? PLACEHOLDERS : COMPANY_ONLY
const COMPANY_ONLY: readonly Placeholder[] = ['company']
/** Whoever is called hears who calls: in whose name, and what for. */
const WHO_SPEAKS: Readonly<Partial<Record<FlowName, readonly Placeholder[]>>> = {
  outbound_request: ['display_name', 'purpose'],
}

/** Phrases that a flow has, by the languages it speaks. */
export function phrasesOf(flow: FlowName): readonly (readonly [PhraseName, readonly FlowLanguage[]])[] {
  return Object.entries(SHIPPED_FLOWS[flow].phrases).map(
    ([name, texts]) => [name as PhraseName, Object.keys(texts) as FlowLanguage[]] as const,
  )
}

/** What must be heard of who speaks and of the recording, and what would deny it. */
const NOTICES = {
  disclosure: {
    code: 'disclosure_missing',
    says: { ko: /AI|인공지능/i, en: /\bAI\b|artificial intelligence/i },
    denies: { ko: /(AI|인공지능)[^.]*(아[니닌닙]|않)/i, en: /\b(not|no|isn't|never)\b/i },
  },
  recording: {
    code: 'recording_missing',
    says: { ko: /녹음/, en: /\brecord/i },
    denies: { ko: /녹음[^.]*(않|아[니닌닙]|안 )|안 녹음/, en: /\b(not|no|isn't|never)\b/i },
  },
} as const satisfies Partial<Record<PhraseName, object>>

const lengthOf = (text: string): number => [...text].length

/** Every part that can't be taken, in the order of the content; empty: it may be spoken. */
export function checkFlow(flow: FlowName, content: FlowContent): readonly FlowProblem[] {
  return [
    ...checkText('persona', content.persona, FLOW_LIMITS.persona),
    ...checkKnowledge(content.knowledge),
    ...checkTools(flow, content.tools),
    ...checkPhrases(flow, content),
  ]
}

function checkText(
  path: string,
  text: string,
  limit: number,
  placeholders: readonly Placeholder[] = COMPANY_ONLY,
): FlowProblem[] {
  if (text.trim() === '') return [{ path, code: 'empty' }]
  const problems: FlowProblem[] = []
  if (lengthOf(text) > limit) problems.push({ path, code: 'too_long', detail: String(limit) })
  for (const [whole, name = ''] of text.matchAll(/\{([^{}]*)\}/g)) {
    if (!placeholders.some((known) => known === name))
      problems.push({ path, code: 'unknown_placeholder', detail: whole })
  }
  // Tags and headings are how the model tells our rules from what others wrote.
  if (/[<>\p{Cc}]/u.test(text.replaceAll('\n', ' ')) || /^\s*#/m.test(text))
    problems.push({ path, code: 'markup' })
  return problems
}

function checkKnowledge(entries: readonly KnowledgeEntry[]): FlowProblem[] {
  const problems: FlowProblem[] = []
  const { knowledgeEntries, knowledgeTitle, knowledgeText } = FLOW_LIMITS
  if (entries.length > knowledgeEntries)
    problems.push({ path: 'knowledge', code: 'too_many', detail: String(knowledgeEntries) })
  const titles = new Set<string>()
  for (const [index, { title, text }] of entries.entries()) {
    const path = `knowledge.${index}`
    problems.push(...checkText(`${path}.title`, title, knowledgeTitle))
    if (titles.has(title.trim())) problems.push({ path: `${path}.title`, code: 'title_twice' })
    titles.add(title.trim())
    problems.push(...checkText(`${path}.text`, text, knowledgeText))
  }
  return problems
}

function checkTools(flow: FlowName, tools: readonly string[]): FlowProblem[] {
  const { permitted, required } = FLOW_TOOLS[flow]
  return [
    ...tools.flatMap((tool, index): FlowProblem[] => {
      const path = `tools.${index}`
      if (!permitted.includes(tool)) return [{ path, code: 'unknown_tool', detail: tool }]
      return tools.indexOf(tool) === index ? [] : [{ path, code: 'tool_twice', detail: tool }]
    }),
    ...required
      .filter((tool) => !tools.includes(tool))
      .map((detail): FlowProblem => ({ path: 'tools', code: 'required_tool_missing', detail })),
  ]
}

function checkPhrases(flow: FlowName, { phrases }: FlowContent): FlowProblem[] {
  const known = phrasesOf(flow)
  const problems: FlowProblem[] = []
  for (const [name, texts] of Object.entries(phrases)) {
    const languages = known.find(([phrase]) => phrase === name)?.[1] ?? []
    for (const language of Object.keys(texts)) {
      if (!languages.some((spoken) => spoken === language))
        problems.push({ path: `phrases.${name}.${language}`, code: 'unknown_phrase' })
    }
    if (languages.length === 0 && Object.keys(texts).length === 0)
      problems.push({ path: `phrases.${name}`, code: 'unknown_phrase' })
  }
  for (const [name, languages] of known) {
    for (const language of languages)
      problems.push(...checkPhrase(flow, name, language, phrases[name]?.[language] ?? ''))
  }
  return problems
}

function checkPhrase(flow: FlowName, name: PhraseName, language: FlowLanguage, text: string): FlowProblem[] {
  const path = `phrases.${name}.${language}`
  const problems = checkText(path, text, FLOW_LIMITS.phrase, placeholdersOf(flow))
  if (text.trim() === '') return problems
  const { phraseSentences } = FLOW_LIMITS
  if (text.split('\n').filter((line) => line.trim() !== '').length > phraseSentences)
    problems.push({ path, code: 'too_many_sentences', detail: String(phraseSentences) })
  if (name === 'disclosure') {
    for (const placeholder of WHO_SPEAKS[flow] ?? COMPANY_ONLY) {
      if (text.includes(`{${placeholder}}`)) continue
      if (placeholder === 'company') problems.push({ path, code: 'company_missing' })
      else problems.push({ path, code: 'placeholder_missing', detail: `{${placeholder}}` })
    }
  }
  if (name === 'disclosure' || name === 'recording') {
    const { code, says, denies } = NOTICES[name]
    if (!says[language].test(text) || denies[language].test(text)) problems.push({ path, code })
  }
  return problems
}
