/** Campaigns of the fake, with the refusals of the real API. */
import { readListFile } from '../../../api/campaign-file.ts'
import { type CampaignPlan, ROW_STATES } from '../../../domain/campaign.ts'
import { guessColumns, missingColumns, readList } from '../../../domain/campaign-list.ts'
import { fillRow, variablesOf } from '../../../domain/campaign-template.ts'
import { toCsv } from '../../../domain/csv.ts'
import { maskPhone } from '../../../domain/phone-number.ts'
import type {
  Campaign,
  CampaignAnswers,
  CampaignRow,
  CampaignSpeed,
  ListColumns,
  LiveEvent,
  NewCampaign,
  UploadedList,
} from '../../../web/api/types.ts'
import { inMinutes } from './clock.ts'

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly type?: string
  readonly raw?: string
}
interface Told {
  tell(event: LiveEvent): void
}

/** Ids that tests speak of. */
export const CAMPAIGNS = {
  running: 'cp-0000c001',
  tripped: 'cp-0000c002',
  draft: 'cp-0000c003',
  done: 'cp-0000c004',
  made: 'cp-0000beef',
} as const

const ok = (body: unknown): Answer => ({ status: 200, body })
const refused = (status: number, code: string, errors: readonly object[] = []): Answer => ({
  status,
  type: 'application/problem+json',
  body: { type: `/api/docs#${code}`, title: code, status, code, detail: 'A sentence in English.', errors },
})

const NOTHING: Campaign['counts'] = {
  total: 0,
  waiting: 0,
  calling: 0,
  done: 0,
  not_called: 0,
  completed: 0,
  outcomes: {},
  not_called_reasons: {},
}

function campaign(campaignId: string, change: Partial<Campaign>): Campaign {
  const purpose = change.purpose ?? '{이름} 님 근조화환 배송 만족도 조사'
  const questions = change.questions ?? ['배송에 만족하셨나요?', '더 바라는 점이 있으신가요?']
  return {
    campaign_id: campaignId,
    name: '11월 배송 만족도',
    kind: 'survey',
    state: 'draft',
    issue: null,
    caller_numbers: ['07012345678', '15880000'],
    caller_display_name: '대리 화환',
    purpose,
    questions,
    variables: variablesOf({ purpose, questions }),
    hours: { from: 540, until: 1200, weekdays: [1, 2, 3, 4, 5], on_holidays: false, closed_days: [] },
    speed: { window_size: 5, calls_per_second: 1 },
    max_retries: 2,
    counts: NOTHING,
    success_rate: null,
    expected_end: null,
    requested_by: 'owner@example.com',
    created_at: inMinutes(-95),
    started_at: null,
    ended_at: null,
    ...change,
  }
}

const ANSWERS: CampaignAnswers = {
  calls: 268,
  mean_seconds: 74.6,
  cost_won: 18_412.5,
  cost_per_completed_won: 41.38,
  questions: [
    {
      question: '배송에 만족하셨나요?',
      answered: 151,
      unclear: 6,
      refused: 4,
      not_asked: 1,
      answers: [
        { answer: '만족', count: 118 },
        { answer: '보통', count: 21 },
        { answer: '불만족', count: 12 },
      ],
    },
    {
      question: '더 바라는 점이 있으신가요?',
      answered: 97,
      unclear: 12,
      refused: 9,
      not_asked: 44,
      answers: [
        { answer: '없음', count: 41 },
        { answer: '배송 사진을 더 빨리 받고 싶음', count: 14 },
        { answer: '꽃이 더 싱싱했으면 함', count: 9 },
        { answer: '리본 문구를 미리 보고 싶음', count: 7 },
        { answer: '새벽 배송이 되면 좋겠음', count: 4 },
        { answer: '가격이 조금 비쌈', count: 3 },
        { answer: '장례식장 주소를 다시 확인해 주면 좋겠음', count: 1 },
      ],
    },
  ],
  hours: [
    { hour: 9, calls: 61, answered: 29 },
    { hour: 10, calls: 72, answered: 47 },
    { hour: 11, calls: 70, answered: 51 },
    { hour: 12, calls: 65, answered: 35 },
  ],
}
const NO_ANSWERS: CampaignAnswers = {
  calls: 0,
  mean_seconds: null,
  cost_won: 0,
  cost_per_completed_won: null,
  questions: [],
  hours: [],
}

