/** Somebody who is asked a few things on the telephone, by the stand-in of the model: without audio. */
import { describe, expect, it } from 'vitest'
import type { OutboundRequestContext } from '../../../domain/dialogue.ts'
import { isFinished, newTask, readReport, type TaskState } from '../../../domain/question-answers.ts'
import { readAnswer } from '../../../simulators/claude/brain/outbound-request/read-answer.ts'
import { type PersonaInput, personaSchema } from '../../../simulators/people/persona.ts'
import { Respondent } from '../../../simulators/people/respondent.ts'
import { playCall } from './vendor-call.ts'

const QUESTIONS = ['참석 가능 여부', '장소 변경 필요 여부']

/** Plays it; what was reported is what comes of it. */
async function asked(persona: Partial<PersonaInput>) {
  let task: TaskState = newTask(QUESTIONS)
  const wishes: unknown[] = []
  const context = (): OutboundRequestContext => ({
    flow: 'outbound_request',
    companyName: '대리 화환',
    language: 'ko',
    now: '2026-11-26T14:00:00+09:00',
    displayName: 'ABC 주식회사',
    purpose: '내일 오후 2시 미팅 일정 확인',
    task,
    connectsPerson: true,
    words: {
      greeting: '안녕하세요, {display_name} AI 비서입니다. {purpose} 관련하여 연락드렸습니다.',
      closing: '',
    },
  })
  const played = await playCall(
    context,
    new Respondent(personaSchema.parse({ name: '김민수', goal: 'answer_questions', ...persona })),
    {
      onTools: (calls) => {
        for (const { name, input } of calls)
          if (name === 'connect_person') wishes.push(input.reason)
          else task = readReport(task, input, null)
        return isFinished(task)
      },
    },
  )
  return { ...played, task, wishes }
}

const ANSWERS = [
  { to: '참석 가능 여부', says: ['네, 참석 가능합니다.'] },
  { to: '장소 변경', says: ['아니요, 기존 장소로 괜찮습니다.'] },
]

describe('a call with questions', () => {
  it('brings the answers, word for word and in short', async () => {
    const { task, transcript } = await asked({ answers: ANSWERS })
    expect(task.questions, transcript.join('\n')).toMatchObject([
      { status: 'answered', answer: '참석 가능', words: '네, 참석 가능합니다.', confidence: 0.95 },
      {
        status: 'answered',
        answer: '장소 변경 불필요',
        words: '아니요, 기존 장소로 괜찮습니다.',
        confidence: 0.92,
      },
    ])
    expect(transcript[1]).toContain('ABC 주식회사 AI 비서입니다. 내일 오후 2시 미팅 일정 확인 관련하여')
  })

  it('puts them through to a person who ask for one', async () => {
    const { wishes, transcript } = await asked({
      answers: [
        ...ANSWERS.slice(0, 1),
        { to: '장소 변경', says: ['담당자 좀 바꿔 주세요.', '아니요, 그대로요.'] },
      ],
    })
    expect(wishes, transcript.join('\n')).toEqual(['담당자와 통화하기를 원함'])
  })

  it('asks again what stayed unclear, and takes no for an answer', async () => {
    const { task, transcript } = await asked({
      answers: [
        { to: '참석 가능 여부', says: ['글쎄요, 잘 모르겠는데요.', '네, 갈 수 있어요.'] },
        { to: '장소 변경', says: ['그건 말씀드리기 어렵습니다.'] },
      ],
    })
    expect(transcript.filter((line) => line.includes('다시 여쭙겠습니다'))).toHaveLength(1)
    expect(task.questions.map(({ status }) => status)).toEqual(['answered', 'refused'])
  })

  it('gives up what stays unclear, without end', async () => {
    const { task } = await asked({ answers: [{ to: '여부', says: ['글쎄요.'] }] })
    expect(task.questions.map(({ status }) => status)).toEqual(['unclear', 'unclear'])
    expect(task.shouldEndCall).toBe(true)
  })

  it('ends at once with who has no time', async () => {
    const { task, transcript } = await asked({
      answers: [{ to: '통화 괜찮으세요', says: ['지금 바빠서 안 돼요.'] }],
    })
    expect(task.shouldEndCall).toBe(true)
    expect(task.questions.map(({ status }) => status)).toEqual(['pending', 'pending'])
    expect(transcript.at(-1)).toContain('바쁘신데 죄송합니다')
  })

  it('keeps what was said by who hangs up in the middle', async () => {
    const { task, endedBy } = await asked({ answers: ANSWERS, hangs_up: { after_turns: 2 } })
    expect(endedBy).toBe('them')
    expect(task.questions.map(({ status }) => status)).toEqual(['answered', 'pending'])
  })

  it('says again who calls to who asks', async () => {
    const { transcript, task } = await asked({
      answers: [
        { to: '통화 괜찮으세요', says: ['누구세요?'] },
        { to: '연락드렸습니다', says: ['네.'] },
        ...ANSWERS,
      ],
    })
    expect(transcript.filter((line) => line.includes('ABC 주식회사 AI 비서입니다')).length).toBeGreaterThan(1)
    expect(task.questions[1]?.status).toBe('answered')
  })
})

it.each([
  ['참석 가능 여부', '네, 참석 가능합니다.', 'answered', '참석 가능'],
  ['참석 가능 여부', '아니요, 못 갑니다.', 'answered', '참석 불가능'],
  ['몇 분이 오시나요?', '네 명입니다.', 'answered', '네 명'],
  ['몇 분이 오시나요?', '음', 'unclear', undefined],
  ['희망 시각', '말씀드리기 곤란해요.', 'refused', undefined],
] as const)('%s: "%s" is %s', (question, words, status, answer) => {
  const found = readAnswer(question, words)
  expect(found).toMatchObject(answer === undefined ? { status } : { status, answer })
})
