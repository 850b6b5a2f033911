import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitSentences } from '../../activities/claude/sentences.ts'
import { phrasesOf, resuming } from '../../activities/dialogue/phrases.ts'
import { whyNoCallBack } from '../../domain/call-back.ts'
import type { DialogueMessage } from '../../domain/dialogue.ts'
import { openQuestion } from '../../domain/resumed-talk.ts'

const policy = { isOn: true, fromHour: 7, toHour: 23 }
/** Of 26 November in Korea. */
const at = (clock: string) => Date.parse(`2026-11-26T${clock}:00+09:00`)
const called = { policy, number: '01012345678', doNotCall: false, atMs: at('12:00') }

test('who was cut off is called back, unless that is off, it is night, they want no calls, or nobody knows the number', () => {
  expect(whyNoCallBack(called)).toBeNull()
  expect(whyNoCallBack({ ...called, policy: { ...policy, isOn: false } })).toBe('off')
  for (const number of ['', '15880', '8613800138000', '+14155550100', 'anonymous'])
    expect(whyNoCallBack({ ...called, number })).toBe('no_number')
  expect(whyNoCallBack({ ...called, number: '0212345678' })).toBeNull()
  expect(whyNoCallBack({ ...called, doNotCall: true })).toBe('do_not_call')
  expect(whyNoCallBack({ ...called, atMs: at('06:59') })).toBe('closed_hours')
  expect(whyNoCallBack({ ...called, atMs: at('07:00') })).toBeNull()
  expect(whyNoCallBack({ ...called, atMs: at('22:59') })).toBeNull()
  expect(whyNoCallBack({ ...called, atMs: at('23:00') })).toBe('closed_hours')
})

test('who was cut off more than a quarter of an hour ago is left to a person', () => {
  const ago = (minutes: number) => whyNoCallBack({ ...called, cutOffAtMs: called.atMs - minutes * 60_000 })
  expect([ago(-1), ago(0), ago(15)]).toEqual([null, null, null])
  expect([ago(15.01), ago(11 * 60)]).toEqual(['too_late', 'too_late'])
})

test('from midnight to midnight nobody is too late; whoever is on the list never is called', () => {
  const whole = { ...policy, fromHour: 0, toHour: 24 }
  fc.assert(
    fc.property(fc.nat(4e12), fc.boolean(), (atMs, doNotCall) => {
      const why = whyNoCallBack({ ...called, policy: whole, atMs, doNotCall })
      expect(why).toBe(doNotCall ? 'do_not_call' : null)
    }),
  )
})

const ours = (heard: string): DialogueMessage => ({
  role: 'assistant',
  heard,
  interrupted: false,
  toolCalls: [],
})
const theirs = (words: string): DialogueMessage => ({ role: 'caller', words, toolResults: [] })
const greeting = ours('안녕하세요, 대리 화환 AI 상담원입니다. 통화는 녹음됩니다. 무엇을 도와드릴까요?')
const open = (...messages: DialogueMessage[]) => openQuestion(messages, splitSentences)

test('the question that was open is what we asked last', () => {
  expect(open()).toEqual([])
  expect(open(greeting)).toEqual(['무엇을 도와드릴까요?'])
  expect(open(greeting, theirs('화환이요'), ours('네, 감사합니다. 몇 호실로 보내 드릴까요?'))).toEqual([
    '몇 호실로 보내 드릴까요?',
  ])
  // Words of theirs, and results of tools, may stand behind it.
  expect(open(greeting, ours('네. 몇 호실로 보내 드릴까요?'), theirs(''))).toEqual([
    '몇 호실로 보내 드릴까요?',
  ])
})

test('what was read back is read back again, and what asked nothing is not said twice', () => {
  const readBack = '확인해 드리겠습니다. 보내시는 분은 조민지 님입니다. 맞으신가요?'
  expect(open(greeting, ours(`네. ${readBack}`))).toEqual(splitSentences(readBack))
  expect(open(greeting, ours('네, 바로 접수해 드리겠습니다. 잠시만요.'))).toEqual([])
})

test('whom we call back hears who calls, that we are sorry, that it is recorded, and the open question', () => {
  const context = { companyName: '대리 화환', language: 'ko' } as const
  const phrase = phrasesOf('order_call', undefined, context)
  const asked = [greeting, theirs('화환이요'), ours('네, 감사합니다. 몇 호실로 보내 드릴까요?')]
  expect(resuming(context, phrase, asked)).toEqual({
    disclosure: [
      '안녕하세요, 대리 화환 AI 상담원입니다.',
      '조금 전 통화가 저희 문제로 끊어져 죄송합니다.',
      '통화는 녹음됩니다.',
    ],
    question: '말씀해 주신 내용은 그대로 있으니 이어서 여쭙겠습니다. 몇 호실로 보내 드릴까요?',
  })
  expect(resuming(context, phrase, [ours('잠시만요.')]).question).toContain('이어서 말씀해 주시겠어요?')
})
