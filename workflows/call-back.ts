/**
 * A caller who was cut off by us is called back by the same workflow: the talk goes on at the open question, with all that
 * was told, on any gateway that has a free channel. The call is a record of its own.
 */
import { sleep, uuid4, workflowInfo } from '@temporalio/workflow'
import type { CallPolicy } from '../activities/calls.ts'
import type { TakeTurnResult } from '../domain/dialogue.ts'
import { type CallId, makeCallId, type OrderNo } from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { cutOffs, summaries } from './call-activities.ts'
import { CallDiary } from './call-diary.ts'
import type { CallEnd } from './call-state.ts'
import type { InboundCallState } from './inbound-call-state.ts'
import type { OrderTools } from './order-tools.ts'
import { PlacedCall, type PlacedCallEnd } from './placed-call.ts'

const RING_LIMIT_MS = 30_000
/** Who is still on the line that is dead, or phones us at this moment, is busy. */
const BUSY_TRIES = 3
const BUSY_WAIT = '20s'

export interface CallBackInput {
  readonly number: string
  /** Epoch milliseconds, as far as it is known. */
  readonly cutOffAtMs: number
  readonly policy: CallPolicy
  readonly state: InboundCallState
  readonly tools: OrderTools
  readonly onTurn: (result: TakeTurnResult) => void
}

export class CallBack {
  readonly #input: CallBackInput
  #diary: CallDiary | null = null
  #callId: CallId | null = null
  #isAnswered = false

  constructor(input: CallBackInput) {
    this.#input = input
  }

  /** The call is about this order; nothing as long as nobody is called back. @returns whether they talk of it there. */
  aboutOrder(orderNo: OrderNo): boolean {
    if (this.#diary === null || this.#callId === null) return false
    this.#diary.aboutOrder({ callId: this.#callId, orderNo })
    return this.#isAnswered
  }

  /** Everything noted so far is in the database. */
  async written(): Promise<void> {
    await this.#diary?.written()
  }

  /** @returns how the talk ended; null where it could not go on. */
  async run(): Promise<CallEnd | 'caller_hung_up' | null> {
    const { number, cutOffAtMs } = this.#input
    if ((await cutOffs.judgeCallBack({ number, cutOffAtMs })).why !== null) return null
    for (let tries = 1; ; tries++) {
      const ended = await this.#call()
      const isBusy = ended.answered === null && ended.report?.outcome === 'busy'
      if (!isBusy || tries >= BUSY_TRIES) return this.#endOf(ended)
      await sleep(BUSY_WAIT, { summary: '통화 중: 다시 걸기 전' })
    }
  }

  #endOf({ answered, report, end }: PlacedCallEnd): CallEnd | 'caller_hung_up' | null {
    const { state } = this.#input
    if (answered === null || report === null || end === 'machine' || end === 'fault') return null
    // A second gateway that had to stop, or failed, has cut them off again.
    const isByUs = report.outcome === 'completed_by_us' || report.outcome === 'failed'
    if (isByUs && end === 'caller_hung_up' && state.end === null) return null
    return state.end ?? 'caller_hung_up'
  }

  async #call(): Promise<PlacedCallEnd> {
    const { number, policy, state, tools, onTurn } = this.#input
    const callId = makeCallId(uuid4().replaceAll('-', ''))
    const before = state.lines().length
    const ended = await new PlacedCall({
      callId,
      diary: () => this.#diary,
      dialling: {
        callerNumber: policy.companyPhone,
        calleeNumber: number,
        ringTimeoutMs: RING_LIMIT_MS,
        tellsDialling: true,
      },
      flow: { name: 'order_call', version: policy.edition?.version ?? 0 },
      maxDurationMs: policy.maxDurationMs,
      onAnswered: () => {
        this.#isAnswered = true
      },
      watcher: { onDialling: () => this.#openDiary(callId) },
      stateOf: (answered) => {
        state.movedTo({ callId, ...answered })
        return state
      },
      onTurn,
      runTools: async (calls, spokenAtMs, hearing) =>
        await tools.run(calls, { source: { kind: 'call', callId }, atMs: spokenAtMs, hearing }),
    }).run()
    if (ended.answered !== null) await this.#summarize(before)
    return ended
  }

  #openDiary(callId: CallId): void {
    const { policy, number, state } = this.#input
    this.#callId = callId
    this.#diary = new CallDiary(
      {
        callId,
        workflowId: workflowInfo().workflowId,
        direction: 'outbound',
        fromNumber: policy.companyPhone,
        toNumber: number,
        calledAt: koreanIso(Date.now()),
      },
      ['- 끊어진 통화를 이어 가려고 다시 건 전화'],
    )
    this.#diary.ringing()
    if (state.orderNo !== null) this.aboutOrder(state.orderNo)
  }

  /** @param before lines that were spoken in the first call. */
  async #summarize(before: number): Promise<void> {
    const { state } = this.#input
    const facts = { orderPlaced: state.orderConfirmed, personWanted: state.service.handedOver !== null }
    const lines = state.lines().slice(before)
    const read = lines.length === 0 ? null : await summaries.analyzeCall({ lines, facts }).catch(() => null)
    if (read !== null) await this.#diary?.summary(read.summary, read)
  }
}
