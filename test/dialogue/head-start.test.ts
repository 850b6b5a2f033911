import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ModelError } from '../../activities/claude/errors.ts'
import type { DialogueModel, ModelEvent, ModelRequest } from '../../activities/claude/model.ts'
import { HeadStarts, MAX_HEAD_STARTS } from '../../activities/dialogue/head-start.ts'

const requestFor = (words: string): ModelRequest => ({
  system: '',
  tools: [],
  messages: [{ role: 'user', content: words }],
  maxTokens: 10,
})

/** Answers by repeating the words and asking for a tool that names them; the second part when it is released. */
function echoModel() {
  const asked: string[] = []
  const aborted: string[] = []
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const model: DialogueModel = {
    async *stream(request, signal) {
      const words = String(request.messages[0]?.content)
      asked.push(words)
      signal.addEventListener('abort', () => aborted.push(words))
      yield { type: 'text', text: words }
      await released
      if (signal.aborted) return
      yield { type: 'tool', call: { id: words, name: 'set_order_fields', input: {} } }
      yield { type: 'done' }
    },
  }
  return { model, asked, aborted, release }
}

async function eventsOf(model: DialogueModel, words: string): Promise<ModelEvent[]> {
  const events: ModelEvent[] = []
  for await (const event of model.stream(requestFor(words), new AbortController().signal)) events.push(event)
  return events
}

const open = (model: DialogueModel) =>
  new HeadStarts({ model, requestFor, signal: new AbortController().signal })

test('what was begun on the words that were final is the answer, asked for once', async () => {
  const { model, asked, release } = echoModel()
  const heads = open(model)
  heads.consider('네 맞아요')
  heads.consider('네 맞아요')
  release()
  // The final text has the punctuation that the running one lacked.
  const events = await eventsOf(heads.modelFor('네, 맞아요.'), '네, 맞아요.')
  expect(events.map(({ type }) => type)).toEqual(['text', 'tool', 'done'])
  expect(asked).toEqual(['네 맞아요'])
})

test('a caller who goes on: what was begun is aborted, and nothing of it is seen', async () => {
  const { model, asked, aborted, release } = echoModel()
  const heads = open(model)
  heads.consider('화환 하나 보내려고요')
  heads.consider(null)
  expect(aborted).toEqual(['화환 하나 보내려고요'])
  heads.consider('화환 하나 보내려고요 아산병원이요')
  release()
  const words = '화환 하나 보내려고요 아산병원이요'
  const events = await eventsOf(heads.modelFor(words), words)
  expect(events).toContainEqual({ type: 'tool', call: { id: words, name: 'set_order_fields', input: {} } })
  expect(events.filter(({ type }) => type === 'tool')).toHaveLength(1)
  expect(asked).toHaveLength(2)
})

test('a second stream of the same answer goes to the model itself', async () => {
  const failing: DialogueModel = {
    // biome-ignore lint/correctness/useYield: it fails before its first event
    async *stream() {
      throw new ModelError('overloaded', { retryable: true, status: 529 })
    },
  }
  const { model, asked, release } = echoModel()
  release()
  let calls = 0
  const heads = open({
    stream: (request, signal) => (calls++ === 0 ? failing : model).stream(request, signal),
  })
  heads.consider('네')
  const chosen = heads.modelFor('네')
  await expect(eventsOf(chosen, '네')).rejects.toThrow('overloaded')
  expect((await eventsOf(chosen, '네')).map(({ type }) => type)).toEqual(['text', 'tool', 'done'])
  expect(asked).toEqual(['네'])
})

test('an answer that is given up ends what was begun', async () => {
  const { model, aborted } = echoModel()
  const heads = open(model)
  heads.consider('네')
  const stop = new AbortController()
  const reading = heads.modelFor('네').stream(requestFor('네'), stop.signal)
  const events: ModelEvent[] = []
  for await (const event of reading) {
    events.push(event)
    stop.abort()
  }
  expect(events).toHaveLength(1)
  expect(aborted).toEqual(['네'])
})

test('whatever was thought about meanwhile, the tools are those of the final words, and thinking is bounded', async () => {
  const words = fc.constantFrom('네', '네 그리고', '아니요', '홍길동')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(words)), words, async (heard, final) => {
      const { model, asked, release } = echoModel()
      release()
      const heads = open(model)
      for (const partial of heard) heads.consider(partial)
      const events = await eventsOf(heads.modelFor(final), final)
      const tools = events.flatMap((event) => (event.type === 'tool' ? [event.call.id] : []))
      expect(tools).toEqual([final])
      expect(asked.length).toBeLessThanOrEqual(MAX_HEAD_STARTS + 1)
    }),
  )
})
