/** What a trial of a flow begins with: the state of a real call about something made up, and tools that touch nothing. */
import type { ToolCall, ToolResult } from '../domain/dialogue.ts'
import type { FlowEdition, FlowName } from '../domain/flow-content.ts'
import { type CallId, type LegId, makeOrderNo } from '../domain/ids.ts'
import { EMPTY_ORDER } from '../domain/order.ts'
import type { OutboundCallInput } from '../domain/outbound-call.ts'
import { newTask } from '../domain/question-answers.ts'
import type { CallFacts, CallState } from './call-state.ts'
import { type InboundCallFacts, InboundCallState } from './inbound-call-state.ts'
import { OutboundCallState } from './outbound-call-state.ts'
import { type OutboundRequestFacts, OutboundRequestState } from './outbound-request-state.ts'
import { EARLIER_ORDER, playTool } from './trial-tools.ts'

/** Nobody's number. */
const CUSTOMER = '01000000000'
const ORDER_NO = makeOrderNo('260101', [0.5, 0.5, 0.5, 0.5])

/** What we would call about. @param callId of the trial. */
const purposesOf = (callId: CallId) =>
  ({
    vendor_order: {
      flow: 'vendor_order',
      callId,
      calleeNumber: CUSTOMER,
      brief: {
        task: { kind: 'place' },
        orderNo: ORDER_NO,
        reference: `${ORDER_NO}-1`,
        erpOrderId: null,
        order: {
          ...EMPTY_ORDER,
          orderer: '(주)한빛상사 임직원 일동',
          recipient: '고 박영자',
          destination: '서울아산병원 장례식장',
          room: '3호실',
          message: '삼가 고인의 명복을 빕니다',
          deliver_by: '2026-01-02T10:00:00+09:00',
          phone: CUSTOMER,
        },
        priceWon: 40_000,
      },
    },
    issue_alarm: {
      flow: 'issue_alarm',
      callId,
      calleeNumber: CUSTOMER,
      brief: { orderNo: ORDER_NO, kind: 'delivery_delay', reason: '배송이 예정보다 늦어지고 있습니다.' },
    },
  }) as const satisfies Readonly<Record<string, OutboundCallInput>>

/** What somebody asks us to find out. The words are those of the tried version. */
const ASKED = {
  request: {
    callerNumber: CUSTOMER,
    calleeNumber: CUSTOMER,
    callerDisplayName: 'ABC 주식회사',
    purpose: '내일 오후 2시 미팅 일정 확인',
    questions: ['참석 가능 여부', '장소 변경 필요 여부'],
    maxDuration: 180,
    priority: 5,
    scheduledAt: null,
    retryOnNoAnswer: false,
    maxRetries: 0,
    metadata: null,
  },
  words: { greeting: '', closing: '' },
  checksCompletion: true,
  connectsPerson: false,
} as const satisfies Partial<OutboundRequestFacts>

export interface TrialStateInput {
  readonly flow: FlowName
  readonly edition: FlowEdition
  readonly companyName: string
  readonly priceWon: number
  readonly call: {
    readonly callId: CallId
    readonly legId: LegId
    /** Empty where nothing is spoken. */
    readonly mediaSocketUrl: string
    readonly maxTurns: number
  }
  /** State of an order in writing; default: that of a call. */
  readonly openOrder?: (facts: InboundCallFacts) => InboundCallState
}

export interface TrialState {
  readonly state: CallState<CallFacts>
  /** Null in flows without an order. */
  readonly order: InboundCallState | null
  /** Carries out tools on nothing but this state. @param nowMs since 1970. */
  readonly play: (calls: readonly ToolCall[], nowMs: number) => readonly ToolResult[]
}

export function openTrialState({
  flow,
  edition,
  companyName,
  priceWon,
  call,
  ...how
}: TrialStateInput): TrialState {
  const facts = { ...call, language: 'ko', companyName, edition } as const
  switch (flow) {
    case 'order_call':
    case 'order_chat': {
      const open = how.openOrder ?? ((order: InboundCallFacts) => new InboundCallState(order))
      const order = open({ ...facts, callerNumber: CUSTOMER, priceWon, orders: [EARLIER_ORDER] })
      const { tools: offered } = edition.content
      return {
        state: order,
        order,
        play: (calls, nowMs) => calls.map((one) => playTool(one, { state: order, offered, nowMs })),
      }
    }
    case 'outbound_request': {
      const state = new OutboundRequestState({ ...facts, ...ASKED, task: newTask(ASKED.request.questions) })
      return { state, order: null, play: (calls) => state.report(calls, 0) }
    }
    case 'vendor_order':
    case 'issue_alarm': {
      const state = new OutboundCallState({ ...facts, purpose: purposesOf(call.callId)[flow] })
      return { state, order: null, play: (calls) => state.report(calls) }
    }
  }
}
