/** Fixed words of the calls that we place: who calls, that it is an AI, that the call is recorded, and what for. */
import type {
  ClosingReason,
  IssueAlarmContext,
  OutboundRequestContext,
  VendorOrderContext,
} from '../../domain/dialogue.ts'
import { fillPhrase, type PhraseValues } from '../../domain/flow-content.ts'
import type { VendorOrderBrief } from '../../domain/outbound-call.ts'
import { spokenCode } from '../../domain/spoken-code.ts'
import type { IssueKind } from '../../domain/ticket-states.ts'
import { splitSentences } from '../claude/sentences.ts'
import { closing, type Greeting, type SpeakPhrase } from './phrases.ts'

const VENDOR_PURPOSES: Readonly<Record<VendorOrderContext['brief']['task']['kind'], string>> = {
  place: '근조화환 발주 건으로 전화드렸습니다.',
  edit: '발주드린 근조화환의 내용 변경으로 전화드렸습니다.',
  cancel: '발주드린 근조화환의 취소 건으로 전화드렸습니다.',
  status: '발주드린 근조화환의 진행 상황을 여쭤보려고 전화드렸습니다.',
}

export function vendorGreeting({ brief }: VendorOrderContext, phrase: SpeakPhrase): Greeting {
  return {
    disclosure: [
      ...phrase('disclosure'),
      ...phrase('recording'),
      isAgain(brief) ? CALLS_AGAIN : VENDOR_PURPOSES[brief.task.kind],
    ],
    question: isAgain(brief) || brief.task.kind !== 'place' ? askForOrder(brief) : askForReference(brief),
  }
}

const CALLS_AGAIN = '조금 전에 발주드린 근조화환이 접수되었는지 확인하려고 다시 전화드렸습니다.'
const isAgain = ({ task }: VendorOrderBrief): boolean => task.kind === 'place' && task.again === true

const askForReference = ({ reference }: VendorOrderBrief): string =>
  `저희 참조번호 ${spokenCode(reference)}, 이 번호로 이미 접수된 주문이 있는지 먼저 확인해 주시겠어요?`

/**
 * Without their number, an order that they wrote down under a reference they misheard is found by its names. Many send
 * a wreath to one funeral: who sends it belongs to it.
 */
function askForOrder(brief: VendorOrderBrief): string {
  const { reference, erpOrderId, order } = brief
  const { orderer, recipient } = order
  const names = orderer === null || recipient === null ? '' : `, 보내는 분 ${orderer}, 받는 분 ${recipient}`
  const also = erpOrderId === null ? names : `, 접수번호는 ${spokenCode(erpOrderId)}`
  const question = isAgain(brief)
    ? '이미 접수된 주문이 있는지 참조번호와 성함으로 먼저 확인해 주시겠어요?'
    : '이 주문을 찾아 주시겠어요?'
  return `저희 참조번호는 ${spokenCode(reference)}${also}입니다. ${question}`
}

/** Before "건", so that no particle depends on it. */
const ISSUE_NAMES: Readonly<Record<IssueKind, string>> = {
  message_typo: '문구 오타',
  delivery_delay: '배송 지연',
  complaint: '컴플레인',
  admin_required: '관리자 확인이 필요한',
}

export function alarmGreeting({ brief }: IssueAlarmContext, phrase: SpeakPhrase): Greeting {
  const { orderNo, kind, reason } = brief
  return {
    disclosure: [
      ...phrase('disclosure'),
      ...phrase('recording'),
      `주문 ${spokenCode(orderNo)}에 ${ISSUE_NAMES[kind]} 건이 있습니다.`,
      reason,
    ],
    question: '확인하셨으면 네라고 말씀하시거나 1번을 눌러 주시겠어요?',
  }
}

/**
 * Who calls, that it is an AI, what for; then whether it suits. While the owner has changed nothing the words for it are those
 * of the settings.
 */
export function requestGreeting(context: OutboundRequestContext, phrase: SpeakPhrase): Greeting {
  const { edition, words } = context
  const opening =
    edition === undefined ? [fillPhrase(words.greeting, requestValues(context))] : phrase('disclosure')
  return {
    disclosure: [...opening.flatMap(splitSentences), ...phrase('recording')],
    question: phrase('question').join(' '),
  }
}

export function requestClosing(
  context: OutboundRequestContext,
  reason: ClosingReason,
  phrase: SpeakPhrase,
): readonly string[] {
  const { edition, words } = context
  if (reason !== 'all_asked' || edition !== undefined) return closing(reason, phrase)
  return splitSentences(fillPhrase(words.closing, requestValues(context)))
}

/** What the placeholders of a request's words stand for. */
export const requestValues = ({ displayName, purpose }: OutboundRequestContext): PhraseValues => ({
  display_name: displayName,
  purpose,
})
