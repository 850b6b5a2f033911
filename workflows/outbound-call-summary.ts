/** What a call that we placed came to, in one sentence: its result is known, no model has to guess it. */
import type { LegOutcome } from '../domain/call.ts'
import type { OutboundCallInput, OutboundCallResult, VendorCallResult } from '../domain/outbound-call.ts'

const UNANSWERED: Readonly<Record<LegOutcome, string>> = {
  completed_by_remote: '통화가 연결되지 않았습니다.',
  completed_by_us: '통화가 연결되지 않았습니다.',
  no_answer: '전화를 받지 않았습니다.',
  busy: '통화 중이어서 연결되지 않았습니다.',
  rejected: '상대가 전화를 거절했습니다.',
  cancelled: '연결되기 전에 전화를 취소했습니다.',
  no_media: '소리가 들리지 않아 끊겼습니다.',
  failed: '전화를 걸 수 없었습니다.',
}

/** @returns how far it came without an answer; null when somebody answered. */
export const unansweredSentence = ({ answered, outcome }: OutboundCallResult): string | null =>
  answered ? null : UNANSWERED[outcome]

export function outboundSummary({ flow, brief }: OutboundCallInput, call: OutboundCallResult): string {
  const about = `주문 ${brief.orderNo}`
  const unanswered = unansweredSentence(call)
  const whom = flow === 'vendor_order' ? '외주업체' : '담당자'
  if (unanswered !== null) return `${about}: ${whom} 통화 시도. ${unanswered}`
  const { result } = call
  if (result === null) return `${about}: ${whom}와 통화했으나 결론 없이 끝났습니다.`
  if ('acknowledged' in result)
    return `${about}: 담당자에게 알렸고 ${result.acknowledged ? '확인받았습니다' : '확인받지 못했습니다'}.`
  return `${about}: ${vendorSentence(result)}`
}

function vendorSentence({ status, found, erpOrderId, vendorStatus, words }: VendorCallResult): string {
  switch (status) {
    case 'placed':
      return found
        ? `외주업체에 이미 접수되어 있습니다 (접수번호 ${erpOrderId}).`
        : `외주업체가 발주를 접수했습니다 (접수번호 ${erpOrderId}).`
    case 'changed':
      return '외주업체가 변경을 반영했습니다.'
    case 'cancelled':
      return '외주업체가 발주를 취소했습니다.'
    case 'told':
      return `외주업체 진행 상황은 ${vendorStatus}입니다.`
    case 'refused':
      return `외주업체가 거절했습니다. ${words}`.trim()
    case 'unclear':
      return '외주업체와 통화했으나 확실한 답을 듣지 못했습니다.'
  }
}
