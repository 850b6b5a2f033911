/** Campaigns as the API shows them. */

import type { Database } from '../../db/database.ts'
import { readRemaining } from '../../db/queries/campaign-remaining.ts'
import { countCampaignRows, type RowCount } from '../../db/queries/campaign-rows.ts'
import { byDay } from '../../domain/calling-hours.ts'
import type { CampaignIssue, CampaignPlan, NotCalledReason } from '../../domain/campaign.ts'
import { type CallsToMake, forecastEnd } from '../../domain/campaign-forecast.ts'
import { variablesOf } from '../../domain/campaign-template.ts'
import { toCsv } from '../../domain/csv.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { Language } from '../../domain/money.ts'
import { answerTo, secondsTalked } from '../../domain/outbound-result.ts'
import type { TaskState } from '../../domain/question-answers.ts'
import {
  type CampaignRecord,
  type CampaignResult,
  type CampaignRowRecord,
  meanCallSeconds,
} from '../queries/campaigns.ts'
import {
  type Campaign,
  type CampaignAnswers,
  type CampaignRow,
  campaignRowSchema,
  campaignSchema,
} from '../schemas/campaigns.ts'
import { shownTime, shownTimeOrNull, type ViewContext } from './view-context.ts'

export const planOf = (row: CampaignRecord): CampaignPlan => row.plan as unknown as CampaignPlan

/** Campaigns with their counts, in the given order. */
export async function viewCampaigns(
  database: Database,
  rows: readonly CampaignRecord[],
  nowMs: number,
): Promise<Campaign[]> {
  const counts = await countCampaignRows(
    database,
    rows.map(({ id }) => id),
  )
  const running = rows.filter(({ state }) => state === 'running').map(({ id }) => id)
  const remaining = await readRemaining(database, running, nowMs)
  return await Promise.all(
    rows.map(async (row) => {
      const mean = row.state === 'running' ? await meanCallSeconds(database, row.id) : null
      const calls = remaining.get(row.id) ?? []
      return viewCampaign(row, { counts: counts.get(row.id) ?? [], calls, meanSeconds: mean, nowMs })
    }),
  )
}

function viewCampaign(
  row: CampaignRecord,
  known: {
    readonly counts: readonly RowCount[]
    /** What is left of it while it runs. */
    readonly calls: readonly CallsToMake[]
    readonly meanSeconds: number | null
    readonly nowMs: number
  },
): Campaign {
  const plan = planOf(row)
  const counts = sumCounts(known.counts)
  const { from, until, weekdays, onHolidays, closedDays } = plan.hours
  const speed = { windowSize: row.window_size, callsPerSecond: row.calls_per_second }
  const endMs =
    row.state === 'running'
      ? forecastEnd({
          nowMs: known.nowMs,
          calls: known.calls,
          speed,
          meanSeconds: known.meanSeconds,
          // Most have given no consent for the night.
          hours: row.kind === 'advertising' ? byDay(plan.hours) : plan.hours,
        })
      : null
  return campaignSchema.parse({
    campaign_id: row.campaign_id,
    name: row.name,
    kind: row.kind,
    state: row.state,
    issue: row.issue as CampaignIssue | null,
    caller_numbers: plan.callerNumbers,
    caller_display_name: plan.callerDisplayName,
    purpose: plan.purpose,
    questions: plan.questions,
    variables: variablesOf(plan),
    hours: { from, until, weekdays, on_holidays: onHolidays, closed_days: closedDays },
    speed: { window_size: row.window_size, calls_per_second: row.calls_per_second },
    max_retries: plan.maxRetries,
    counts,
    success_rate: counts.done === 0 ? null : counts.completed / counts.done,
    expected_end: endMs === null ? null : koreanIso(endMs - (endMs % 1_000)),
    requested_by: row.requested_by,
    created_at: shownTime(row.created_at),
    started_at: shownTimeOrNull(row.started_at),
    ended_at: shownTimeOrNull(row.ended_at),
  })
}

function sumCounts(counts: readonly RowCount[]): Campaign['counts'] {
  const of = (is: (row: RowCount) => boolean): number =>
    counts.filter(is).reduce((sum, { count }) => sum + count, 0)
  const outcomes: Record<string, number> = {}
  const reasons: Partial<Record<NotCalledReason, number>> = {}
  for (const { state, outcome, why, count } of counts) {
    if (state === 'done' && outcome !== null) outcomes[outcome] = (outcomes[outcome] ?? 0) + count
    if (state === 'not_called' && why !== null)
      reasons[why as NotCalledReason] = (reasons[why as NotCalledReason] ?? 0) + count
  }
  return {
    total: of(() => true),
    waiting: of(({ state }) => state === 'waiting'),
    calling: of(({ state }) => state === 'calling'),
    done: of(({ state }) => state === 'done'),
    not_called: of(({ state }) => state === 'not_called'),
    completed: of(({ state, outcome }) => state === 'done' && outcome === 'completed'),
    outcomes,
    not_called_reasons: reasons,
  }
}

