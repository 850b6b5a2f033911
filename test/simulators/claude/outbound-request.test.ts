/** What people say who are called: which of it means that they want no call ever again. */
import { expect, test } from 'vitest'
import { outboundRequest } from '../../../simulators/claude/brain/outbound-request/index.ts'

const STATE = {
  caller: 'ABC 주식회사',
  purpose: '만족도 조사',
  questions: [{ id: 'q1', text: '만족하셨나요?', status: 'pending' }],
}
const say = (words: string) =>
  outboundRequest({
    model: 'm',
    max_tokens: 100,
    messages: [
      { role: 'assistant', content: '만족하셨나요?' },
      { role: 'user', content: `<caller>${words}</caller>\n<state>${JSON.stringify(STATE)}</state>` },
    ],
  } as Parameters<typeof outboundRequest>[0])

test.each([
  '앞으로 전화하지 마세요.',
  '전화하지 마세요',
  '다시는 연락하지 말아 주세요.',
  '수신 거부할게요.',
  '수신거부 해 주세요',
  '더 이상 전화 안 받고 싶어요.',
  '제 번호 지워 주세요.',
  '광고 전화 싫어요',
  '이런 전화 걸지 마세요.',
])('"%s" takes effect at once', (words) => {
  const { text, toolUses } = say(words)
  expect(toolUses).toMatchObject([{ name: 'report_task_state', input: { opt_out: true } }])
  expect(text).toBe('네, 앞으로 전화드리지 않겠습니다.')
})

test.each(['지금 바빠요.', '나중에 전화 주세요.', '네, 만족합니다.', '전화가 잘 안 들려요.', '누구세요?'])(
  '"%s" does not',
  (words) => {
    for (const { input } of say(words).toolUses) expect(input).not.toHaveProperty('opt_out')
  },
)
