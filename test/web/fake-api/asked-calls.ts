/** The calls of requested ones: a survey that is over, and one that goes on. */
import type { CallDetail } from '../../../web/api/types.ts'
import { missedCall, orderCall, type Said, transcript } from './calls.ts'
import { inMinutes } from './clock.ts'

export const ASKED_CALLS = { survey: 'call-00000000b001', live: 'call-00000000b002' } as const

const SURVEY: readonly Said[] = [
  [
    'ai',
    '안녕하세요, ABC 주식회사 AI 비서입니다. 내일 오후 2시 미팅 일정 확인 관련하여 연락드렸습니다.',
    380,
  ],
  ['customer', '네, 안녕하세요.'],
  ['ai', '내일 미팅에 참석이 가능하신지 여쭤봐도 될까요?', 520],
  ['customer', '네, 참석 가능합니다.'],
  ['ai', '감사합니다. 장소를 변경할 필요가 있으실까요?', 610],
  ['customer', '아니요, 기존 장소로 괜찮습니다.'],
  ['ai', '확인 감사합니다. 좋은 하루 되세요.', 440],
]

export function askedCalls(): CallDetail[] {
  const lines = transcript(ASKED_CALLS.survey, SURVEY)
  const survey: CallDetail = {
    ...orderCall(ASKED_CALLS.survey, '', 12, '07012345678'),
    direction: 'outbound',
    from_number: '07012345678',
    to_number: '010-****-5432',
    duration_seconds: 95,
    order_no: null,
    summary: null,
    transcript: lines,
    recording_pauses: [],
    guests: [],
    analysis: null,
    flow: null,
  }
  const live: CallDetail = {
    ...missedCall(ASKED_CALLS.live, 1),
    direction: 'outbound',
    state: 'live',
    from_number: '07012345678',
    to_number: '010-****-2211',
    answered_at: inMinutes(-0.6),
    ended_at: null,
    transcript: transcript(ASKED_CALLS.live, SURVEY.slice(0, 3)),
  }
  return [survey, live]
}
