/** Who has the word, on a real leg: pauses, words that only show that somebody listens, and thinking ahead. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DialogueModel } from '../../activities/claude/model.ts'
import type { TurnDependencies } from '../../activities/dialogue/turn.ts'
import { eventually } from '../support/patience.ts'
import { type DialogueHarness, messagesAfter, openDialogue } from './harness.ts'

let dialogue: DialogueHarness

beforeEach(async () => {
  dialogue = await openDialogue()
})
afterEach(() => dialogue.close())

async function greeted(worker: TurnDependencies) {
  const leg = await dialogue.legs.answered()
  const greeting = await dialogue.run(worker, dialogue.input(leg, 0, { opening: 'greet' })).result
  await leg.media?.playedOut()
  return { leg, messages: messagesAfter(greeting) }
}

test('a yes in the middle of what we say only shows that the caller listens: we go on with that sentence', async () => {
  const first = '네, 결제 링크를 문자로 보내 드리겠습니다.'
  const second =
    '링크를 누르시면 카드나 계좌 이체로 결제하실 수 있고, 보내시는 분과 받으시는 분, 리본 문구와 도착 시간까지 모두 한 번 더 확인하고 고치실 수 있습니다.'
  const model: DialogueModel = {
    async *stream() {
      yield { type: 'text', text: `${first} ${second}` }
      yield { type: 'done' }
    },
  }
  const worker = dialogue.worker({ model })
  const { leg, messages } = await greeted(worker)
  // On a line that loses packets words are damaged, so they are counted and not compared.
  const begun = dialogue.heard().length + first.length + 3
  const turn = dialogue.run(worker, dialogue.input(leg, 1, { messages }))
  await dialogue.say('결제는 어떻게 하나요?')
  const answered = await turn.result
  const later = [...messages, ...messagesAfter(answered)]
  const next = dialogue.run(worker, dialogue.input(leg, 2, { messages: later, cursor: answered.cursor }))
  await dialogue.heardAtLeast(begun + 1)
  await dialogue.say('네, 네네네.')
  const resumed = await next.result
  expect(resumed).toMatchObject({ end: 'answered', caller: null, silent: false, toolCalls: [] })
  expect(resumed.spoken?.text).toBe(second)
  expect(resumed.interruptions).toHaveLength(1)
  expect(resumed.interruptions[0]?.heard).toContain(first)
  expect(resumed.interruptions[0]?.heard).not.toContain('고치실 수 있습니다')
})

test('a caller who goes on after a pause: what was thought in it leaves no trace', async () => {
  const asked: string[] = []
  const givenUp: string[] = []
  /** Of the half-told wish it never says a word, so that whatever is heard belongs to the whole one. */
  const model: DialogueModel = {
    async *stream(request, signal) {
      const words = JSON.stringify(request.messages.at(-1))
      asked.push(words)
      if (!words.includes('아산병원')) {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve())
          if (signal.aborted) resolve()
        })
        givenUp.push(words)
        return
      }
      yield { type: 'text', text: '네, 서울아산병원입니다.' }
      yield { type: 'tool', call: { id: 'toolu_whole', name: 'set_order_fields', input: {} } }
      yield { type: 'done' }
    },
  }
  const worker = dialogue.worker({ model })
  const { leg, messages } = await greeted(worker)
  const turn = dialogue.run(worker, dialogue.input(leg, 1, { messages }))
  await dialogue.say('화환 하나 보내려고요')
  await eventually(() => expect(asked).toHaveLength(1))
  await dialogue.say('서울아산병원으로 보내 주세요.')
  const answered = await turn.result
  expect(answered.caller?.words).toMatch(/보내려고요.*아산병원/)
  expect(answered.toolCalls.map(({ id }) => id)).toEqual(['toolu_whole'])
  expect(answered.spoken?.text).toBe('네, 서울아산병원입니다.')
  expect(givenUp).toContain(asked[0])
})

test('a card number is left out of the recording from the moment it is announced, until a turn about something else', async () => {
  const worker = dialogue.worker({})
  const { leg, messages } = await greeted(worker)
  const pauses = () => leg.media?.recorder.spans ?? []
  const first = dialogue.run(worker, dialogue.input(leg, 1, { messages }))
  // On a busy machine the line may lose a word; not each of them.
  await dialogue.say('제 카드 번호요. 카드 번호를 불러 드릴게요. 카드 번호는요.')
  const announced = await first.result
  await eventually(() => expect(pauses()).toMatchObject([{ toMs: null }]))
  await leg.media?.playedOut()
  const later = [...messages, ...messagesAfter(announced)]
  const next = dialogue.run(worker, dialogue.input(leg, 2, { messages: later, cursor: announced.cursor }))
  await dialogue.say('서울아산병원으로 보내 주세요.')
  await next.result
  await eventually(() => expect(pauses()).toMatchObject([{ toMs: expect.any(Number) }]))
})
