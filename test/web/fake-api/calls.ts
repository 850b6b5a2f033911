/** Calls of the fixtures with their transcripts. */
import type { CallDetail, CallSummary, TranscriptLine } from '../../../web/api/types.ts'
import { inMinutes } from './clock.ts'

export type Said = readonly [
  speaker: 'ai' | 'customer',
  text: string,
  latencyMs?: number | undefined,
  marks?: 'cut' | 'unsure',
]

const ORDER_DIALOGUE: readonly Said[] = [
  [
    'ai',
    '안녕하세요, 대리 화환 AI 상담원입니다. 통화 내용은 주문 처리를 위해 녹음됩니다. 무엇을 도와드릴까요?',
    420,
  ],
  ['customer', '네, 근조화환 하나 보내려고 하는데요. 서울아산병원 장례식장이에요. 특2호실입니다.'],
  ['ai', '서울아산병원 장례식장 특2호실로 보내드리겠습니다. 받으시는 분 성함이 어떻게 되시나요?', 612],
  ['customer', '김 영 자, 호 자 쓰시는 분이요.', undefined, 'unsure'],
  ['ai', '고 김영호 님 맞으시지요? 리본에는 보내시는 분을 어떻게 적어 드릴', 548, 'cut'],
  [
    'customer',
    '네 맞아요. 주식회사 한빛테크 임직원 일동으로 해 주세요. 문구는 삼가 고인의 명복을 빕니다로요.',
  ],
  ['ai', '네, 그렇게 적겠습니다. 언제까지 도착하면 될까요?', 701],
  ['customer', '오늘 오후 세 시까지요.'],
  [
    'ai',
    '확인해 드리겠습니다. 서울아산병원 장례식장 특2호실 고 김영호 님, 보내시는 분은 주식회사 한빛테크 임직원 일동, 문구는 삼가 고인의 명복을 빕니다, 오늘 오후 세 시까지입니다. 맞으신가요?',
    1780,
  ],
  ['customer', '네, 맞습니다.'],
  ['ai', '주문이 접수되었습니다. 결제 링크를 문자로 보내드렸습니다. 감사합니다.', 530],
]

const CHARACTERS_PER_SECOND = 7

export function transcript(callId: string, dialogue: readonly Said[]): TranscriptLine[] {
  let at = 0.4
  return dialogue.map(([speaker, text, latencyMs, mark], index) => {
    const start = at
    const end = start + text.length / CHARACTERS_PER_SECOND
    at = end + (latencyMs ?? 600) / 1000
    return {
      utterance_id: `${callId}-t${index}`,
      timestamp: Number(start.toFixed(1)),
      end: Number(end.toFixed(1)),
      speaker,
      text,
      confidence: speaker === 'ai' ? null : mark === 'unsure' ? 0.52 : 0.94,
      interrupted: mark === 'cut',
      latency_ms: latencyMs ?? null,
    }
  })
}

/** An order by phone from start to end. */
export function orderCall(callId: string, orderNo: string, minutesAgo: number, from: string): CallDetail {
  const lines = transcript(callId, ORDER_DIALOGUE)
  const seconds = (lines.at(-1)?.end ?? 0) + 1
  return {
    call_id: callId,
    direction: 'inbound',
    state: 'ended',
    from_number: from,
    to_number: '15880000',
    called_at: inMinutes(-minutesAgo),
    answered_at: inMinutes(-minutesAgo + 0.05),
    ended_at: inMinutes(-minutesAgo + 0.05 + seconds / 60),
    duration_seconds: Number(seconds.toFixed(1)),
    order_no: orderNo,
    summary: '근조화환 1개 주문. 서울아산병원 장례식장 특2호실, 오늘 15시까지. 내용 확인 후 결제 링크 발송.',
    has_recording: true,
    workflow_url: `http://127.0.0.1:4401/namespaces/default/workflows/inbound-${callId}`,
    placed_by: null,
    transcript: lines,
    recording_url: `/api/calls/${callId}/recording`,
    // A card number was told although nobody asked for it.
    recording_pauses: [{ from: 11.2, to: 16.4, paused_by: '이상담', resumed_by: '이상담' }],
    guests: [
      {
        person_id: 'person-2',
        name: '김팀장',
        mode: 'listen',
        asked_at: inMinutes(-minutesAgo + 0.1),
        joined_at: inMinutes(-minutesAgo + 0.15),
        left_at: inMinutes(-minutesAgo + 0.4),
      },
    ],
    usage: {
      models: [
        {
          model: 'claude-haiku-4-5',
          input_tokens: 4_812,
          output_tokens: 612,
          cache_read_tokens: 38_420,
          cache_write_tokens: 5_905,
          cost: 27.7,
        },
      ],
      recognition_seconds: 71.4,
      characters: 486,
      speech_cost: 39.3,
      cost: 67,
    },
    analysis: {
      outcome: 'order_placed',
      sentiment: 'positive',
      sentiments: lines
        .filter((line) => line.speaker === 'customer')
        .map((_, index, all) => (index < all.length - 1 ? 'neutral' : 'positive')),
      language: 'ko',
      follow_ups: ['상주가 두 분이니 리본 문구를 한 번 더 확인해 주세요.'],
    },
    flow: { name: 'order_call', version: 3 },
  }
}

/** A call in which the caller has told a part of the order so far. */
export function liveCall(callId: string, orderNo: string, from: string): CallDetail {
  return {
    call_id: callId,
    direction: 'inbound',
    state: 'live',
    from_number: from,
    to_number: '15880000',
    called_at: inMinutes(-0.8),
    answered_at: inMinutes(-0.75),
    ended_at: null,
    duration_seconds: null,
    order_no: orderNo,
    summary: null,
    has_recording: false,
    workflow_url: null,
    placed_by: null,
    transcript: transcript(callId, ORDER_DIALOGUE.slice(0, 3)),
    recording_url: null,
    recording_pauses: [],
    guests: [],
    usage: null,
    analysis: null,
    flow: null,
  }
}

export function missedCall(callId: string, minutesAgo: number): CallDetail {
  return {
    call_id: callId,
    direction: 'inbound',
    state: 'missed',
    from_number: '010-****-7719',
    to_number: '15880000',
    called_at: inMinutes(-minutesAgo),
    answered_at: null,
    ended_at: inMinutes(-minutesAgo + 0.3),
    duration_seconds: null,
    order_no: null,
    summary: null,
    has_recording: false,
    workflow_url: null,
    placed_by: null,
    transcript: [],
    recording_url: null,
    recording_pauses: [],
    guests: [],
    usage: null,
    analysis: null,
    flow: null,
  }
}

/** A call that somebody of ours made by hand. */
export function placedCall(
  callId: string,
  minutesAgo: number,
  placedBy: NonNullable<CallDetail['placed_by']>,
): CallDetail {
  return {
    ...missedCall(callId, minutesAgo),
    direction: 'outbound',
    state: 'ended',
    from_number: '15880000',
    to_number: '010-****-4412',
    answered_at: inMinutes(-minutesAgo + 0.2),
    ended_at: inMinutes(-minutesAgo + 2.1),
    duration_seconds: 114,
    placed_by: placedBy,
  }
}

export function summaryOf(call: CallDetail): CallSummary {
  const {
    transcript: _1,
    recording_url: _2,
    recording_pauses: _3,
    guests: _4,
    analysis: _5,
    flow: _6,
    usage: _7,
    ...summary
  } = call
  return summary
}
