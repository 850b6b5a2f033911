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

const DOUBT = { id: 'q1', answer: '만족', say: '잘 들리지 않아 확인하겠습니다. 만족, 맞으세요?' }
const afterReadBack = (words: string) =>
  outboundRequest({
    model: 'm',
    max_tokens: 100,
    messages: [
      { role: 'assistant', content: '만족하셨나요?' },
      { role: 'user', content: '<caller>만족</caller>' },
      { role: 'assistant', content: DOUBT.say },
      {
        role: 'user',
        content: `<caller>${words}</caller>\n<state>${JSON.stringify({
          ...STATE,
          questions: [{ id: 'q1', text: '만족하셨나요?', status: 'unclear' }],
          read_back: [DOUBT],
        })}</state>`,
      },
    ],
  } as Parameters<typeof outboundRequest>[0])

test('an answer that is read back is agreed to, taken back, or given anew', () => {
  const reported = (words: string) => afterReadBack(words).toolUses[0]?.input
  expect(reported('네 맞아요')).toMatchObject({ questions: [{ status: 'answered', answer: '만족' }] })
  expect(reported('아니요.')).toMatchObject({ questions: [] })
  expect(reported('아니요, 불만족이에요')).toMatchObject({
    questions: [{ status: 'answered', answer: '불만족' }],
  })
})
