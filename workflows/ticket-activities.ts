/** How the steps of a ticket reach their activities: limits, retries and the line Temporal's screens show. */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow'
import type {
  MessageActivities,
  PaymentActivities,
  SendMessageInput,
  TryVendorInput,
  VendorActivities,
} from '../activities/activity-types.ts'
import type { OrderPolicy } from '../domain/order-policy.ts'

export type TicketStepActivities = ReturnType<typeof createTicketActivities>

/** However long a step is tried, the next try is never further away, unless the first one already is. */
const MAX_RETRY_INTERVAL_MS = 300_000

const MESSAGE_SUMMARIES: Readonly<Record<SendMessageInput['kind'], string>> = {
  payment_link: '문자: 결제 링크',
  confirmation: '문자: 결제 완료와 문구 확인',
  delivered: '문자: 배송 완료',
  cancelled: '문자: 주문 취소',
  payment_expired: '문자: 결제 기한 지남',
  refunded: '문자: 취소와 환불',
  order_link: '문자: 주문 페이지 링크',
  virtual_account: '문자: 입금 계좌',
  deposit_part: '문자: 입금액 부족',
  payment_reminder: '문자: 결제 기한 알림',
  payment_until: '문자: 결제 기한 변경',
  edit_applied: '문자: 수정 내용',
  part_refunded: '문자: 사과와 부분 환불',
  reordered: '문자: 사과와 다시 제작',
  delay_notice: '문자: 늦어짐',
  merged: '문자: 같은 주문으로 처리',
  photo_link: '문자: 배송 사진',
  refund_account: '문자: 환불 계좌 요청',
  money_returned: '문자: 돌려드린 금액',
  call_broken_off: '문자: 끊긴 통화',
}

/** @param policy decides how often and how long a failing step is tried. */
export function createTicketActivities(policy: OrderPolicy) {
  const initialInterval = policy.stepRetrySeconds * 1000
  const retry = {
    maximumAttempts: policy.stepMaxAttempts,
    initialInterval,
    backoffCoefficient: 2,
    maximumInterval: Math.max(MAX_RETRY_INTERVAL_MS, initialInterval),
  }
  const step = (summary: string) => ({ startToCloseTimeout: '30s', retry, summary }) as const
  // A customer looks at this page: no long back-off, they can open the link again.
  const checkout = proxyActivities<PaymentActivities>({
    startToCloseTimeout: '10s',
    retry: { maximumAttempts: 3, initialInterval: '500ms' },
    summary: '결제 페이지 열기',
  })
  const poll = proxyActivities<VendorActivities>({
    startToCloseTimeout: '30s',
    // "Nothing new" is a failed attempt: the server waits for the next one and the history does not grow.
    retry: { initialInterval: policy.vendorPollSeconds * 1000, backoffCoefficient: 1 },
    summary: '외주업체 배송 소식 대기 (소식이 없으면 다음 시도에서 다시 확인)',
  })
  /** @param pauseSeconds between two tries. */
  const vendorTries = (attempts: number, pauseSeconds: number, summary: string) =>
    proxyActivities<VendorActivities>({
      startToCloseTimeout: '3 minutes',
      heartbeatTimeout: '15s',
      // A form that is being sent is sent: what came of it is waited for, also when the order is called off.
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
      retry: {
        initialInterval: pauseSeconds * 1000,
        backoffCoefficient: 1,
        // The last try comes back by itself; those of lost workers are on top.
        maximumAttempts: attempts + policy.stepMaxAttempts - 1,
      },
      summary,
    }).tryVendor
  const patient = {
    startToCloseTimeout: '2 minutes',
    heartbeatTimeout: '15s',
    retry: { initialInterval, maximumInterval: MAX_RETRY_INTERVAL_MS },
  } as const
  return {
    /** Each door once. */
    tryVendor: (input: Omit<TryVendorInput, 'attempts'>) =>
      vendorTries(1, policy.stepRetrySeconds, '외주업체 발주')({ ...input, attempts: 1 }),
    /** Again and again, without the history growing. */
    keepTryingVendor: (input: TryVendorInput, pauseSeconds: number) =>
      vendorTries(
        input.attempts,
        pauseSeconds,
        '외주업체 발주: 연결될 때까지 다시 시도 (다음 시도는 Pending Activities)',
      )(input),
    findAtVendor: proxyActivities<VendorActivities>({ ...patient, summary: '외주업체에서 참조번호 찾기' })
      .findAtVendor,
    recordVendorCall: proxyActivities<VendorActivities>({ ...patient, summary: '외주업체 통화 결과 기록' })
      .recordVendorCall,
    chooseVendor: proxyActivities<VendorActivities>({ ...patient, summary: '외주업체 선택' }).chooseVendor,
    sendMessage: (input: SendMessageInput) =>
      proxyActivities<MessageActivities>(step(MESSAGE_SUMMARIES[input.kind])).sendMessage(input),
    createPayment: checkout.createPayment,
    createVirtualAccount: proxyActivities<PaymentActivities>({
      startToCloseTimeout: '10s',
      retry: { maximumAttempts: 3, initialInterval: '500ms' },
      summary: '가상계좌 발급',
    }).createVirtualAccount,
    closeVirtualAccount: proxyActivities<PaymentActivities>(step('가상계좌 닫기')).closeVirtualAccount,
    confirmPayment: proxyActivities<PaymentActivities>(step('결제 승인')).confirmPayment,
    readPayment: proxyActivities<PaymentActivities>(step('결제 상태 확인')).readPayment,
    refundPayment: proxyActivities<PaymentActivities>(step('환불')).refundPayment,
    placePurchaseOrder: proxyActivities<VendorActivities>(step('외주업체 발주')).placePurchaseOrder,
    shareEdit: proxyActivities<VendorActivities>(step('외주업체에 수정 전달')).shareEdit,
    cancelPurchaseOrder: proxyActivities<VendorActivities>(step('외주업체 발주 취소')).cancelPurchaseOrder,
    fetchPhoto: proxyActivities<VendorActivities>(step('배송 사진 보관')).fetchPhoto,
    followDelivery: poll.followDelivery,
  }
}
