/** A typed stand-in of all ticket activities: what the outside world does is scripted, what it was told is kept. */
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common'
import type {
  CreatePaymentInput,
  CreateVirtualAccountInput,
  DeliveryReport,
  MessageActivities,
  PaymentActivities,
  PaymentReading,
  PlaceResult,
  ProjectionActivities,
  ProjectTicketInput,
  RefundInput,
  SendMessageInput,
  TryVendorInput,
  VendorActivities,
  VendorRefusal,
} from '../../activities/activity-types.ts'
import type { IssueAdviceActivities, IssueAlarmActivities } from '../../activities/issue-alarm-types.ts'
import type { MissedCall } from '../../domain/call.ts'
import type { OrderNo } from '../../domain/ids.ts'
import type { MessageType } from '../../domain/text-message.ts'
import type { TicketEvent } from '../../domain/ticket.ts'
import type { ChosenVendor } from '../../domain/vendor.ts'
import { vendorStage } from '../../domain/vendor-status.ts'

export type OutsideActivities = ProjectionActivities &
  IssueAlarmActivities &
  IssueAdviceActivities &
  MessageActivities &
  PaymentActivities &
  VendorActivities

const PAID: PaymentReading = { status: 'paid', method: '카드', paidAt: '2026-11-21T12:00:00+09:00' }

export class Outside {
  readonly messages: SendMessageInput[] = []
  readonly payments: CreatePaymentInput[] = []
  readonly confirmations: string[] = []
  readonly refunds: string[] = []
  readonly refunded: RefundInput[] = []
  readonly placed: string[] = []
  /** As they were sent, each try. */
  readonly purchaseOrders: TryVendorInput[] = []
  readonly shared: Record<string, unknown>[] = []
  readonly cancelled: string[] = []
  readonly missed: MissedCall[] = []
  /** Issues of which the owner was texted, and for which advice was asked. */
  readonly alarms: string[] = []
  readonly advised: string[] = []
  /** Timeline as the screens got it, by sequence number. */
  readonly timeline = new Map<number, TicketEvent>()
  latest: ProjectTicketInput | undefined
  polls = 0
  /** Another open order of the customer, as the database finds it. */
  looksLike: OrderNo | null = null

  /** Called before each activity does its work; throw to make it fail. */
  fault: (activity: string) => void = () => {}
  /** What the carrier does before it answers. */
  onSent: (message: SendMessageInput) => Promise<void> = async () => {}
  /** The ways that are left for a text, the best first. */
  ways: (message: SendMessageInput) => MessageType[] = () => ['LMS']
  confirmation: PaymentReading = PAID
  reading: PaymentReading = PAID
  /** What the gateway says of one payment; others are as `reading` tells. */
  readonly readings = new Map<string, PaymentReading>()
  readonly accounts: CreateVirtualAccountInput[] = []
  readonly closedAccounts: string[] = []
  closing: PaymentReading = { status: 'taken_back', reason: '닫힘' }
  placing: PlaceResult | null = null
  sharing: { readonly status: 'shared' } | VendorRefusal = { status: 'shared' }
  vendor: ChosenVendor = { id: 1, name: '화환 외주업체', methods: ['api'], phone: null, costWon: 40_000 }
  cancelling: { readonly status: 'cancelled' } | VendorRefusal = { status: 'cancelled' }
  /** Statuses the vendor passes, one a poll after the first. */
  journey = ['접수', '제작중', '배송중', '완료']

  get kinds(): string[] {
    return [...this.timeline.values()].sort((a, b) => a.seq - b.seq).map(({ kind }) => kind)
  }
  get texts(): string[] {
    return this.messages.map(({ kind }) => kind)
  }
  get subStates(): string[] {
    return [...this.timeline.values()]
      .sort((a, b) => a.seq - b.seq)
      .flatMap((event) =>
        event.kind === 'state_changed' ? [`${event.data.state}/${event.data.sub_state}`] : [],
      )
  }

