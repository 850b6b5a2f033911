/** What Temporal's Web UI says of a ticket: its state, what it waits for, who must do what. No personal data. */
import { formatKoreanTime, parseIsoTime } from '../domain/korean-time.ts'
import {
  type IssueAction,
  type IssueKind,
  type NextMove,
  nextMove,
  type TicketData,
  type TicketIssue,
  type TicketState,
  type TicketStep,
  type TicketSubState,
  ticketState,
} from '../domain/ticket.ts'

const STATE_NAMES: Readonly<Record<TicketState, string>> = {
  todo: 'To Do',
  in_progress: 'In Progress',
  issue: 'Issue',
  done: 'Done',
}
const SUB_STATE_NAMES: Readonly<Record<TicketSubState, string>> = {
  order_received: '주문접수',
  awaiting_payment: '결제대기',
  paid: '결제완료',
  message_confirmed: '문구확정',
  po_placed: '발주완료',
  in_delivery: '배송중',
  delivered: '배송완료',
}
const ISSUE_NAMES: Readonly<Record<IssueKind, string>> = {
  message_typo: '문구 오타',
  delivery_delay: '배송 지연',
  complaint: '컴플레인',
  admin_required: '관리자 개입 필요',
}
const STEP_NAMES: Readonly<Record<TicketStep, string>> = {
  send_payment_link: '결제 링크 문자',
  confirm_payment: '결제 승인',
  read_payment: '결제 재확인',
  send_account: '입금 계좌 문자',
  send_deposit_part: '입금액 부족 문자',
  send_reminder: '결제 기한 알림 문자',
  renew_account: '입금 계좌 다시 발급',
  close_virtual_account: '가상계좌 닫기',
  return_surplus: '이중 결제 환불',
  send_confirmation: '문구 확인 문자',
  check_payment: '발주 전 결제 확인',
  place_purchase_order: '발주 등록',
  share_edit: '수정 내용 외주업체 전달',
  follow_delivery: '배송 상태 확인',
  fetch_photo: '배송 사진 보관',
  send_delivered: '배송 완료 문자',
  cancel_purchase_order: '발주 취소',
  refund: '환불',
  send_cancelled: '취소 안내 문자',
  refund_part: '부분 환불',
  send_notice: '고객 안내 문자',
  tell_merge: '같은 주문에 합치기',
}
const ACTION_NAMES: Readonly<Record<IssueAction, string>> = {
  retry_step: '다시 시도 (retry_step)',
  complete_by_hand: '증빙과 함께 수동 완료 (complete_by_hand)',
  refund_and_close: '환불하고 종료 (refund_and_close)',
  set_refund_account: '환불 계좌 입력 (set_refund_account)',
  partial_refund: '사과와 부분 환불 (partial_refund)',
  reorder: '다시 제작 (reorder)',
  tell_delay: '늦어짐을 고객에게 알림 (tell_delay)',
}

const clock = (iso: string | null): string => {
  const at = iso === null ? null : parseIsoTime(iso)
  return at === null ? '' : formatKoreanTime(at)
}

/** One sentence for the person who must act. */
export function failureSentence(step: TicketStep, cause: string): string {
  return `${STEP_NAMES[step]} 단계가 실패했습니다: ${cause}`
}

function waitingFor(ticket: TicketData, move: NextMove): string {
  switch (move) {
    case 'await_order':
      return '**고객**이 주문 내용을 채우고 확인하기를 기다립니다.'
    case 'await_payment':
      return `**고객**의 결제를 기다립니다 (기한 ${clock(ticket.paymentExpiresAt)}, 지나면 자동 취소).`
    case 'await_edit_window':
      return `수정 가능 시간이 끝나기를 기다립니다 (${clock(ticket.editWindowEndsAt)}까지, 그 뒤 자동으로 발주).`
    case 'await_person':
      return '**담당자**의 조치를 기다립니다. 조치가 있기 전에는 아무 일도 진행되지 않습니다.'
    case 'reread_fallen_payment':
      return '취소되었던 입금을 다시 확인하고 있습니다.'
    case 'take_deposits':
    case 'finish':
    case 'finished':
      return '남은 일이 없습니다.'
    case 'follow_delivery':
      return ticket.vendorAsked === null
        ? '**외주업체**의 배송 소식을 기다립니다. 일정 간격으로 다시 확인합니다.'
        : '**외주업체**에 전화로 배송을 확인합니다. 출발할 때와 도착할 때 전화하며, 밤에는 걸지 않습니다.'
    default:
      return `**${STEP_NAMES[move]}** 단계를 진행하고 있습니다. 실패하면 스스로 다시 시도합니다 (오류와 다음 시도: Pending Activities).`
  }
}

/** Markdown for `setCurrentDetails`: what a person who sees only this page needs to act. */
export function describeTicket(ticket: TicketData): string {
  const state = `**${STATE_NAMES[ticketState(ticket)]}** · ${SUB_STATE_NAMES[ticket.subState]}`
  const outcome = ticket.outcome === null ? '' : ` · ${ticket.outcome}`
  const lines = [`주문 ${ticket.orderNo}: ${state}${outcome}`, '', waitingFor(ticket, nextMove(ticket))]
  if (ticket.issue !== null) lines.push('', ...describeIssue(ticket.issue))
  if (ticket.closing !== null) lines.push('', `종료 중: ${ticket.closing.cause}`)
  return lines.join('\n')
}

function describeIssue({ kind, reason, step, raisedAt, raisedBy, actions }: TicketIssue): string[] {
  return [
    `### ${ISSUE_NAMES[kind]}`,
    '',
    reason,
    '',
    ...(step === null ? [] : [`- 멈춘 단계: ${STEP_NAMES[step]} (${step})`]),
    `- 발생: ${clock(raisedAt)}, ${raisedBy === 'system' ? '시스템' : '담당자'}`,
    '',
    '**담당자가 할 일**: 웹 화면의 이 주문에서 하나를 고릅니다.',
    '',
    ...actions.map((action) => `- ${ACTION_NAMES[action]}`),
  ]
}
