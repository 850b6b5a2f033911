import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  answerReadBacks,
  isAllSettled,
  isFinished,
  newTask,
  progressOf,
  QUESTION_STATUSES,
  readReport,
  speakableLength,
  splitReport,
} from '../../domain/question-answers.ts'

const MEETING = newTask(['참석 가능 여부', '장소 변경 필요 여부'])
const attending = {
  id: 'q1',
  text: '참석 가능 여부',
  status: 'answered',
  answer: '참석 가능',
  confidence: 0.95,
}

describe('an answer that was hardly heard', () => {
  const mumbled = { words: '네, 참석 가능합니다.', atMs: 8_400, confidence: 0.4 }
  const doubted = readReport(MEETING, { questions: [attending] }, mumbled)

  it('is unclear, with its confidence, and read back', () => {
    expect(doubted.questions[0]).toMatchObject({ status: 'unclear', answer: '참석 가능', confidence: 0.4 })
    expect(progressOf(doubted).completed).toBe(0)
    expect(answerReadBacks(doubted, 'ko')).toEqual([
      { id: 'q1', answer: '참석 가능', say: '잘 들리지 않아 확인하겠습니다. 참석 가능, 맞으세요?' },
    ])
  })

  it('counts once they agree clearly, by its own words and moment', () => {
    const yes = { words: '네 맞아요', atMs: 12_000, confidence: 0.9 }
    const after = readReport(doubted, { questions: [{ ...attending, words: '네 맞아요' }] }, yes)
    expect(after.questions[0]).toEqual({
      ...attending,
      words: '네, 참석 가능합니다.',
      heardAtMs: 8_400,
    })
    expect(answerReadBacks(after, 'ko')).toEqual([])
  })

  it('is not agreed to by a yes that may have been a no, but by the same answer heard again', () => {
    const unclear = readReport(doubted, { questions: [attending] }, { ...mumbled, words: '네' })
    expect(unclear.questions[0]?.status).toBe('unclear')
    const again = readReport(doubted, { questions: [attending] }, { ...mumbled, words: '참석 가능하다고요' })
    expect(again.questions[0]?.status).toBe('answered')
  })

  it('is told by the words of the answer, not by the rest of the turn', () => {
    const heard = [
      { text: '어', confidence: 0.2 },
      { text: '참석', confidence: 0.9 },
      { text: '가능해요', confidence: 0.9 },
    ]
    const task = readReport(MEETING, { questions: [attending] }, { ...mumbled, heard })
    expect(task.questions[0]).toMatchObject({ status: 'answered', confidence: 0.95 })
  })

  it('gives way to another one that is clear', () => {
    const other = { ...attending, answer: '참석 불가능' }
    const after = readReport(
      doubted,
      { questions: [other] },
      { words: '아니요, 못 가요', atMs: 9, confidence: 0.9 },
    )
    expect(after.questions[0]).toMatchObject({ status: 'answered', answer: '참석 불가능', heardAtMs: 9 })
    expect(after.questions[0]).not.toHaveProperty('inDoubt')
  })
})

