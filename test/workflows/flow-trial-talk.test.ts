import { expect, it } from 'vitest'
import { takeTrialTurn } from '../../activities/dialogue/trial-turn.ts'
import type { FlowContent, FlowName } from '../../domain/flow-content.ts'
import { SHIPPED_FLOWS } from '../../domain/flow-defaults.ts'
import type { TrialView } from '../../workflows/flow-trial-messages.ts'
import { TrialTalk } from '../../workflows/flow-trial-talk.ts'
import { stream } from '../simulators/claude/chat-desk.ts'

const NOW = { iso: '2026-11-21T13:10:00+09:00', ms: Date.parse('2026-11-21T13:10:00+09:00') }

/** A talk with the stand-in's model, past its HTTP. @param said empty: silence. */
async function talkedThrough(
  flow: FlowName,
  said: readonly string[],
  change: Partial<FlowContent> = {},
): Promise<TrialView> {
  const talk = new TrialTalk({
    flow,
    edition: { version: 4, content: { ...SHIPPED_FLOWS[flow], ...change } },
    revision: 1,
    companyName: '한빛 화환',
    priceWon: 80_000,
    idleMs: 1,
    takeTurn: (turn) => takeTrialTurn({ stream }, turn, new AbortController().signal),
    now: () => NOW,
  })
  await talk.open()
  for (const text of said) if (!talk.isOver) await talk.say(text)
  return talk.view()
}
const ORDER = [
  '고 박영자님께 근조화환 보내려고요',
  '보내는 분은 한빛상사입니다',
  '서울아산병원 장례식장 3호실이요',
  '삼가 고인의 명복을 빕니다로 해 주세요',
  '내일 오전 10시까지요',
  '이 번호로 보내 주세요',
]

it('a whole order is told, read back and placed, on an order that nobody else knows', async () => {
  const view = await talkedThrough('order_call', [...ORDER, '네 맞아요', '네 감사합니다', '없어요'])
  expect(view.lines[0]).toMatchObject({
    speaker: 'ai',
    text: '안녕하세요, 한빛 화환 AI 상담원입니다. 통화는 녹음됩니다. 무엇을 도와드릴까요?',
  })
  expect(view).toMatchObject({ placed: true, order: { destination: '서울아산병원 장례식장', room: '3호실' } })
  const tools = view.lines.flatMap(({ tools: asked }) => asked)
  expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['set_order_fields', 'confirm_order']))
  expect(tools.find(({ name }) => name === 'confirm_order')?.ok).toBe(true)
  expect(view.end).toBe('order_placed')
})

it('a chat says that an AI writes, and asks for all that is missing', async () => {
  const view = await talkedThrough('order_chat', ['근조화환 주문하려고요'])
  expect(view.lines).toHaveLength(2)
  expect(view.lines[1]?.text).toMatch(/^\[한빛 화환 AI 상담원\]/)
  expect(view.end).toBeNull()
})

it('a chat that places the order says only what follows from the result', async () => {
  const view = await talkedThrough('order_chat', [ORDER.join('\n'), '네 맞아요'])
  expect(view.placed).toBe(true)
  const confirming = view.lines.findIndex(({ tools }) => tools.some(({ name }) => name === 'confirm_order'))
  expect(view.lines[confirming]?.text).toBe('')
  expect(view.lines[confirming + 1]?.text).toContain('접수')
})

it('a tool that the version leaves out does not exist', async () => {
  const tools = SHIPPED_FLOWS.order_call.tools.filter((name) => name !== 'look_up_order')
  const view = await talkedThrough('order_call', ['제가 주문한 거 260101-2222 도착했나요'], { tools })
  const lookUps = view.lines.flatMap((line) => line.tools).filter(({ name }) => name === 'look_up_order')
  for (const { ok, result } of lookUps) expect([ok, result]).toEqual([false, 'there is no such tool'])
})

it('three silences end a call with the words of the draft', async () => {
  const { phrases } = SHIPPED_FLOWS.order_call
  const view = await talkedThrough('order_call', ['', '', '', ''], {
    phrases: { ...phrases, closing_silence: { ...phrases.closing_silence, ko: '그럼 이만.' } },
  })
  expect(view.end).toBe('silence')
  expect(view.lines.at(-1)?.text).toBe('그럼 이만.')
})

it.each([
  ['vendor_order', '한빛 화환 AI 발주 담당입니다.'],
  ['issue_alarm', '한빛 화환 AI 비서입니다.'],
] as const)('%s is played by the other side', async (flow, greeting) => {
  const view = await talkedThrough(flow, ['네 확인했어요'])
  expect(view.lines[0]?.text).toContain(greeting)
  expect(view.order).toBeNull()
  expect(view.lines.length).toBeGreaterThan(2)
})

it('an answer that could not be thought of is told as such', async () => {
  const talk = new TrialTalk({
    flow: 'order_call',
    edition: { version: 0, content: SHIPPED_FLOWS.order_call },
    revision: null,
    companyName: '한빛 화환',
    priceWon: 80_000,
    idleMs: 1,
    takeTurn: async ({ opening }) => (opening === 'greet' ? { text: '네.', toolCalls: [] } : null),
    now: () => NOW,
  })
  await talk.open()
  await talk.say('여보세요')
  expect(talk.view().lines.at(-1)).toMatchObject({ fault: true, text: expect.stringContaining('죄송합니다') })
  await talk.say('여보세요?')
  expect(talk.view().end).toBe('fault')
})
