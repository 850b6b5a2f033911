/** Requested calls of the fake, with the refusals of the real API. */
import type {
  LiveEvent,
  NewOutboundTemplate,
  OutboundOptions,
  OutboundRecord,
  OutboundState,
  OutboundTemplateView,
} from '../../../web/api/types.ts'
import { ASKED_CALLS } from './asked-calls.ts'
import { inMinutes } from './clock.ts'

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly type?: string
  readonly raw?: string
  readonly headers?: Record<string, string>
}

/** Ids that tests speak of. */
export const OUTBOUND = {
  done: 'ob-0000a001',
  live: 'ob-0000a002',
  queued: 'ob-0000a003',
  noAnswer: 'ob-0000a004',
  waiting: 'ob-0000a005',
} as const

const refused = (status: number, code: string, errors: readonly object[] = []): Answer => ({
  status,
  type: 'application/problem+json',
  body: { type: `/api/docs#${code}`, title: code, status, code, detail: 'A sentence in English.', errors },
})

function record(id: string, state: OutboundState, change: Partial<OutboundRecord>): OutboundRecord {
  return {
    outbound_id: id,
    call_id: null,
    state,
    caller_number: '07012345678',
    callee_number: '010-****-5432',
    caller_display_name: 'ABC 주식회사',
    purpose: '내일 오후 2시 미팅 일정 확인',
    questions: [],
    max_duration: 180,
    priority: 5,
    scheduled_at: null,
    retry_on_no_answer: true,
    max_retries: 2,
    metadata: null,
    created_at: inMinutes(-13),
    started_at: null,
    answered_at: null,
    completed_at: null,
    next_try_at: null,
    duration_seconds: 0,
    attempt_count: 0,
    failure_reason: null,
    call_back_wanted: false,
    requested_by: 'owner@example.com',
    progress: { total: 2, completed: 0, progress: 0 },
    is_over: false,
    answers: [
      { ...UNASKED, question_id: 'q1', question_text: '참석 가능 여부' },
      { ...UNASKED, question_id: 'q2', question_text: '장소 변경 필요 여부' },
    ],
    summary: null,
    record_id: null,
    ...change,
  }
}

const UNASKED = { status: 'not_asked', answer_text: null, answer_summary: null, confidence: 0 } as const

export const FIXTURE_ANSWERS: OutboundRecord['answers'] = [
  {
    question_id: 'q1',
    question_text: '참석 가능 여부',
    status: 'answered',
    answer_text: '네, 참석 가능합니다.',
    answer_summary: '참석 가능',
    confidence: 0.95,
  },
  {
    question_id: 'q2',
    question_text: '장소 변경 필요 여부',
    status: 'answered',
    answer_text: '아니요, 기존 장소로 괜찮습니다.',
    answer_summary: '장소 변경 불필요',
    confidence: 0.92,
  },
]

export class FakeOutbound {
  options: OutboundOptions = {
    enabled: true,
    caller_numbers: ['07012345678', '15880000'],
    max_call_duration: 300,
    max_retries: 2,
    greeting_template: '안녕하세요, {display_name} AI 비서입니다. {purpose} 관련하여 연락드렸습니다.',
    closing_template: '확인 감사합니다. 좋은 하루 되세요.',
    default_display_name: '회사',
  }
  templates: OutboundTemplateView[] = [
    {
      id: 1,
      name: '미팅 확인',
      caller_display_name: 'ABC 주식회사',
      purpose: '{날짜} 미팅 일정 확인',
      questions: ['{날짜} 참석 가능 여부', '장소 변경 필요 여부'],
      blanks: ['날짜'],
      changed_by: 'owner@example.com',
      changed_at: inMinutes(-900),
    },
  ]
  /** The next request is refused with it. */
  refusal: { readonly status: number; readonly code: string; readonly errors?: readonly object[] } | null =
    null
  /** The newest first. */
  calls: OutboundRecord[] = [
    record(OUTBOUND.queued, 'queued', {
      callee_number: '02-***-4400',
      purpose: '제휴 화환 단가표 회신 요청: 이번 달 말까지 답을 주실 수 있는지 여쭙습니다.',
      created_at: inMinutes(-1),
      priority: 8,
    }),
    record(OUTBOUND.live, 'connected', {
      callee_number: '010-****-2211',
      created_at: inMinutes(-2),
      started_at: inMinutes(-1),
      answered_at: inMinutes(-0.6),
      attempt_count: 1,
      record_id: ASKED_CALLS.live,
      call_id: `outbound-${OUTBOUND.live}-11223344`,
    }),
    record(OUTBOUND.waiting, 'busy', {
      callee_number: '031-***-7777',
      purpose: '배송 가능 지역 확인',
      created_at: inMinutes(-6),
      started_at: inMinutes(-5),
      completed_at: inMinutes(-4.8),
      next_try_at: inMinutes(4),
      attempt_count: 1,
      failure_reason: 'SIP 486',
    }),
    record(OUTBOUND.done, 'completed', {
      started_at: inMinutes(-12),
      answered_at: inMinutes(-11.9),
      completed_at: inMinutes(-10.3),
      duration_seconds: 95,
      attempt_count: 1,
      progress: { total: 2, completed: 2, progress: 1 },
      is_over: true,
      answers: FIXTURE_ANSWERS,
      summary: '내일 오후 2시 미팅에 참석 가능하며, 장소는 기존대로 진행하기로 확인했습니다.',
      record_id: ASKED_CALLS.survey,
      call_id: `outbound-${OUTBOUND.done}-55667788`,
    }),
    record(OUTBOUND.noAnswer, 'no_answer', {
      callee_number: '010-****-9090',
      purpose: '설문: 지난 주문의 배송은 어떠셨는지',
      created_at: inMinutes(-40),
      started_at: inMinutes(-28),
      completed_at: inMinutes(-27.5),
      attempt_count: 3,
      failure_reason: 'SIP 408',
      is_over: true,
    }),
  ]

