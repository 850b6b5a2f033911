/** What a version says, compared and checked as the page needs it. */
import type { TFunction } from 'i18next'
import { ApiError } from '../../api/problem.ts'
import type { FlowContentView, FlowDetail } from '../../api/types.ts'

export type PhraseName = FlowDetail['rules']['phrases'][number]['name']
export type PhraseLanguage = FlowDetail['rules']['phrases'][number]['languages'][number]

/** One part that two versions say differently; null: it is not there. */
export interface ContentChange {
  readonly label: string
  readonly before: string | null
  readonly after: string | null
}

/** By what is shown: parts in the order of the form. */
export function changesOf(before: FlowContentView, after: FlowContentView, t: TFunction): ContentChange[] {
  const [old, now] = [partsOf(before, t), partsOf(after, t)]
  return [...new Map([...old, ...now]).keys()].flatMap((label) => {
    const change = { label, before: old.get(label) ?? null, after: now.get(label) ?? null }
    return change.before === change.after ? [] : [change]
  })
}

function partsOf(content: FlowContentView, t: TFunction): Map<string, string> {
  const phrases = Object.entries(content.phrases).flatMap(([name, texts]) =>
    Object.entries(texts ?? {}).map(
      ([language, text]) =>
        [
          `${t(`flow.phrase.${name as PhraseName}`)} · ${t(`flow.language.${language as PhraseLanguage}`)}`,
          text ?? '',
        ] as const,
    ),
  )
  return new Map([
    [t('flow.persona'), content.persona],
    ...content.knowledge.map(({ title, text }) => [`${t('flow.knowledge')} · ${title}`, text] as const),
    [t('flow.tools'), content.tools.map((tool) => toolName(tool, t)).join(', ')] as const,
    ...phrases,
  ])
}

const TOOLS = [
  'report_task_state',
  'connect_person',
  'set_order_fields',
  'confirm_order',
  'look_up_order',
  'send_photo_link',
  'report_problem',
  'cancel_order',
  'same_order',
  'hand_over',
  'end_call',
  'report_result',
  'acknowledge',
] as const

/** What a tool does, in the reader's words; one that the page does not know by its name. */
export function toolName(tool: string, t: TFunction): string {
  const known = TOOLS.find((name) => name === tool)
  return known === undefined ? tool : t(`flow.tool.${known}`)
}

const PLACEHOLDERS = ['company', 'display_name', 'purpose'] as const

/** @param placeholder in its braces. */
export function placeholderMeaning(placeholder: string, t: TFunction): string {
  const known = PLACEHOLDERS.find((name) => `{${name}}` === placeholder)
  return known === undefined ? '' : t(`flow.placeholder.${known}`)
}

const CODES = [
  'empty',
  'too_long',
  'too_many',
  'too_many_sentences',
  'unknown_placeholder',
  'markup',
  'company_missing',
  'placeholder_missing',
  'disclosure_missing',
  'recording_missing',
  'required_tool_missing',
  'title_twice',
] as const

/** What was refused at which field, by its path in the content ("phrases.question.ko"). */
export function refusedParts(error: unknown, t: TFunction): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(
    Object.entries(error.problem.paths).map(([path, message]) => {
      const [code, detail = ''] = message.split(': ')
      const known = CODES.find((name) => name === code)
      const text = known === undefined ? t('flow.error.other') : t(`flow.error.${known}`, { detail })
      return [path.replace(/^(body\.)?content\./, ''), text]
    }),
  )
}

export const sameContent = (a: FlowContentView, b: FlowContentView): boolean =>
  JSON.stringify(a) === JSON.stringify(b)
