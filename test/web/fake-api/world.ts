/** The fake's state: what the API would read from the database, and the events it would tell. */
import { partyNameSchema } from '../../../api/schemas/system.ts'
import type {
  CallDetail,
  Capture,
  LiveEvent,
  Me,
  PhoneColleagues,
  SavedFilter,
  SoftphoneCredentialsView,
  SystemInfo,
  TicketDetail,
  TranscriptLine,
} from '../../../web/api/types.ts'
import { FakeAccounts } from './accounts.ts'
import { FakeApiKeys } from './api-keys.ts'
import { askedCalls } from './asked-calls.ts'
import { FakeCallLaw } from './call-law.ts'
import { liveCall, missedCall, orderCall, placedCall, summaryOf as summaryOfCall } from './calls.ts'
import { FakeCampaigns } from './campaigns.ts'
import { inMinutes, kst, wantedIn } from './clock.ts'
import { conversation } from './conversation.ts'
import { FakeFlows } from './flows.ts'
import { FakeIssues } from './issues.ts'
import { FakeMoney } from './money.ts'
import { FakeOutbound } from './outbound.ts'
import { PEOPLE, type Person } from './people.ts'
import { FakeThreads } from './threads.ts'
import { makeIssue, makeTicket, summaryOf } from './tickets.ts'
import { FakeTransfers } from './transfers.ts'
import { FakeVendors } from './vendors.ts'

/** Order numbers that tests speak of. */
export const ORDERS = {
  live: '261121-7KQ2',
  unpaid: '261121-5HN8',
  chat: '261121-6PLS',
  editable: '261121-3MXR',
  ordered: '261121-9TWC',
  issue: '261121-2BVD',
  done: '261121-4GJZ',
} as const

export const PASSWORD = 'a-first-password'

export interface Refusal {
  readonly status: number
  readonly code: string
  readonly detail: string
}

export class FakeWorld {
  readonly money = new FakeMoney()
  readonly vendors = new FakeVendors()
  readonly outbound = new FakeOutbound()
  readonly callLaw = new FakeCallLaw()
  readonly transfers = new FakeTransfers()
  readonly campaigns = new FakeCampaigns()
  readonly apiKeys = new FakeApiKeys()
  readonly flows = new FakeFlows()
  readonly accounts = new FakeAccounts('u1')
  readonly threads = new FakeThreads()
  readonly tickets = new Map<string, TicketDetail>()
  readonly calls = new Map<string, CallDetail>()
  /** Calls whose packets somebody has asked for. */
  readonly captures = new Map<string, Capture>()
  /** They wait too long for answers. */
  callersWait = false
  readonly requests: { readonly method: string; readonly path: string; readonly body: unknown }[] = []
  me: Me = {
    id: 'u1',
    email: 'owner@example.com',
    name: '운영자',
    role: 'admin',
    must_change_password: true,
  }
  /** Where the browser's SIP goes. */
  sipGateway = 'ws://127.0.0.1:1'
  softphone: SoftphoneCredentialsView = {
    path: '/api/softphone/socket',
    domain: '127.0.0.1',
    username: 'web-1001-9999999999',
    password: 'of the gateway',
    display_name: '운영자',
    extension: '1001',
    expires_at: '2099-01-01T00:00:00Z',
  }
  colleagues: PhoneColleagues['colleagues'] = [
    { name: '이상담', extension: '1002', presence: 'free' },
    { name: '박민아', extension: '1003', presence: 'busy' },
    { name: '최야간', extension: '1004', presence: 'away' },
  ]
  readonly savedFilters: SavedFilter[] = []
  /** Tickets that refuse every action, with the sentence. */
  readonly stubborn = new Map<string, string>()
  readonly issues = new FakeIssues()
  /** The next action is refused with it. */
  refusal: Refusal | null = null
  private readonly listeners = new Set<(event: LiveEvent) => void>()

