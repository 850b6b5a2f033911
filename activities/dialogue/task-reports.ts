/**
 * A model that writes what it has found out between `[TASK_STATE]` and `[/TASK_STATE]` instead of calling the tool: the tags
 * never reach the voice or the screen, what stands between them becomes the tool call it should have been.
 */
import { speakableLength, splitReport } from '../../domain/question-answers.ts'
import type { DialogueModel, ModelEvent, ModelRequest } from '../claude/model.ts'
import { REPORT_TASK_STATE } from './prompt-outbound-request.ts'

const CLOSING_TAG = '[/TASK_STATE]'

/** The same model without the tags. */
export const withTaskReports = (model: DialogueModel): DialogueModel => ({
  stream: (request, signal) => untagged(model, request, signal),
})

async function* untagged(
  model: DialogueModel,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  /** Written, and not given out yet: it may be a tag, or the inside of one. */
  let held = ''
  let reports = 0
  const callOf = (report: unknown): ModelEvent => ({
    type: 'tool',
    call: {
      id: `toolu_tag_${request.messages.length}_${reports++}`,
      name: REPORT_TASK_STATE.name,
      input: typeof report === 'object' && report !== null ? { ...report } : {},
    },
  })
  for await (const event of model.stream(request, signal)) {
    if (event.type === 'text') {
      held += event.text
      while (held !== '') {
        const free = speakableLength(held)
        if (free > 0) {
          yield { type: 'text', text: held.slice(0, free) }
          held = held.slice(free)
          continue
        }
        // It begins with a tag, or with what may become one.
        const end = held.indexOf(CLOSING_TAG)
        if (end < 0) break
        for (const report of splitReport(held.slice(0, end + CLOSING_TAG.length)).reports)
          yield callOf(report)
        held = held.slice(end + CLOSING_TAG.length)
      }
      continue
    }
    if (event.type === 'done' && held !== '') {
      // A tag that was never closed, or the beginning of none.
      const { spoken, reports: last } = splitReport(held)
      held = ''
      if (spoken !== '') yield { type: 'text', text: spoken }
      for (const report of last) yield callOf(report)
    }
    yield event
  }
}