const UNCALLED = { why: null, outcome: null, attempts: 0, outbound_id: null, due_at: null } as const
const ROWS: readonly Omit<CampaignRow, 'row_id' | 'line'>[] = [
  {
    ...UNCALLED,
    callee_number: '010-****-5432',
    state: 'done',
    outcome: 'completed',
    attempts: 1,
    outbound_id: 'ob-0000a001',
  },
  { ...UNCALLED, callee_number: '010-****-2211', state: 'calling', attempts: 1, outbound_id: 'ob-0000a002' },
  {
    ...UNCALLED,
    callee_number: '010-****-9090',
    state: 'done',
    outcome: 'no_answer',
    attempts: 3,
    outbound_id: 'ob-0000a004',
  },
  { ...UNCALLED, callee_number: '010-****-7071', state: 'not_called', why: 'do_not_call' },
  { ...UNCALLED, callee_number: '010-****-3308', state: 'not_called', why: 'frequency_cap' },
  {
    ...UNCALLED,
    callee_number: '010-****-6120',
    state: 'waiting',
    why: 'retry',
    attempts: 1,
    due_at: inMinutes(40),
  },
  { ...UNCALLED, callee_number: '02-***-4400', state: 'waiting' },
]

export class FakeCampaigns {
  /** The newest first. */
  campaigns: Campaign[] = [
    campaign(CAMPAIGNS.draft, { name: '설 연휴 배송 안내', kind: 'notice', created_at: inMinutes(-5) }),
    campaign(CAMPAIGNS.running, {
      state: 'running',
      started_at: inMinutes(-90),
      expected_end: inMinutes(75),
      success_rate: 0.64,
      counts: {
        total: 500,
        waiting: 221,
        calling: 5,
        done: 253,
        not_called: 21,
        completed: 162,
        outcomes: { completed: 162, no_answer: 58, busy: 19, rejected: 11, failed: 3 },
        not_called_reasons: { frequency_cap: 9, do_not_call: 7, opted_out: 4, skipped: 1 },
      },
    }),
    campaign(CAMPAIGNS.tripped, {
      name: '겨울 화환 할인 소식',
      kind: 'advertising',
      state: 'paused',
      issue: { cause: 'breaker', failed: 6, ended: 8, at: inMinutes(-12) },
      created_at: inMinutes(-300),
      started_at: inMinutes(-40),
      success_rate: 0.25,
      counts: {
        ...NOTHING,
        total: 1200,
        waiting: 1048,
        done: 8,
        not_called: 144,
        completed: 2,
        outcomes: { failed: 6, completed: 2 },
        not_called_reasons: { no_consent: 131, consent_expired: 13 },
      },
    }),
    campaign(CAMPAIGNS.done, {
      name: '10월 배송 만족도',
      state: 'done',
      created_at: inMinutes(-43_300),
      started_at: inMinutes(-43_200),
      ended_at: inMinutes(-42_900),
      success_rate: 0.71,
      counts: {
        ...NOTHING,
        total: 84,
        done: 80,
        not_called: 4,
        completed: 57,
        outcomes: { completed: 57, no_answer: 23 },
        not_called_reasons: { do_not_call: 4 },
      },
    }),
  ]
  rows: CampaignRow[] = ROWS.map((row, index) => ({ ...row, row_id: index + 1, line: index + 2 }))
  /** The next new campaign or skip is refused with it. */
  refusal: { readonly status: number; readonly code: string; readonly errors?: readonly object[] } | null =
    null

  find(id: string): Campaign {
    const found = this.campaigns.find(({ campaign_id }) => campaign_id === id)
    if (found === undefined) throw new Error(`no fixture ${id}`)
    return found
  }

  /** Changes one, and tells it as the API does. */
  change(world: Told, id: string, change: Partial<Campaign>): Campaign {
    const changed = { ...this.find(id), ...change }
    this.campaigns = this.campaigns.map((one) => (one.campaign_id === id ? changed : one))
    world.tell({ type: 'campaign_changed', campaign_id: id })
    return changed
  }

  async answer(world: Told, method: string, { pathname, searchParams }: URL, body: unknown): Promise<Answer> {
    const [, , , id, part, ...rest] = pathname.split('/')
    if (id === undefined)
      return method === 'POST' ? this.make(body as NewCampaign) : ok({ campaigns: this.campaigns })
    const found = this.campaigns.find(({ campaign_id }) => campaign_id === id)
    if (found === undefined) return refused(404, 'not_found')
    if (part === 'answers') return ok(found.counts.completed === 0 ? NO_ANSWERS : ANSWERS)
    if (part === 'rows' && rest.length === 2) return this.skip(world, found, Number(rest[0]))
    if (part === 'rows' && method === 'POST')
      return await this.takeList(world, found, searchParams, String(body), rest[0] === 'errors')
    if (part === 'rows') return ok(this.select(found, searchParams.get('state')))
    if (method === 'POST') return this.steer(world, found, part ?? '', body)
    return ok(found)
  }