  activities(): OutsideActivities {
    return {
      readAlarmPolicy: async () => ({
        gatherSeconds: 60,
        callAfterSeconds: 600,
        callRepeatSeconds: 300,
        maxCalls: 0,
      }),
      textOwner: async ({ issueId }) => void this.alarms.push(issueId),
      planAlarmCall: async () => null,
      acknowledgeByCall: async () => {},
      adviseOnIssue: async ({ issueId }) => void this.advised.push(issueId),
      projectTicket: async (input) => {
        this.fault('projectTicket')
        if ((this.latest?.ticket.version ?? -1) <= input.ticket.version) this.latest = input
        for (const event of input.events) this.timeline.set(event.seq, event)
        return { looksLike: this.looksLike }
      },
      recordMissedCall: async (call) => {
        this.fault('recordMissedCall')
        this.missed.push(call)
      },
      sendMessage: async (input) => {
        this.fault('sendMessage')
        this.messages.push(input)
        await this.onSent(input)
        const messageId = String(this.messages.length)
        const [type = 'LMS', fallback = null] = this.ways(input)
        return { messageId, type, fallback }
      },
      createPayment: async (input) => {
        this.fault('createPayment')
        this.payments.push(input)
        const paymentKey = `pk-${this.payments.length}`
        return { paymentKey, checkoutUrl: `http://127.0.0.1/checkout/${paymentKey}` }
      },
      confirmPayment: async ({ key }) => {
        this.fault('confirmPayment')
        this.confirmations.push(key)
        return this.confirmation
      },
      createVirtualAccount: async (input) => {
        this.fault('createVirtualAccount')
        this.accounts.push(input)
        const { bankCode, customerName: holder, dueAt, gatewayOrderId } = input
        const accountNumber = `1234567890${gatewayOrderId.at(-1)}`
        return {
          paymentKey: `va-${gatewayOrderId}`,
          virtualAccount: { bankCode, accountNumber, holder, dueAt },
        }
      },
      closeVirtualAccount: async ({ paymentKey }) => {
        this.fault('closeVirtualAccount')
        this.closedAccounts.push(paymentKey)
        return this.closing
      },
      readPayment: async ({ paymentKey }) => {
        this.fault('readPayment')
        return this.readings.get(paymentKey) ?? this.reading
      },
      refundPayment: async (input) => {
        this.fault('refundPayment')
        this.refunds.push(input.key)
        this.refunded.push(input)
      },
      placePurchaseOrder: async ({ reference }) => {
        this.fault('placePurchaseOrder')
        if (this.placing !== null) return this.placing
        this.placed.push(reference)
        return { status: 'placed', erpOrderId: `ERP-${this.placed.length}`, found: false }
      },
      chooseVendor: async () => this.vendor,
      tryVendor: async (input) => {
        const { reference } = input
        this.fault('placePurchaseOrder')
        this.purchaseOrders.push(input)
        if (this.placing !== null) return { vendor: this.vendor, outcome: this.placing }
        this.placed.push(reference)
        const erpOrderId = `ERP-${this.placed.length}`
        return { vendor: this.vendor, outcome: { status: 'placed', erpOrderId, found: false, method: 'api' } }
      },
      findAtVendor: async () => null,
      recordVendorCall: async () => ({ status: 'out', failures: [], stop: false }),
      shareEdit: async ({ fields }) => {
        this.fault('shareEdit')
        this.shared.push(fields)
        return this.sharing
      },
      followDelivery: async ({ knownStatus }) => {
        this.polls += 1
        this.fault('followDelivery')
        const status = this.journey[0] ?? '완료'
        if (status === knownStatus) {
          // The vendor goes on between two polls.
          if (this.journey.length > 1) this.journey.shift()
          throw ApplicationFailure.create({
            message: 'nothing new',
            category: ApplicationFailureCategory.BENIGN,
          })
        }
        return deliveryReport(status)
      },
      cancelPurchaseOrder: async ({ reference }) => {
        this.fault('cancelPurchaseOrder')
        this.cancelled.push(reference)
        return this.cancelling
      },
      fetchPhoto: async ({ reference }) => {
        this.fault('fetchPhoto')
        return { key: `${reference}.jpg` }
      },
    }
  }
}

export function deliveryReport(
  status: string,
  photoUrl: string | null = 'http://127.0.0.1/photo.jpg',
): DeliveryReport {
  const stage = vendorStage(status)
  const delivered = stage === 'delivered'
  return {
    status,
    departed: delivered || stage === 'departed',
    cancelled: stage === 'cancelled',
    ...(stage === null ? { unknown: true } : {}),
    delivered: delivered ? { deliveredAt: '2026-11-21T15:00:00+09:00', photoUrl } : null,
  }
}
