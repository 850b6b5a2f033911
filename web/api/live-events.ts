/** The WebSocket /api/events: feeds the query cache, reconnects by itself, and tells how it is doing. */
import type { QueryClient } from '@tanstack/react-query'
import { callKeys } from './calls.ts'
import { campaignKeys } from './campaigns.ts'
import { changeRead } from './change-read.ts'
import { threadKeys } from './chats.ts'
import { flowKeys } from './flows.ts'
import { issueKeys } from './issues.ts'
import { latencyKeys } from './latency.ts'
import { applyToBoards } from './live-boards.ts'
import { applyCallToList, applyLine, applyTicketToDetail } from './live-cache.ts'
import { applyOutbound, outboundKeys } from './outbound.ts'
import { paymentKeys } from './payments.ts'
import { transferKeys } from './person-transfers.ts'
import { ticketKeys } from './tickets.ts'
import type { CallDetail, CallList, LiveEvent, TicketDetail } from './types.ts'
import { vendorKeys } from './vendors.ts'

export type LiveStatus = 'connecting' | 'live' | 'reconnecting' | 'offline'

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 15_000
/** Several events of one ticket arrive together; its page is read again once for all of them. */
const REFETCH_DELAY_MS = 250
/** A campaign changes with each of its many calls. */
const CAMPAIGN_DELAY_MS = 1_000
/** The API closes with it when the session has ended. */
const CLOSE_SIGNED_OUT = 4401

/** One per signed-in app. `subscribe` and `status` have the shape of useSyncExternalStore. */
export class LiveEvents {
  private socket: WebSocket | null = null
  private state: LiveStatus = 'connecting'
  private retries = 0
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private readonly refetches = new Map<string, ReturnType<typeof setTimeout>>()
  private readonly listeners = new Set<() => void>()
  private readonly hearers = new Set<(event: LiveEvent) => void>()
  private readonly client: QueryClient
  private wasLive = false
  private stopped = false

  constructor(client: QueryClient) {
    this.client = client
  }

  readonly status = (): LiveStatus => this.state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Tells of each event beside what it changes in the cache. @returns what ends it. */
  readonly hear = (hearer: (event: LiveEvent) => void): (() => void) => {
    this.hearers.add(hearer)
    return () => this.hearers.delete(hearer)
  }

  /** @returns what stops it again. */
  start(): () => void {
    this.stopped = false
    window.addEventListener('online', this.connectNow)
    window.addEventListener('offline', this.goOffline)
    this.connect()
    return () => this.stop()
  }

  private stop(): void {
    this.stopped = true
    window.removeEventListener('online', this.connectNow)
    window.removeEventListener('offline', this.goOffline)
    clearTimeout(this.retryTimer)
    for (const timer of this.refetches.values()) clearTimeout(timer)
    this.refetches.clear()
    this.socket?.close()
    this.socket = null
  }

  private readonly connectNow = (): void => {
    clearTimeout(this.retryTimer)
    this.retries = 0
    if (this.socket === null) this.connect()
  }

  private readonly goOffline = (): void => {
    this.setState('offline')
    this.socket?.close()
  }

