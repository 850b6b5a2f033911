/**
 * A call that somebody asked for: waits for its time and its turn, calls, asks, and calls again where nobody answered.
 * Reads like the states of domain/outbound-request.ts.
 */
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  patched,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow'
import type { OptOutActivities } from '../activities/campaign-types.ts'
import type { OutboundRequestActivities } from '../activities/outbound-request-types.ts'
import { type FlowEdition, fillPhrase } from '../domain/flow-content.ts'
import { type CallId, makeCallId } from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import type { OutboundEvent } from '../domain/outbound-events.ts'
import * as rules from '../domain/outbound-request.ts'
import { isAllSettled, newTask, progressOf, type TaskState } from '../domain/question-answers.ts'
import { calls, dialInTurn, summaries } from './call-activities.ts'
import { CallDiary } from './call-diary.ts'
import type { CallFacts, SpokenLine } from './call-state.ts'
import { OutboundPerson } from './outbound-person.ts'
import { cancelOutbound, OUTBOUND_OVER, type OutboundRequestInput } from './outbound-request-messages.ts'
import { OutboundRequestState } from './outbound-request-state.ts'
import { PlacedCall, type PlacedCallEnd } from './placed-call.ts'

/** Rows are written until the database has them. */
const { recordOutbound } = proxyActivities<OutboundRequestActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
  summary: '발신 요청 기록',
})

/** Until it is done: nobody who said so is called again. */
const { optOutCallee } = proxyActivities<OptOutActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '200ms', maximumInterval: '10s' },
  summary: '수신 거부 등록',
})

/** What was said until a call is called off is written down all the same. */
class LastingDiary extends CallDiary {
  protected override write(write: () => Promise<void>): void {
    super.write(() => CancellationScope.nonCancellable(write))
  }
}

export async function outboundRequest(input: OutboundRequestInput): Promise<rules.OutboundProgress> {
  return await new Outbound(input).run()
}

class Outbound {
  readonly #input: OutboundRequestInput
  readonly #person: OutboundPerson
  #progress: rules.OutboundProgress
  #task: TaskState
  #version: number
  #callId: CallId | null = null
  #sipCallId: string | null = null
  #summary: string | null = null
  #lines: readonly SpokenLine[] = []
  /** Why a person called it off. */
  #cancelReason: string | null = null
  #isOver = false
  /** They don't want to be called any more, and it is being written down. */
  #isOptedOut = false
  /** The call under way; its cancellation hangs up. */
  #calling: CancellationScope | null = null
  #written: Promise<void> = Promise.resolve()

  constructor(input: OutboundRequestInput) {
    this.#input = input
    this.#person = new OutboundPerson(input)
    this.#progress = input.before?.progress ?? rules.newProgress(input.outboundId)
    this.#task = input.before?.task ?? input.known ?? newTask(input.request.questions)
    this.#version = input.before?.version ?? 0
    setHandler(cancelOutbound, ({ reason }) => this.#cancel(reason), {
      validator: (_input) => {
        if (this.#isOver) throw ApplicationFailure.nonRetryable('The call is over.', OUTBOUND_OVER, 'over')
      },
    })
  }

