/**
 * What was found out of the questions of a call. The model reports it after each answer; what it reports is data: unknown
 * questions are ignored, an answer that was given is not taken back by a report that leaves it out, and whether the call
 * is done is computed here. So is whether an answer was heard surely enough to count: else it is read back first.
 */
import { confidenceOf, type HeardWord } from './heard-words.ts'
import { UNSURE_BELOW } from './read-back.ts'
import type { TalkLanguage } from './talk-language.ts'

export const QUESTION_STATUSES = ['pending', 'answered', 'unclear', 'refused'] as const
export type QuestionStatus = (typeof QUESTION_STATUSES)[number]

export interface QuestionState {
  /** "q1", "q2", … */
  readonly id: string
  readonly text: string
  readonly status: QuestionStatus
  /** The answer in few words; null while there is none. */
  readonly answer: string | null
  /** What they said, word for word. */
  readonly words: string | null
  /** 0 to 1. */
  readonly confidence: number
  /** When they said it, ms from the answer of the call; null where nobody did. */
  readonly heardAtMs: number | null
  /** `unclear` only because it was hardly heard: it counts once they agree to it. */
  readonly inDoubt?: true
}

/** What the callee said just before a report. */
export interface HeardAnswer {
  readonly words: string
  /** From the answer of the call. */
  readonly atMs: number
  /** How surely all of it was recognised, 0-1; absent: surely. */
  readonly confidence?: number
  readonly heard?: readonly HeardWord[]
}

export interface TaskState {
  readonly purposeStated: boolean
  readonly questions: readonly QuestionState[]
  /** The callee is busy, refuses to talk or has nothing more to say. */
  readonly shouldEndCall: boolean
  /** They don't want to be called any more; absent: they never said so. */
  readonly optedOut?: true
  /** They want a person to call them; absent: they never said so. */
  readonly callBackWanted?: true
}

export interface TaskProgress {
  readonly total: number
  readonly completed: number
  /** 0 to 1. */
  readonly progress: number
}

const MAX_ANSWER = 500

export const newTask = (questions: readonly string[]): TaskState => ({
  purposeStated: false,
  shouldEndCall: false,
  questions: questions.map((text, index) => ({
    id: `q${index + 1}`,
    text,
    status: 'pending',
    answer: null,
    words: null,
    confidence: 0,
    heardAtMs: null,
  })),
})

/**
 * What a call that broke off found out, for the call after it: the same questions, those that are settled stay so.
 * @returns null where there is nothing to go on with.
 */
export function taskToGoOn(before: TaskState, questions: readonly string[]): TaskState | null {
  const isSame =
    before.questions.length === questions.length &&
    before.questions.every(({ text }, index) => text === questions[index])
  if (!isSame || before.optedOut === true) return null
  if (before.questions.every(({ status }) => status === 'pending')) return null
  return { ...before, purposeStated: false, shouldEndCall: false }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, MAX_ANSWER) : null
const share = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0

/**
 * The task after a report of the model, whole or in part, bare or as `{ task_state }`.
 * @param heard what the callee said just before; null: nothing.
 */
export function readReport(task: TaskState, report: unknown, heard: HeardAnswer | null): TaskState {
  if (!isObject(report)) return task
  const told = isObject(report.task_state) ? report.task_state : report
  const reports: readonly unknown[] = Array.isArray(told.questions) ? told.questions : []
  const byId = new Map(reports.filter(isObject).map((one) => [one.id, one]))
  return {
    purposeStated: task.purposeStated || told.purpose_stated === true,
    shouldEndCall: task.shouldEndCall || told.should_end_call === true || told.opt_out === true,
    ...(task.optedOut === true || told.opt_out === true ? { optedOut: true as const } : {}),
    ...(task.callBackWanted === true || told.call_back === true ? { callBackWanted: true as const } : {}),
    questions: task.questions.map((question) => {
      const one = byId.get(question.id)
      return one === undefined ? question : readQuestion(question, one, heard)
    }),
  }
}