  private make(body: NewCampaign): Answer {
    const { refusal } = this
    if (refusal !== null) {
      this.refusal = null
      return refused(refusal.status, refusal.code, refusal.errors)
    }
    const { name, kind, caller_numbers, purpose, questions, hours, speed, max_retries } = body
    const made = campaign(CAMPAIGNS.made, {
      name,
      kind,
      caller_numbers,
      purpose,
      questions,
      hours,
      speed,
      max_retries,
      created_at: inMinutes(0),
    })
    this.campaigns = [made, ...this.campaigns]
    return { status: 201, body: made }
  }

  private select({ counts }: Campaign, state: string | null) {
    const wanted = ROW_STATES.find((one) => one === state)
    const rows = counts.total === 0 ? [] : this.rows
    return { rows: rows.filter((row) => wanted === undefined || row.state === wanted), next_cursor: null }
  }

  private skip(world: Told, { campaign_id }: Campaign, rowId: number): Answer {
    const { refusal } = this
    if (refusal !== null) {
      this.refusal = null
      return refused(refusal.status, refusal.code)
    }
    const row = this.rows.find(({ row_id }) => row_id === rowId)
    if (row?.state !== 'waiting') return refused(409, 'not_waiting')
    const skipped = { ...row, state: 'not_called', why: 'skipped', due_at: null } as const
    this.rows = this.rows.map((one) => (one === row ? skipped : one))
    this.change(world, campaign_id, {})
    return { status: 204 }
  }

  private steer(world: Told, { campaign_id, state, counts }: Campaign, step: string, body: unknown): Answer {
    if (step === 'start') {
      if (state !== 'draft') return refused(409, 'started')
      if (counts.total === 0) return refused(409, 'no_rows')
      return ok(this.change(world, campaign_id, { state: 'running', started_at: inMinutes(0) }))
    }
    if (state === 'done' || state === 'stopped') return refused(409, 'over')
    if (state === 'draft') return refused(409, 'not_running')
    if (step === 'speed') return ok(this.change(world, campaign_id, { speed: body as CampaignSpeed }))
    if (step === 'pause') return ok(this.change(world, campaign_id, { state: 'paused', expected_end: null }))
    if (step === 'resume') return ok(this.change(world, campaign_id, { state: 'running', issue: null }))
    return ok(this.change(world, campaign_id, { state: 'stopped', issue: null, ended_at: inMinutes(0) }))
  }

  private async takeList(
    world: Told,
    found: Campaign,
    query: URLSearchParams,
    text: string,
    errorsOnly: boolean,
  ): Promise<Answer> {
    const file = await readListFile(new TextEncoder().encode(text)).catch(() => null)
    if (file === null) return refused(422, 'csv_empty')
    const plan: Pick<CampaignPlan, 'purpose' | 'questions' | 'callerNumbers'> = {
      purpose: found.purpose,
      questions: found.questions,
      callerNumbers: found.caller_numbers,
    }
    const given = query.get('columns')
    const columns = given === null ? guessColumns(file.headings, plan) : (JSON.parse(given) as ListColumns)
    const missing = columns === null ? [] : missingColumns(file.headings, columns, plan)
    const isReadable = columns !== null && missing.length === 0
    const list = isReadable ? readList(file, columns, plan, () => true) : { rows: [], errors: [] }
    if (errorsOnly)
      return {
        status: 200,
        type: 'text/csv; charset=utf-8',
        raw: toCsv(
          ['행', '오류'],
          list.errors.map(({ line, problem }) => [line, problem]),
        ),
      }
    const isDry = query.get('dry_run') === 'true' || !isReadable
    const added = isDry ? 0 : list.rows.length
    if (added > 0) {
      const { total, waiting } = found.counts
      const counts = { ...found.counts, total: total + added, waiting: waiting + added }
      this.change(world, found.campaign_id, { counts })
    }
    const answer: UploadedList = {
      dry_run: isDry,
      encoding: file.encoding,
      headings: [...file.headings],
      columns: columns === null ? null : { ...columns, variables: { ...columns.variables } },
      missing_columns: missing,
      valid: list.rows.length,
      added,
      already_there: 0,
      invalid: list.errors.length,
      errors: list.errors.map((error) => ({ ...error })),
      preview: list.rows.slice(0, 5).map(({ line, phone, variables }) => ({
        line,
        callee_number: maskPhone(phone),
        purpose: fillRow(plan, variables).purpose,
      })),
    }
    return ok(answer)
  }
}
