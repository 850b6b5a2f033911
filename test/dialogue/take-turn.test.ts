import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DialogueHarness, messagesAfter, openDialogue } from './harness.ts'

let dialogue: DialogueHarness

beforeEach(async () => {
  dialogue = await openDialogue()
})
afterEach(() => dialogue.close())

test('greets, listens, answers with speech and tool calls, and goes on while it still speaks', async () => {
  const leg = await dialogue.legs.answered()
  const worker = dialogue.worker()
  const greeting = await dialogue.run(worker, dialogue.input(leg, 0, { opening: 'greet' })).result
  expect(greeting.spoken?.text).toContain('AI 상담원')
  expect(greeting.cursor).toBe(0)

  const turn = dialogue.run(worker, dialogue.input(leg, 1, { messages: messagesAfter(greeting) }))
  await leg.media?.playedOut()
  await dialogue.say('안녕하세요. 한빛상사에서 근조화환 하나 보내려고요. 서울아산병원 특2호실입니다.')
  const answered = await turn.result
  expect(answered).toMatchObject({ end: 'answered', silent: false, fault: false, interruptions: [] })
  expect(answered.caller?.words).toContain('서울아산병원 특2호실입니다')
  expect(answered.toolCalls.map((call) => call.name)).toEqual(['set_order_fields'])
  expect(answered.spoken?.text).not.toBe('')
  expect(answered.timings.endOfTurnMs).toBeLessThan(1_500)
  await leg.media?.playedOut()
  expect(dialogue.heard()).toContain('무엇을 도와드릴까요')
})