export function viewRow(row: CampaignRowRecord, view: ViewContext): CampaignRow {
  const isDue = row.state === 'waiting' && Number.isFinite(new Date(row.due_at).getTime())
  return campaignRowSchema.parse({
    row_id: row.id,
    line: row.line,
    callee_number: view.maskedPhone(row.callee_number),
    state: row.state,
    why: row.why,
    outcome: row.outcome,
    attempts: row.attempts,
    outbound_id: row.outbound_id,
    due_at: isDue ? shownTime(row.due_at) : null,
  })
}

const taskOf = (row: CampaignResult, view: ViewContext): TaskState | null =>
  row.task === null ? null : (JSON.parse(view.plain(row.task)) as TaskState)

const secondsOf = ({ answered_at, completed_at }: CampaignResult): number =>
  secondsTalked({ answeredAt: shownTimeOrNull(answered_at), completedAt: shownTimeOrNull(completed_at) })

/** The most frequent answers of a question that are told apart. */
const MOST_ANSWERS = 12

/** What was answered, taken together. */
export class AnswerCount {
  readonly #view: ViewContext
  readonly #questions: {
    readonly question: string
    answered: number
    unclear: number
    refused: number
    not_asked: number
    readonly answers: Map<string, number>
  }[]
  readonly #hours = new Map<number, { calls: number; answered: number }>()
  #calls = 0
  #talks = 0
  #completed = 0
  #seconds = 0

  constructor(questions: readonly string[], view: ViewContext) {
    this.#view = view
    this.#questions = questions.map((question) => ({
      question,
      answered: 0,
      unclear: 0,
      refused: 0,
      not_asked: 0,
      answers: new Map(),
    }))
  }

  add(row: CampaignResult): void {
    if (row.started_at === null) return
    this.#calls++
    const hour = Number(shownTime(row.started_at).slice(11, 13))
    const counted = this.#hours.get(hour) ?? { calls: 0, answered: 0 }
    counted.calls++
    if (row.answered_at !== null) counted.answered++
    this.#hours.set(hour, counted)
    if (row.answered_at === null) return
    this.#talks++
    if (row.outcome === 'completed') this.#completed++
    this.#seconds += secondsOf(row)
    for (const [index, question] of (taskOf(row, this.#view)?.questions ?? []).entries()) {
      const { status, answer_summary } = answerTo(question)
      const count = this.#questions[index]
      if (count === undefined) continue
      count[status]++
      if (status !== 'answered' || answer_summary === null) continue
      const key = answer_summary.trim().replaceAll(/[.!]+$/g, '')
      count.answers.set(key, (count.answers.get(key) ?? 0) + 1)
    }
  }

  /** @param costWon of all calls of the campaign. */
  result(costWon: number): CampaignAnswers {
    return {
      calls: this.#calls,
      cost_won: hundredths(costWon),
      cost_per_completed_won: this.#completed === 0 ? null : hundredths(costWon / this.#completed),
      mean_seconds: this.#talks === 0 ? null : this.#seconds / this.#talks,
      questions: this.#questions.map(({ answers, ...question }) => ({
        ...question,
        answers: [...answers]
          .map(([answer, count]) => ({ answer, count }))
          .toSorted((a, b) => b.count - a.count || a.answer.localeCompare(b.answer))
          .slice(0, MOST_ANSWERS),
      })),
      hours: [...this.#hours]
        .map(([hour, count]) => ({ hour, ...count }))
        .toSorted((a, b) => a.hour - b.hour),
    }
  }
}

const hundredths = (won: number): number => Math.round(won * 100) / 100

const RESULT_COLUMNS = {
  ko: [
    '행',
    '착신번호',
    '상태',
    '사유',
    '결과',
    '시도',
    '통화 번호',
    '응답 시각',
    '통화 시간(초)',
    'AI 요약',
  ],
  en: [
    'Line',
    'Callee',
    'State',
    'Why',
    'Outcome',
    'Attempts',
    'Call',
    'Answered at',
    'Seconds talked',
    'Summary',
  ],
} as const satisfies Readonly<Record<Language, readonly string[]>>
const ANSWER_COLUMNS = {
  ko: ['답변', '원문', '신뢰도'],
  en: ['Answer', 'Words', 'Confidence'],
} as const satisfies Readonly<Record<Language, readonly string[]>>

/** A line a row, called or not. @param questions templates, for the heading. */
export function resultsCsv(
  results: readonly CampaignResult[],
  questions: readonly string[],
  view: ViewContext,
  language: Language,
): string {
  const heading = questions.flatMap((question) =>
    ANSWER_COLUMNS[language].map((column) => `${question} · ${column}`),
  )
  const lines = results.map((row) => {
    const answers = row.answered_at === null ? [] : (taskOf(row, view)?.questions.map(answerTo) ?? [])
    return [
      row.line,
      view.maskedPhone(row.callee_number),
      row.state,
      row.why,
      row.outcome,
      row.attempts,
      row.outbound_id,
      shownTimeOrNull(row.answered_at),
      secondsOf(row),
      row.summary === null ? null : view.plain(row.summary),
      ...questions.flatMap((_, index) => {
        const answer = answers[index]
        if (answer === undefined) return [null, null, null]
        return [answer.answer_summary ?? answer.status, answer.answer_text, answer.confidence]
      }),
    ]
  })
  return toCsv([...RESULT_COLUMNS[language], ...heading], lines)
}