  private connect(): void {
    if (this.stopped) return
    const socket = new WebSocket(
      `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/events`,
    )
    this.socket = socket
    socket.onopen = () => {
      this.retries = 0
      this.setState('live')
      this.wasLive = true // the first message is `resync`: what happened in between is read again
    }
    socket.onmessage = (message) => this.receive(String(message.data))
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return
      this.socket = null
      if (code === CLOSE_SIGNED_OUT) void this.client.invalidateQueries()
      if (!this.stopped) this.retryLater()
    }
  }

  private retryLater(): void {
    this.setState(
      navigator.onLine ? (this.wasLive || this.retries > 0 ? 'reconnecting' : 'connecting') : 'offline',
    )
    const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.retries)
    this.retries += 1
    // Spread out, so that all browsers don't come back in the same instant after a restart of the API.
    this.retryTimer = setTimeout(() => this.connect(), delayMs * (0.75 + Math.random() / 2))
  }

  private setState(state: LiveStatus): void {
    if (this.state === state) return
    this.state = state
    for (const listener of this.listeners) listener()
  }

  private receive(data: string): void {
    const event = parse(data)
    if (event === null) return
    this.apply(event)
    for (const hear of this.hearers) hear(event)
  }

  private apply(event: LiveEvent): void {
    switch (event.type) {
      case 'ticket_changed': {
        const { ticket } = event
        applyToBoards(this.client, ticket)
        this.readAgainSoon(ticketKeys.totals)
        this.change<TicketDetail>(ticketKeys.ticket(ticket.order_no), (detail) =>
          applyTicketToDetail(detail, ticket),
        )
        this.readAgainSoon(ticketKeys.ticket(ticket.order_no))
        return
      }
      case 'issue_changed': {
        this.readAgainSoon(issueKeys.counts)
        this.readAgainSoon(issueKeys.lists)
        this.readAgainSoon(issueKeys.ofOrder(event.order_no))
        // One that the AI hands over waits for a person.
        this.readAgainSoon(threadKeys.counts)
        this.readAgainSoon(threadKeys.lists)
        return
      }
      case 'call_changed': {
        const { call } = event
        this.change<CallList>(callKeys.list, (page) => applyCallToList(page, call))
        this.change<CallDetail>(callKeys.call(call.call_id), (detail) => ({ ...detail, ...call }))
        this.readAgainSoon(callKeys.call(call.call_id))
        if (call.order_no !== null) this.readAgainSoon(ticketKeys.ticket(call.order_no))
        return
      }
      case 'transcript_line': {
        const { line, call_id, order_no } = event
        this.change<CallDetail>(callKeys.call(call_id), (call) => applyLine(call, line))
        if (order_no !== null)
          this.change<TicketDetail>(ticketKeys.ticket(order_no), (detail) => ({
            ...detail,
            calls: detail.calls.map((call) => (call.call_id === call_id ? applyLine(call, line) : call)),
          }))
        return
      }
      case 'money_changed':
        this.readAgainSoon(paymentKeys.all)
        return
      case 'thread_changed':
        this.readAgainSoon(threadKeys.counts)
        this.readAgainSoon(threadKeys.lists)
        this.readAgainSoon(threadKeys.thread(event.thread_id))
        return
      case 'vendors_changed':
        this.readAgainSoon(vendorKeys)
        return
      case 'latency_changed':
        this.readAgainSoon(latencyKeys)
        return
      case 'flows_changed':
        this.readAgainSoon(flowKeys.all)
        return
      case 'outbound_changed':
        applyOutbound(this.client, event.call)
        this.readAgainSoon(outboundKeys.lists)
        this.readAgainSoon(outboundKeys.stats)
        this.readAgainSoon(transferKeys.all)
        return
      case 'campaign_changed':
        this.readAgainSoon(campaignKeys.list, CAMPAIGN_DELAY_MS)
        this.readAgainSoon(campaignKeys.one(event.campaign_id), CAMPAIGN_DELAY_MS)
        return
      case 'resync':
        void this.client.invalidateQueries()
        return
    }
  }

  private change<Data>(queryKey: readonly unknown[], change: (data: Data) => Data): void {
    changeRead(this.client, queryKey, change)
  }

  private readAgainSoon(queryKey: readonly string[], delayMs = REFETCH_DELAY_MS): void {
    const id = queryKey.join(' ')
    if (this.refetches.has(id)) return
    this.refetches.set(
      id,
      setTimeout(() => {
        this.refetches.delete(id)
        void this.client.invalidateQueries({ queryKey })
      }, delayMs),
    )
  }
}

function parse(data: string): LiveEvent | null {
  try {
    return JSON.parse(data) as LiveEvent
  } catch {
    return null // not ours; the next event still counts
  }
}
