/** Requested calls as a table for spreadsheets: a line a call, three columns a question. */
import { toCsv } from '../../domain/csv.ts'
import type { Language } from '../../domain/money.ts'
import type { OutboundRecord } from '../schemas/outbound.ts'

export const OUTBOUND_COLUMNS = {
  ko: [
    '번호',
    '상태',
    '발신번호',
    '착신번호',
    '통화 목적',
    '요청 시각',
    '응답 시각',
    '종료 시각',
    '통화 시간(초)',
    '시도',
    '실패 사유',
    '요청자',
    'AI 요약',
  ],
  en: [
    'Id',
    'State',
    'Caller',
    'Callee',
    'Purpose',
    'Asked at',
    'Answered at',
    'Ended at',
    'Seconds talked',
    'Attempts',
    'Failure',
    'Asked by',
    'Summary',
  ],
} as const satisfies Readonly<Record<Language, readonly string[]>>

const QUESTION_COLUMNS = {
  ko: ['질문', '답변', '원문', '신뢰도'],
  en: ['Question', 'Answer', 'Words', 'Confidence'],
} as const satisfies Readonly<Record<Language, readonly string[]>>

export function outboundCsv(records: readonly OutboundRecord[], language: Language): string {
  const questions = Math.max(0, ...records.map(({ answers }) => answers.length))
  const heading = Array.from({ length: questions }, (_, index) =>
    QUESTION_COLUMNS[language].map((title) => `${title} ${index + 1}`),
  )
  return toCsv([...OUTBOUND_COLUMNS[language], ...heading.flat()], records.map(line))
}

const line = (record: OutboundRecord) => [
  record.outbound_id,
  record.state,
  record.caller_number,
  record.callee_number,
  record.purpose,
  record.created_at,
  record.answered_at ?? '',
  record.completed_at ?? '',
  record.duration_seconds,
  record.attempt_count,
  record.failure_reason ?? '',
  record.requested_by,
  record.summary ?? '',
  ...record.answers.flatMap((answer) => [
    answer.question_text,
    answer.answer_summary ?? answer.status,
    answer.answer_text ?? '',
    answer.confidence,
  ]),
]