function readQuestion(
  question: QuestionState,
  report: Readonly<Record<string, unknown>>,
  heard: HeardAnswer | null,
): QuestionState {
  const status = QUESTION_STATUSES.find((one) => one === report.status)
  const answer = text(report.answer)
  if (status === undefined || status === 'pending') return question
  // "Answered" without an answer is none.
  if (status === 'answered' && answer === null) return question
  // What is settled stays so unless it is settled anew.
  if (status === 'unclear' && isSettled(question)) return question
  const isNews = status !== question.status || answer !== question.answer
  const { inDoubt, ...before } = question
  const told: QuestionState = {
    ...before,
    status,
    answer,
    words: quoted(report.words, heard) ?? (isNews ? (heard?.words ?? question.words) : question.words),
    confidence: share(report.confidence),
    heardAtMs: isNews ? (heard?.atMs ?? question.heardAtMs) : question.heardAtMs,
  }
  if (status !== 'answered' || answer === null || !isNews) return inDoubt && !isNews ? question : told
  const confidence = hearingOf(told.words ?? '', answer, heard)
  const isAgreed = inDoubt === true && isSameAnswer(answer, question.answer)
  // An unclear yes may have been a no; the same answer heard again by itself may not.
  const isSaidAgain = isAgreed && bare(heard?.words ?? '').includes(bare(answer))
  if (confidence < UNSURE_BELOW && !isSaidAgain) {
    return { ...told, status: 'unclear', inDoubt: true, confidence: Math.min(told.confidence, confidence) }
  }
  // Agreed to: the words are those by which it was told, at their moment.
  return isAgreed
    ? { ...told, answer: question.answer, words: question.words, heardAtMs: question.heardAtMs }
    : told
}

/** The model may leave out the rest of a turn, but puts no words in anybody's mouth: what was not heard is no quote. */
function quoted(words: unknown, heard: HeardAnswer | null): string | null {
  const quote = text(words)
  if (quote === null || heard === null) return quote
  return bare(heard.words).includes(bare(quote)) ? quote : null
}

/** Of the words that the answer rests on, 0-1. */
function hearingOf(quote: string, answer: string, heard: HeardAnswer | null): number {
  if (heard?.confidence === undefined) return 1
  return confidenceOf(answer, quote, heard.heard ?? []) ?? heard.confidence
}

const isSameAnswer = (one: string, other: string | null): boolean =>
  other !== null && bare(one) === bare(other)
const bare = (answer: string): string => answer.replace(/[\s\p{P}]/gu, '').toLowerCase()

const READ_BACK: Readonly<Record<TalkLanguage, (answer: string) => string>> = {
  ko: (answer) => `잘 들리지 않아 확인하겠습니다. ${answer}, 맞으세요?`,
  en: (answer) => `I could not hear that well, let me check: ${answer}. Is that correct?`,
  ja: (answer) => `少し聞き取りにくかったので確認いたします。${answer}、でよろしいでしょうか?`,
  zh: (answer) => `刚才没有听清,我确认一下:${answer},对吗?`,
}

/** The answers that were heard in doubt, each with the sentence that asks whether it is right. */
export const answerReadBacks = ({ questions }: TaskState, language: TalkLanguage) =>
  questions.flatMap(({ id, answer, inDoubt }) =>
    inDoubt === true && answer !== null ? [{ id, answer, say: READ_BACK[language](answer) }] : [],
  )

const isSettled = ({ status }: Pick<QuestionState, 'status'>): boolean =>
  status === 'answered' || status === 'refused'

/** Nothing is left to ask, or nobody to ask it. */
export const isFinished = (task: TaskState): boolean => task.shouldEndCall || isAllSettled(task)

/** Each question was answered or refused. */
export const isAllSettled = ({ questions }: TaskState): boolean => questions.every(isSettled)

export function progressOf({ questions }: TaskState): TaskProgress {
  const completed = questions.filter(isSettled).length
  return { total: questions.length, completed, progress: completed / Math.max(1, questions.length) }
}

const OPENING_TAG = '[TASK_STATE]'
const TAG = /\[TASK_STATE\]([\s\S]*?)(?:\[\/TASK_STATE\]|$)/g

/**
 * Takes the report out of what a model says: it is never spoken.
 * @returns the words without it, and the reports in order; one that is no JSON is dropped.
 */
export function splitReport(said: string): { readonly spoken: string; readonly reports: readonly unknown[] } {
  const reports = [...said.matchAll(TAG)].flatMap(([, json = '']) => {
    try {
      return [JSON.parse(json) as unknown]
    } catch {
      return []
    }
  })
  return { spoken: said.replace(TAG, ' ').replace(/\s+/g, ' ').trim(), reports }
}

/** Where a text that is still being written may begin a report: what comes after is not spoken yet. */
export function speakableLength(written: string): number {
  const at = written.indexOf('[')
  if (at < 0) return written.length
  const begun = written.slice(at, at + OPENING_TAG.length)
  return OPENING_TAG.startsWith(begun) ? at : at + 1
}
