/** Callers who speak another language than the one they were greeted in. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DialogueModel } from '../../activities/claude/model.ts'
import type { SpeechLanguage } from '../../activities/speech/ports.ts'
import { type DialogueHarness, messagesAfter, openDialogue } from './harness.ts'

let dialogue: DialogueHarness

beforeEach(async () => {
  dialogue = await openDialogue()
})
afterEach(() => dialogue.close())

/** A model that tells which language it was told of, and a voice that notes which it was asked for. */
function linguists() {
  const spoken: SpeechLanguage[] = []
  const { voice } = dialogue.worker()
  const model: DialogueModel = {
    async *stream({ messages }) {
      const language = /"language":"(\w+)"/.exec(JSON.stringify(messages.at(-1)).replaceAll('\\', ''))?.[1]
      yield { type: 'text', text: `language ${language}.` }
      yield { type: 'done' }
    },
  }
  const worker = dialogue.worker({
    model,
    voice: {
      speak: (input, signal) => {
        spoken.push(input.language)
        return voice.speak(input, signal)
      },
      close: () => {},
    },
  })
  return { worker, spoken }
}

test.each([
  ['en', 'en-US', 'Hello, I would like to order a funeral wreath.'],
  ['ja', 'ja-JP', 'もしもし、花輪をひとつお願いします。'],
  ['zh', 'zh-CN', '你好，我想订一个花圈。'],
] as const)('who speaks %s is answered in it, from that answer on', async (language, locale, words) => {
  const { worker, spoken } = linguists()
  const leg = await dialogue.legs.answered()
  const greeting = await dialogue.run(worker, dialogue.input(leg, 0, { opening: 'greet' })).result
  await leg.media?.playedOut()
  expect(new Set(spoken)).toEqual(new Set(['ko-KR']))
  expect(greeting).not.toHaveProperty('language')
  spoken.length = 0
  const messages = messagesAfter(greeting)
  const turn = dialogue.run(worker, dialogue.input(leg, 1, { messages }))
  await dialogue.say(words)
  const answered = await turn.result
  expect(answered).toMatchObject({ language, caller: { language } })
  expect(answered.spoken?.text).toBe(`language ${language}.`)
  expect(new Set(spoken)).toEqual(new Set([locale]))
})

test('a name from another language leaves a Korean talk Korean', async () => {
  const { worker, spoken } = linguists()
  const leg = await dialogue.legs.answered()
  const turn = dialogue.run(worker, dialogue.input(leg, 0))
  await dialogue.say('John Kim.')
  const answered = await turn.result
  expect(answered).not.toHaveProperty('language')
  expect(answered.caller).toMatchObject({ language: 'en' })
  expect(new Set(spoken)).toEqual(new Set(['ko-KR']))
})
