/** Reports that a model writes between tags never reach the voice. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DialogueModel, ModelEvent } from '../../activities/claude/model.ts'
import { withTaskReports } from '../../activities/dialogue/task-reports.ts'
import { splitReport } from '../../domain/question-answers.ts'

const REQUEST = { system: '', tools: [], messages: [], maxTokens: 100 }
const DONE: ModelEvent = { type: 'done' }

async function through(pieces: readonly string[], more: readonly ModelEvent[] = []) {
  const model: DialogueModel = {
    async *stream() {
      for (const text of pieces) yield { type: 'text', text }
      yield* more
      yield DONE
    },
  }
  const events: ModelEvent[] = []
  for await (const event of withTaskReports(model).stream(REQUEST, new AbortController().signal))
    events.push(event)
  expect(events.at(-1)).toBe(DONE)
  return {
    events,
    spoken: events.map((event) => (event.type === 'text' ? event.text : '')).join(''),
    reports: events.flatMap((event) => (event.type === 'tool' ? [event.call.input] : [])),
  }
}

test('a report in the middle becomes a tool call; the words around it are spoken', async () => {
  const { spoken, reports, events } = await through([
    '네, 감사합니다.[TASK_',
    'STATE]{"questions":[{"id":"q1","status":"answered","answer":"가능"}]}[/TASK',
    '_STATE] 장소는요?',
  ])
  expect(spoken).toBe('네, 감사합니다. 장소는요?')
  expect(reports).toEqual([{ questions: [{ id: 'q1', status: 'answered', answer: '가능' }] }])
  expect(events.find((event) => event.type === 'tool')).toMatchObject({
    call: { name: 'report_task_state', id: 'toolu_tag_0_0' },
  })
})

test('words before a report are not held back, other brackets are words', async () => {
  const { events } = await through(['네. [참고] 그럼 ', '[TASK_STATE]{}[/TASK_STATE]'])
  expect(events[0]).toEqual({ type: 'text', text: '네. [' })
  const { spoken } = await through(['가격은 [약 3만] 원입니다.', '['])
  expect(spoken).toBe('가격은 [약 3만] 원입니다.[')
})

test('a report that breaks off is not spoken; a tool call passes as it is', async () => {
  const call: ModelEvent = { type: 'tool', call: { id: 'toolu_1', name: 'report_task_state', input: {} } }
  const { spoken, reports } = await through(['알겠습니다. [TASK_STATE]{"questions":['], [call])
  expect(spoken.trim()).toBe('알겠습니다.')
  expect(reports).toEqual([{}])
})

test('wherever the stream is cut, the same is spoken and reported', async () => {
  const word = fc.constantFrom(
    '네.',
    ' ',
    '[참고]',
    '[',
    ']',
    '[TASK_STATE]{"a":1}[/TASK_STATE]',
    '여쭙겠습니다',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, { maxLength: 8 }),
      fc.array(fc.nat(200), { maxLength: 6 }),
      async (words, cuts) => {
        const text = words.join('')
        const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b)
        const pieces = [0, ...at].map((from, index) => text.slice(from, at[index] ?? text.length))
        const { spoken, reports } = await through(pieces)
        const whole = splitReport(text)
        expect(spoken.replace(/\s+/g, '')).toBe(whole.spoken.replace(/\s+/g, ''))
        expect(reports).toEqual(whole.reports)
      },
    ),
  )
})