  async run(): Promise<rules.OutboundProgress> {
    const { request, policy } = this.#input
    this.#become(rules.queuedAgain(this.#progress), { type: 'outbound_queued' })
    await this.#until(request.scheduledAt === null ? null : Date.parse(request.scheduledAt))
    while (!this.#isOver) {
      const ended = this.#isCancelled ? null : await this.#call()
      if (this.#isCancelled && ended === null) this.#endCancelled()
      await this.#summarize()
      if (this.#isOver) break
      const isFinal = this.#task.optedOut === true && patched('opted-out-is-final')
      const nextMs = isFinal ? null : rules.nextTryMs(this.#progress, request, policy.retry, Date.now())
      if (nextMs === null) this.#end(ended)
      else await this.#waitForNextTry(nextMs)
    }
    await this.#written
    await condition(allHandlersFinished)
    return this.#progress
  }

  get #isCancelled(): boolean {
    return this.#cancelReason !== null
  }

  /** Waits for a moment, or for somebody to call it off. */
  async #until(atMs: number | null): Promise<void> {
    const waitMs = (atMs ?? 0) - Date.now()
    if (waitMs > 0) await condition(() => this.#isCancelled, waitMs)
  }

  async #waitForNextTry(atMs: number): Promise<void> {
    this.#become({ ...this.#progress, nextTryAt: koreanIso(atMs) }, null)
    await this.#until(atMs)
    if (!this.#isCancelled) this.#become(rules.queuedAgain(this.#progress), null)
  }

  /** @returns null where it was called off. */
  async #call(): Promise<PlacedCallEnd | null> {
    const callId = makeCallId(uuid4().replaceAll('-', ''))
    this.#callId = callId
    const scope = new CancellationScope()
    this.#calling = scope
    try {
      return await scope.run(async () => await this.#place(callId, await this.#edition()).run())
    } catch (error) {
      if (!isCancellation(error) || !this.#isCancelled) throw error
      return null
    } finally {
      this.#calling = null
    }
  }

  /** What is said in a call is what is live when it is made: a version that was taken back is not said any more. */
  async #edition(): Promise<FlowEdition | null> {
    if (!patched('outbound-flow-version')) return null
    const { edition } = await calls.readCallPolicy({ fromNumber: '', flow: 'outbound_request' })
    return edition ?? null
  }

  #place(callId: CallId, edition: FlowEdition | null): PlacedCall {
    const { outboundId, request, policy, companyName } = this.#input
    const { callerNumber, calleeNumber, callerDisplayName } = request
    const { maxTurns, words, checksCompletion } = policy
    let state: OutboundRequestState | null = null
    let diary: CallDiary | null = null
    const call = new PlacedCall({
      callId,
      diary: () => diary,
      flow: { name: 'outbound_request', version: edition?.version ?? 0 },
      dial: dialInTurn(request.priority, this.#waitForChannelMs),
      dialling: {
        callerNumber,
        calleeNumber,
        ringTimeoutMs: policy.ringTimeoutSeconds * 1000,
        headers: { 'X-Outbound-Call-ID': outboundId },
        sipCallIdPrefix: `outbound-${outboundId}`,
        tellsDialling: true,
        ...(policy.saveRecording ? {} : { recorded: false as const }),
        ...(callerDisplayName === null ? {} : { callerDisplayName }),
      },
      maxDurationMs: request.maxDuration * 1000,
      ...(policy.saveTranscript ? {} : { keepsTranscript: false as const }),
      watcher: {
        onDialling: ({ sipCallId, at }) => {
          this.#sipCallId = sipCallId
          diary = this.#openDiary(callId)
          const attempt = this.#progress.attemptCount + 1
          this.#become(rules.dialing(this.#progress, koreanIso(Date.parse(at))), {
            type: 'outbound_dialing',
            attempt,
          })
        },
        onDigit: (digit) => {
          if (this.#input.takesOptOut !== true || digit !== rules.OPT_OUT_KEY || state === null) return
          this.#optOut('digit')
          call.close('declined')
        },
        onRinging: () => this.#become(rules.ringing(this.#progress), { type: 'outbound_ringing' }),
      },
      onAnswered: (answered_at) =>
        this.#become(rules.connected(this.#progress, answered_at), {
          type: 'outbound_connected',
          answered_at,
        }),
      stateOf: (answered) => {
        const facts = {
          callId,
          ...answered,
          companyName,
          language: 'ko' as const,
          maxTurns,
          ...this.#answering(),
          ...(edition === null ? {} : { edition }),
        }
        const connectsPerson = policy.transfer !== undefined
        const task = this.#task
        state = new OutboundRequestState({ ...facts, request, words, checksCompletion, connectsPerson, task })
        this.#person.begin(call, state)
        return state
      },
      runTools: async (calls, spokenAtMs, hearing) => {
        const heard = patched('answers-in-doubt') ? hearing : null
        const results = state?.report(calls, spokenAtMs, heard) ?? []
        if (state !== null) this.#learn(state.task)
        return await this.#person.carryOut(calls, results)
      },
      onEnded: async (ended) => {
        await this.#person.end()
        this.#lines = state?.lines() ?? []
        this.#callEnded(ended, this.#machineOf(state))
      },
    })
    return call
  }

  /** How long it may wait for a channel; at least a moment, so that it ends as one that was too late. */
  get #waitForChannelMs(): number | undefined {
    const { dialUntil } = this.#input
    return dialUntil === undefined ? undefined : Math.max(1_000, Date.parse(dialUntil) - Date.now())
  }

  get #isTooLate(): boolean {
    const { dialUntil } = this.#input
    return dialUntil !== undefined && this.#progress.state === 'queued' && Date.now() >= Date.parse(dialUntil)
  }

  #openDiary(callId: CallId): CallDiary {
    const { request, outboundId } = this.#input
    const diary = new LastingDiary(
      {
        callId,
        workflowId: workflowInfo().workflowId,
        direction: 'outbound',
        fromNumber: request.callerNumber,
        toNumber: request.calleeNumber,
        calledAt: koreanIso(Date.now()),
      },
      [`- 요청: ${outboundId}`],
    )
    diary.ringing()
    return diary
  }

  #learn(task: TaskState): void {
    const before = progressOf(this.#task).completed
    this.#task = { ...task, ...(this.#task.optedOut === true ? { optedOut: true as const } : {}) }
    if (task.optedOut === true && this.#input.takesOptOut === true) this.#optOut('voice')
    const { total, completed } = progressOf(task)
    const event = { type: 'outbound_progress', progress: { total, completed } } as const
    this.#become(this.#progress, completed === before ? null : event)
  }

  /** At once, not when the call is over: they may wait in another campaign. */
  #optOut(by: 'voice' | 'digit'): void {
    if (this.#isOptedOut) return
    this.#isOptedOut = true
    this.#task = { ...this.#task, optedOut: true }
    const { outboundId, request } = this.#input
    const { calleeNumber } = request
    this.#written = this.#written.then(() =>
      CancellationScope.nonCancellable(() => optOutCallee({ outboundId, calleeNumber, by })),
    )
    this.#written.catch(() => {})
  }

  #answering(): Pick<CallFacts, 'answering'> {
    const { request, policy } = this.#input
    const { machine, machineMessage } = policy
    if (machine === undefined || machineMessage === undefined) return {}
    const displayName = request.callerDisplayName ?? rules.DEFAULT_DISPLAY_NAME
    const text = fillPhrase(machineMessage, { display_name: displayName, purpose: request.purpose })
    return {
      answering: {
        machine: machine === 'leave_message' ? machine : 'hang_up',
        message: rules.sentencesOf(text),
      },
    }
  }

  #machineOf(state: OutboundRequestState | null): rules.MetMachine | null {
    if (state === null) return null
    const { answeredBy: by, isMessageLeft } = state
    return by === 'machine' || by === 'fax' ? { by, isMessageLeft } : null
  }

  /** In the middle, by the loss of the gateway: what is answered is kept, and the rest asked in another call. */
  #isCutOff({ answered, report, end }: PlacedCallEnd): boolean {
    const isLost = answered !== null && report === null && !this.#isCancelled && !isAllSettled(this.#task)
    if (!isLost || !patched('outbound-cut-off')) return false
    // Not where they had been bidden farewell, or talked with a person.
    return end === 'caller_hung_up' || end === 'fault' || !patched('cut-off-in-the-middle')
  }

  #callEnded(ended: PlacedCallEnd, machine: rules.MetMachine | null): void {
    const { answered, report, failure, end } = ended
    const at = koreanIso(Date.now())
    const broken = end === 'fault'
    this.#progress = rules.callEnded(this.#progress, {
      report,
      failure: report === null && this.#isTooLate ? rules.TOO_LATE : failure,
      answered: answered !== null,
      broken,
      lost: this.#isCutOff(ended),
      machine,
      // A call that was made before would else be made again, or not.
      byCode: report === null || answered !== null || patched('outbound-outcome-by-code'),
      at,
    })
  }

  async #summarize(): Promise<void> {
    const isTalk = this.#lines.some(({ speaker }) => speaker === 'customer')
    if (!isTalk || !this.#input.policy.generateSummary) return
    const { purpose } = this.#input.request
    const questions = this.#task.questions.map(({ text, status, answer }) => ({ text, status, answer }))
    this.#summary = await CancellationScope.nonCancellable(() =>
      summaries.summarizeRequest({ purpose, lines: this.#lines, questions }).catch(() => null),
    )
    this.#lines = []
    if (this.#isOver) this.#become(this.#progress, null)
  }

  #end(ended: PlacedCallEnd | null): void {
    this.#isOver = true
    this.#become(this.#progress, this.#lastEvent(ended))
  }

  #lastEvent(ended: PlacedCallEnd | null): OutboundEvent {
    const { state, failureReason } = this.#progress
    if (state !== 'completed') return { type: 'outbound_failed', reason: failureReason ?? state }
    if (ended?.report?.outcome === 'completed_by_remote') return { type: 'outbound_ended' }
    return { type: 'outbound_completed', task_completed: isAllSettled(this.#task) }
  }

  #endCancelled(): void {
    this.#isOver = true
    const reason = this.#cancelReason ?? ''
    const { completedAt } = this.#progress
    const at = completedAt ?? koreanIso(Date.now())
    this.#become(rules.cancelled(this.#progress, at), { type: 'outbound_cancelled', reason })
  }

  async #cancel(reason: string): Promise<rules.OutboundProgress> {
    this.#cancelReason ??= reason
    this.#calling?.cancel()
    await condition(() => this.#isOver)
    await this.#written
    return this.#progress
  }

  /** What is so from now on, for the row and the screens; writes follow each other behind the call. */
  #become(progress: rules.OutboundProgress, event: OutboundEvent | null): void {
    this.#progress = progress
    const snapshot = {
      outboundId: this.#input.outboundId,
      version: ++this.#version,
      progress,
      task: this.#task,
      callId: this.#callId,
      sipCallId: this.#sipCallId,
      summary: this.#summary,
      isOver: this.#isOver,
      event,
    }
    this.#written = this.#written.then(() => CancellationScope.nonCancellable(() => recordOutbound(snapshot)))
    // Awaited at the end; a workflow must not fail by an unhandled rejection before.
    this.#written.catch(() => {})
    setCurrentDetails(
      `발신 요청 ${this.#input.outboundId}: ${progress.state}, 시도 ${progress.attemptCount}회`,
    )
  }
}