describe('a report of the model', () => {
  it('brings an answer with the words that were just heard', () => {
    const report = { task_state: { purpose_stated: true, questions: [attending], all_completed: false } }
    const task = readReport(MEETING, report, { words: '네, 참석 가능합니다.', atMs: 8_400 })
    expect(task.purposeStated).toBe(true)
    expect(task.questions[0]).toEqual({
      id: 'q1',
      text: '참석 가능 여부',
      status: 'answered',
      answer: '참석 가능',
      words: '네, 참석 가능합니다.',
      confidence: 0.95,
      heardAtMs: 8_400,
    })
    expect(progressOf(task)).toEqual({ total: 2, completed: 1, progress: 0.5 })
    expect(isFinished(task)).toBe(false)
  })

  it('quotes a part of what was heard, and nothing that was not', () => {
    const heard = { words: '네, 참석 가능합니다. 그런데 지금 바빠요.', atMs: 1 }
    const told = (words: string) =>
      readReport(MEETING, { questions: [{ ...attending, words }] }, heard).questions[0]?.words
    expect(told('네 참석 가능합니다')).toBe('네 참석 가능합니다')
    expect(told('전액 환불에 동의합니다.')).toBe(heard.words)
  })

  it('may be bare and in part, and keeps what it does not name', () => {
    const task = readReport(MEETING, { questions: [attending] }, { words: '네.', atMs: 1_000 })
    const after = readReport(
      task,
      { questions: [{ id: 'q2', status: 'refused' }] },
      { words: '됐어요.', atMs: 5_000 },
    )
    expect(after.questions.map(({ status }) => status)).toEqual(['answered', 'refused'])
    expect(after.questions[0]).toEqual(task.questions[0])
    expect(isAllSettled(after)).toBe(true)
  })

  it('that repeats an answer does not date it anew', () => {
    const task = readReport(MEETING, { questions: [attending] }, { words: '네, 갑니다.', atMs: 1_000 })
    const again = readReport(task, { questions: [attending] }, { words: '아니요, 그대로요.', atMs: 9_000 })
    expect(again.questions[0]).toEqual(task.questions[0])
  })

  it('is done when the model says so only as far as the questions are', () => {
    expect(isFinished(readReport(MEETING, { all_completed: true }, null))).toBe(false)
    expect(isFinished(readReport(MEETING, { should_end_call: true }, null))).toBe(true)
    expect(isAllSettled(readReport(MEETING, { should_end_call: true }, null))).toBe(false)
  })

  it('with unknown questions, an answer that is none, or a doubt after an answer changes nothing', () => {
    const task = readReport(MEETING, { questions: [attending] }, null)
    for (const one of [
      { id: 'q9', status: 'answered', answer: '예' },
      { id: 'q2', status: 'answered' },
      { id: 'q1', status: 'unclear' },
      null,
      7,
    ])
      expect(readReport(task, { questions: [one] }, null)).toEqual(task)
  })

  it('whatever it is, the questions stay the same and none is unsettled', () => {
    const report = fc.oneof(
      fc.anything(),
      fc.record({
        questions: fc.array(
          fc.record({
            id: fc.constantFrom('q1', 'q2', 'q3', 7),
            status: fc.constantFrom(...QUESTION_STATUSES, 'done'),
            answer: fc.oneof(fc.string(), fc.constant(undefined), fc.integer()),
            confidence: fc.oneof(fc.double(), fc.string()),
          }),
        ),
        should_end_call: fc.boolean(),
      }),
    )
    fc.assert(
      fc.property(fc.array(report, { maxLength: 6 }), (reports) => {
        let task = MEETING
        for (const one of reports) {
          const before = progressOf(task).completed
          task = readReport(task, one, { words: '네', atMs: 1 })
          expect(task.questions.map(({ id, text }) => [id, text])).toEqual(
            MEETING.questions.map(({ id, text }) => [id, text]),
          )
          expect(progressOf(task).completed).toBeGreaterThanOrEqual(before)
          for (const { confidence } of task.questions) expect(confidence >= 0 && confidence <= 1).toBe(true)
        }
      }),
    )
  })
})

describe('the tag in what a model says', () => {
  it('is taken out, and nothing of it is spoken', () => {
    const said = '네, 감사합니다. [TASK_STATE]{"questions":[{"id":"q1"}]}[/TASK_STATE] 장소는 어떠신가요?'
    expect(splitReport(said)).toEqual({
      spoken: '네, 감사합니다. 장소는 어떠신가요?',
      reports: [{ questions: [{ id: 'q1' }] }],
    })
  })

  it('that is cut or no JSON is not spoken either', () => {
    expect(splitReport('알겠습니다. [TASK_STATE]{"questions":[')).toEqual({
      spoken: '알겠습니다.',
      reports: [],
    })
    expect(splitReport('[TASK_STATE]nothing[/TASK_STATE]네.')).toEqual({ spoken: '네.', reports: [] })
  })

  it('is held back from its first sign on, while the text still comes in', () => {
    expect(speakableLength('네. [TASK_ST')).toBe(3)
    expect(speakableLength('네. [')).toBe(3)
    expect(speakableLength('네. [참고] 말씀')).toBe(4)
    expect(speakableLength('네.')).toBe(2)
  })
})