  find(id: string): OutboundRecord {
    const call = this.calls.find(({ outbound_id }) => outbound_id === id)
    if (call === undefined) throw new Error(`no fixture ${id}`)
    return call
  }

  /** Changes one, and tells it as the API does. */
  change(tell: (event: LiveEvent) => void, id: string, change: Partial<OutboundRecord>): OutboundRecord {
    const call = { ...this.find(id), ...change }
    this.calls = this.calls.map((one) => (one.outbound_id === id ? call : one))
    tell({ type: 'outbound_changed', outbound_id: id, call })
    return call
  }

  answer(
    world: { tell(event: LiveEvent): void },
    method: string,
    { pathname, searchParams }: URL,
    body: unknown,
  ): Answer {
    const tell = (event: LiveEvent) => world.tell(event)
    const [, , , id = '', rest] = pathname.split('/')
    if (id === 'options') return { status: 200, body: this.options }
    if (id === 'stats') return { status: 200, body: this.stats() }
    if (id === 'export') return { status: 200, raw: '\ufeff번호\r\n', type: 'text/csv' }
    if (id === '')
      return method === 'POST'
        ? this.take(body as Record<string, unknown>)
        : { status: 200, body: { calls: this.select(searchParams), next_cursor: null } }
    const call = this.calls.find(({ outbound_id }) => outbound_id === id)
    if (call === undefined) return refused(404, 'not_found')
    if (rest === 'transfer')
      return this.refusal === null
        ? { status: 202, body: { ok: true } }
        : refused(this.refusal.status, this.refusal.code)
    if (rest === 'cancel') return this.cancel(tell, call)
    if (rest === 'retry') return this.retry(tell, call)
    return { status: 200, body: call }
  }

  answerOfTemplates(method: string, id: number, body: unknown): Answer {
    if (method === 'GET') return { status: 200, body: { templates: this.templates } }
    if (method === 'DELETE') {
      const gone = this.templates.find((template) => template.id === id)
      this.templates = this.templates.filter((template) => template !== gone)
      return { status: 200, body: gone }
    }
    const { caller_display_name = null, ...wanted } = body as NewOutboundTemplate
    const saved = {
      ...wanted,
      id: 2,
      caller_display_name,
      blanks: [],
      changed_by: 'owner@example.com',
      changed_at: inMinutes(0),
    }
    this.templates = [...this.templates, saved]
    return { status: 200, body: saved }
  }

  private select(query: URLSearchParams): readonly OutboundRecord[] {
    const state = query.get('state')
    const words = query.get('q') ?? ''
    return this.calls.filter(
      (call) =>
        (state === null || call.state === state) &&
        (call.purpose.includes(words) || call.callee_number.endsWith(words) || call.outbound_id === words),
    )
  }

  private stats() {
    const over = this.calls.filter((call) => call.is_over)
    const completed = over.filter(({ state }) => state === 'completed').length
    const ended = over.filter(({ state }) => state !== 'cancelled').length
    return {
      total: this.calls.length,
      completed,
      in_progress: this.calls.length - over.length,
      no_answer: over.filter(({ state }) => state === 'no_answer').length,
      success_rate: ended === 0 ? null : completed / ended,
    }
  }

  private take(body: Record<string, unknown>): Answer {
    const { refusal } = this
    if (refusal !== null) {
      this.refusal = null
      return refused(refusal.status, refusal.code, refusal.errors)
    }
    const id = 'ob-0000beef'
    const created = record(id, 'queued', { purpose: String(body.purpose), created_at: inMinutes(0) })
    this.calls = [created, ...this.calls.filter(({ outbound_id }) => outbound_id !== id)]
    return { status: 202, body: { outbound_id: id, state: 'queued', created_at: inMinutes(0), message: '' } }
  }

  private cancel(tell: (event: LiveEvent) => void, { outbound_id, is_over }: OutboundRecord): Answer {
    if (is_over) return refused(409, 'over')
    const change = { state: 'cancelled', is_over: true, next_try_at: null } as const
    return { status: 200, body: this.change(tell, outbound_id, change) }
  }

  private retry(tell: (event: LiveEvent) => void, { outbound_id, state, is_over }: OutboundRecord): Answer {
    if (!is_over) return refused(409, 'not_over')
    if (state === 'completed') return refused(409, 'completed')
    this.change(tell, outbound_id, { state: 'queued', is_over: false, failure_reason: null })
    return { status: 202, body: { outbound_id, state: 'queued', created_at: inMinutes(0), message: '' } }
  }
}
