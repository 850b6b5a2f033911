/** Tickets at full speed: the outside world answers at once, customers don't think. */
import type { Client } from '@temporalio/client'
import type {
  MessageActivities,
  PaymentActivities,
  ProjectionActivities,
  SendMessageInput,
  VendorActivities,
} from '../../activities/activity-types.ts'
import { makeOrderNo, type OrderNo, ticketWorkflowId } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { isReportAwaited } from '../../domain/notification.ts'
import type { OrderFields } from '../../domain/order.ts'
import type { OrderPolicy } from '../../domain/order-policy.ts'
import { newTicketAttributes } from '../../temporal/search-attributes.ts'
import {
  confirmByCustomer,
  confirmPayment,
  messageReported,
  openPayment,
  setFields,
  TICKET_REVISION,
  TICKET_WORKFLOW,
  type TicketInput,
  whenOpened,
} from '../../workflows/ticket-messages.ts'

const AMOUNT_WON = 80_000

/** A second is the shortest edit window; both workflows wait for it. */
export function benchPolicy(policy: OrderPolicy): OrderPolicy {
  return { ...policy, priceWon: AMOUNT_WON, editWindowSeconds: 1, paymentExpirySeconds: 3600 }
}

export type BenchActivities = Pick<ProjectionActivities, 'projectTicket'> &
  Pick<MessageActivities, 'sendMessage'> &
  Pick<PaymentActivities, 'createPayment' | 'confirmPayment' | 'readPayment'> &
  Pick<VendorActivities, 'tryVendor' | 'followDelivery' | 'fetchPhoto'>

const VENDOR = { id: 1, name: '화환', methods: ['api'], phone: null, costWon: 40_000 } as const
const NEXT_STATUS: Readonly<Record<string, string>> = { 접수: '제작중', 제작중: '배송중', 배송중: '완료' }

/** The outside world without a network: each answers as if all went well, the vendor one status further each time. */
export function createBenchActivities(onSent: (message: SendMessageInput) => void): BenchActivities {
  const paid = () => ({ status: 'paid' as const, method: '카드', paidAt: koreanIso(Date.now()) })
  return {
    projectTicket: async () => {},
    sendMessage: async (input) => {
      onSent(input)
      return { messageId: input.key }
    },
    createPayment: async ({ gatewayOrderId }) => ({
      paymentKey: `pk-${gatewayOrderId}`,
      checkoutUrl: `http://127.0.0.1/checkout/pk-${gatewayOrderId}`,
    }),
    confirmPayment: async () => paid(),
    readPayment: async () => paid(),
    tryVendor: async ({ reference }) => ({
      vendor: VENDOR,
      outcome: { status: 'placed', erpOrderId: reference, found: false, method: 'api', vendorStatus: '접수' },
    }),
    followDelivery: async ({ knownStatus }) => {
      const status = knownStatus === null ? '접수' : (NEXT_STATUS[knownStatus] ?? '완료')
      const there = status === '완료'
      return {
        status,
        departed: there || status === '배송중',
        cancelled: false,
        delivered: there
          ? { deliveredAt: koreanIso(Date.now()), photoUrl: 'http://127.0.0.1/photo.png' }
          : null,
      }
    },
    fetchPhoto: async ({ reference }) => ({ key: `${reference}.png` }),
  }
}

const FIELDS: OrderFields = {
  orderer: '주식회사 한빛',
  recipient: '故 김철수',
  destination: '서울대학교병원 장례식장',
  room: '특2호실',
  message: '삼가 고인의 명복을 빕니다',
  deliver_by: null,
  phone: '01012345678',
}

/** One order from its first words to Done. */
export async function playTicket(
  client: Client,
  input: Omit<TicketInput, 'orderNo'> & { readonly orderNo: OrderNo },
  taskQueue: string,
): Promise<void> {
  const handle = await client.workflow.start(TICKET_WORKFLOW, {
    workflowId: ticketWorkflowId(input.orderNo),
    taskQueue,
    typedSearchAttributes: newTicketAttributes(input.orderNo),
    args: [{ ...input, revision: TICKET_REVISION }],
  })
  // As an order is opened by a call or a chat.
  await handle.executeUpdate(whenOpened)
  const fields = { ...FIELDS, deliver_by: koreanIso(Date.now() + 86_400_000) }
  await handle.executeUpdate(setFields, {
    args: [{ fields, evidence: {}, actor: 'ai', channel: 'phone' }],
  })
  await handle.executeUpdate(confirmByCustomer, { args: [{ actor: 'customer' }] })
  const { checkoutUrl } = await handle.executeUpdate(openPayment)
  const paymentKey = checkoutUrl?.split('/').at(-1) ?? ''
  await handle.executeUpdate(confirmPayment, { args: [{ paymentKey, amount: AMOUNT_WON }] })
  await handle.result()
}

/** The carrier reports each text as delivered, as it does in life. */
export const reportDelivered = async (
  client: Client,
  { key, kind, orderNo }: SendMessageInput,
): Promise<void> => {
  if (!isReportAwaited(kind)) return
  await client.workflow.getHandle(ticketWorkflowId(orderNo)).signal(messageReported, {
    messageKey: key,
    status: 'delivered',
    at: koreanIso(Date.now()),
  })
}

/** Numbers that no two orders of a run share. */
export function orderNumbers(): () => OrderNo {
  let count = 0
  return () => {
    count += 1
    const digit = (power: number) => (Math.floor(count / 32 ** power) % 32) / 32
    return makeOrderNo('261121', [digit(3), digit(2), digit(1), digit(0)])
  }
}