  constructor() {
    this.fill()
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  tell(event: LiveEvent): void {
    for (const listener of this.listeners) listener(event)
  }

  changeTicket(orderNo: string, change: Partial<TicketDetail>): TicketDetail {
    const before = this.tickets.get(orderNo)
    if (before === undefined) throw new Error(`no fixture ${orderNo}`)
    const ticket = { ...before, ...change, version: before.version + 1, updated_at: kst(Date.now()) }
    this.tickets.set(orderNo, ticket)
    this.tell({ type: 'ticket_changed', ticket: summaryOf(ticket) })
    return ticket
  }

  say(callId: string, line: TranscriptLine): void {
    const call = this.calls.get(callId)
    if (call === undefined) throw new Error(`no fixture ${callId}`)
    this.calls.set(callId, { ...call, transcript: [...call.transcript, line] })
    this.tell({ type: 'transcript_line', call_id: callId, order_no: call.order_no, line })
  }

  /** The ticket with its calls as they are now. */
  readTicket(orderNo: string): TicketDetail | undefined {
    const ticket = this.tickets.get(orderNo)
    return ticket && { ...ticket, calls: ticket.calls.map((call) => this.calls.get(call.call_id) ?? call) }
  }

  callList() {
    const calls = [...this.calls.values()].sort((a, b) => (a.called_at < b.called_at ? 1 : -1))
    return { calls: calls.map(summaryOfCall), next_cursor: null }
  }

  system(): SystemInfo {
    return {
      version: '0.1.0',
      node_version: process.version,
      company: { name: '대리 화환', phone: '1588-0000' },
      parties: partyNameSchema.options.map((name) => ({
        name,
        stand_in: name !== 'claude',
      })),
      links: {
        temporal_ui: 'http://127.0.0.1:4401',
        outside_world: 'http://127.0.0.1:4100',
        api_docs: '/api/docs',
      },
      edit_window_seconds: 600,
      payment_expiry_seconds: 86_400,
      price: 80_000,
      workflow_engine_reachable: true,
      now: kst(Date.now()),
    }
  }

  /** Many more orders, the oldest first: a long column. */
  fillColumn(count: number): void {
    for (let i = 0; i < count; i++) {
      const ticket = makeTicket({
        orderNo: `261119-${numberOf(i)}`,
        person: PEOPLE[i % PEOPLE.length] as Person,
        subState: 'awaiting_payment',
        openedMinutesAgo: 3000 - i,
        deliverBy: inMinutes(3000 + i),
      })
      this.tickets.set(ticket.order_no, ticket)
    }
  }

  private fill(): void {
    const person = (index: number): Person => PEOPLE[index % PEOPLE.length] as Person
    const live = liveCall('call-00000000a001', ORDERS.live, person(0).phone)
    const ended = orderCall('call-00000000a002', ORDERS.editable, 9, person(2).phone)
    const older = orderCall('call-00000000a003', ORDERS.done, 180, person(4).phone)
    const placed = placedCall('call-00000000a005', 41, { person_id: null, name: '이상담' })
    const asked = askedCalls()
    for (const call of [live, ended, older, placed, missedCall('call-00000000a004', 320), ...asked])
      this.calls.set(call.call_id, call)
    const tickets = [
      makeTicket({
        orderNo: ORDERS.live,
        person: person(0),
        subState: 'order_received',
        openedMinutesAgo: 0.6,
        deliverBy: null,
        missing: ['recipient', 'orderer', 'message', 'deliver_by'],
        calls: [live],
      }),
      makeTicket({
        orderNo: ORDERS.unpaid,
        person: person(1),
        subState: 'awaiting_payment',
        openedMinutesAgo: 34,
        deliverBy: wantedIn(5),
      }),
      makeTicket({
        orderNo: ORDERS.chat,
        person: person(6),
        subState: 'order_received',
        openedMinutesAgo: 71,
        deliverBy: wantedIn(20),
        missing: ['room', 'phone'],
        change: conversation(person(6)),
      }),
      makeTicket({
        orderNo: ORDERS.editable,
        person: person(2),
        subState: 'paid',
        openedMinutesAgo: 9,
        deliverBy: wantedIn(3),
        calls: [ended],
        change: { edit_window_ends_at: inMinutes(8.5) },
      }),
      makeTicket({
        orderNo: ORDERS.ordered,
        person: person(3),
        subState: 'po_placed',
        openedMinutesAgo: 42,
        deliverBy: wantedIn(1.2),
      }),
      makeTicket({
        orderNo: '261121-8FYK',
        person: person(7),
        subState: 'in_delivery',
        openedMinutesAgo: 130,
        deliverBy: inMinutes(-12),
      }),
      makeIssue({
        orderNo: ORDERS.issue,
        person: person(5),
        openedMinutesAgo: 26,
        deliverBy: wantedIn(2),
      }),
      makeTicket({
        orderNo: ORDERS.done,
        person: person(4),
        subState: 'delivered',
        openedMinutesAgo: 180,
        deliverBy: inMinutes(-60),
        calls: [older],
      }),
      makeTicket({
        orderNo: '261120-Q8ND',
        person: person(6),
        subState: 'awaiting_payment',
        openedMinutesAgo: 1600,
        deliverBy: inMinutes(-200),
        change: { state: 'done', outcome: 'cancelled', actions: [] },
      }),
    ]
    for (const ticket of tickets) this.tickets.set(ticket.order_no, ticket)
    this.tellTwice(ORDERS.unpaid, ORDERS.chat)
  }

  /** The first may be the order that the second is. */
  private tellTwice(orderNo: string, other: string): void {
    const [ticket, before] = [this.tickets.get(orderNo), this.tickets.get(other)]
    if (ticket === undefined || before === undefined) return
    this.tickets.set(orderNo, { ...ticket, possible_duplicate_of: other, look_alikes: [before] })
  }
}

/** Four letters of the alphabet of order numbers. */
const numberOf = (n: number): string =>
  [29791, 961, 31, 1].map((power) => '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'[Math.floor(n / power) % 31]).join('')
