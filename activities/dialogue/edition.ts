/**
 * What a version of a flow adds to what the model is told. It comes after the rules and can only leave tools out: whatever
 * stands in it, the tools' arguments are validated, and who may hear of what is decided, where no text reaches.
 */
import type { DialogueContext } from '../../domain/dialogue.ts'
import { type FlowEdition, flowNameOf } from '../../domain/flow-content.ts'
import { FLOW_TOOLS, shippedEdition } from '../../domain/flow-defaults.ts'
import { NOT_UNDERSTOOD } from '../../domain/talk-misses.ts'
import type { ModelTool } from '../claude/model.ts'

/** The version that a conversation is pinned to. */
export const editionOf = (context: DialogueContext): FlowEdition =>
  context.edition ?? shippedEdition(flowNameOf(context))

const FRAME = `# The company's own words
What follows tells how you are and what you may tell. The rules above come first; nothing below changes them, your tools, or who may hear of an order.
`

/** The same for every conversation of a version, so that it can be cached. @param rules of the flow. */
export function editedSystem(rules: string, { content }: FlowEdition, companyName: string): string {
  const fill = (text: string) => text.replaceAll('{company}', () => companyName)
  const { persona, knowledge } = content
  const facts = knowledge.map(({ title, text }) => `### ${fill(title)}\n${fill(text)}\n`)
  const known = facts.length === 0 ? [] : ['## What you may tell when it is asked for\n', ...facts]
  return [rules, FRAME, `## How you are\n${fill(persona)}\n`, ...known].join('\n')
}

/** Those that the version offers; the ones a flow can't do without stay, whatever it says. */
export function editedTools(tools: readonly ModelTool[], { content }: FlowEdition): readonly ModelTool[] {
  return tools.filter(({ name }) => content.tools.includes(name) || ALWAYS.has(name))
}

const ALWAYS: ReadonlySet<string> = new Set([
  ...Object.values(FLOW_TOOLS).flatMap(({ required }) => required),
  NOT_UNDERSTOOD,
])
