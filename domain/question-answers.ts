/**
 * What was found out of the questions of a call. The model reports it after each answer; what it reports is data: unknown
 * questions are ignored, an answer that was given is not taken back by a report that leaves it out, and whether the call
 * is done is computed here.
 */

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

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, MAX_ANSWER) : null
const share = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0

/**
 * The task after a report of the model, whole or in part, bare or as `{ task_state }`.
 * @param heard what the callee said just before, and when; null: nothing.
 */
export function readReport(
  task: TaskState,
  report: unknown,
  heard: { readonly words: string; readonly atMs: number } | null,
): TaskState {
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
  heard: { readonly words: string; readonly atMs: number } | null,
): QuestionState {
  const status = QUESTION_STATUSES.find((one) => one === report.status)
  const answer = text(report.answer)
  if (status === undefined || status === 'pending') return question
  // "Answered" without an answer is none.
  if (status === 'answered' && answer === null) return question
  // What is settled stays so unless it is settled anew.
  if (status === 'unclear' && isSettled(question)) return question
  const isNews = status !== question.status || answer !== question.answer
  return {
    ...question,
    status,
    answer,
    words: text(report.words) ?? (isNews ? (heard?.words ?? question.words) : question.words),
    confidence: share(report.confidence),
    heardAtMs: isNews ? (heard?.atMs ?? question.heardAtMs) : question.heardAtMs,
  }
}

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
