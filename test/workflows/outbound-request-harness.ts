/** A requested call in a server that skips time: gateway, dialogue workers, rows and summaries scripted. */
import { randomBytes } from 'node:crypto'
import { Context } from '@temporalio/activity'
import { ApplicationFailure, type UpdateDefinition } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker'
import type { CallActivities, CallPolicy, RecordCallInput } from '../../activities/calls.ts'
import type { OptOutCalleeInput } from '../../activities/campaign-types.ts'
import type { PersonTransferActivities, TransferTarget } from '../../activities/person-transfer-types.ts'
import type { HangUpLegInput, HoldLegInput, LegOutcome, LegReport } from '../../domain/call.ts'
import type { GuestRecord } from '../../domain/call-guests.ts'
import type { TakeTurnInput, TakeTurnResult } from '../../domain/dialogue.ts'
import type { FlowEdition } from '../../domain/flow-content.ts'
import { makeOutboundId } from '../../domain/ids.ts'
import type { SetConferenceInput, SetLegAudioInput } from '../../domain/leg-operations.ts'
import type { OutboundProgress, OutboundRequest } from '../../domain/outbound-request.ts'
import type { OutboundSnapshot } from '../../domain/outbound-snapshot.ts'
import type { PersonTransferRecord } from '../../domain/person-transfer.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import {
  dialogueWorkerQueue,
  gatewayLegsQueue,
  gatewayQueue,
  TASK_QUEUES,
} from '../../temporal/task-queues.ts'
import type { outboundRequest } from '../../workflows/outbound-request.ts'
import {
  cancelOutbound,
  type OutboundPolicy,
  type OutboundRequestInput,
} from '../../workflows/outbound-request-messages.ts'
import { settledBut } from '../support/workflow-rest.ts'
import { plainTurn, report, says } from './inbound-call-harness.ts'
import { expectToReplay } from './replayed.ts'

const HOST = 'host-out'
const WARM_QUEUE = dialogueWorkerQueue('warm')
/** Activities that last as long as the call. */
const HELD = ['holdLeg', 'takeTurn']
/** Temporal beats at most so often in tests. */
const BEAT_MS = 200

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined

const REQUEST: OutboundRequest = {
  callerNumber: '07012345678',
  calleeNumber: '01098765432',
  callerDisplayName: 'ABC 주식회사',
  purpose: '내일 오후 2시 미팅 일정 확인',
  questions: ['참석 가능 여부', '장소 변경 필요 여부'],
  maxDuration: 180,
  priority: 5,
  scheduledAt: null,
  retryOnNoAnswer: true,
  maxRetries: 2,
  metadata: null,
}
const POLICY: OutboundPolicy = {
  ringTimeoutSeconds: 30,
  maxTurns: 20,
  retry: { enabled: true, intervalSeconds: 300, on: ['no_answer', 'busy'] },
  words: { greeting: '안녕하세요, {display_name} AI 비서입니다.', closing: '확인 감사합니다.' },
  checksCompletion: true,
  saveTranscript: true,
  saveRecording: true,
  generateSummary: true,
}

/** Only the words of it count in a requested call. */
const PLAIN_POLICY: CallPolicy = {
  companyName: '대리 화환',
  companyPhone: '15880000',
  priceWon: 80_000,
  language: 'ko',
  maxDurationMs: 1_800_000,
  maxTurns: 80,
}

type Turn = (
  input: TakeTurnInput,
  world: ScriptedRequest,
) => Partial<TakeTurnResult> | Promise<Partial<TakeTurnResult>>
/** They go on talking: given up by the workflow only. */
export const talksOn: Turn = () => new Promise(() => {})
/** What becomes of one call. */
export type ScriptedCall =
  | { readonly unanswered: LegOutcome; readonly sipCode?: number; readonly rings?: boolean }
  | { readonly turns: readonly Turn[] }
  /** It stays so until it is called off. */
  | { readonly stays: 'dialing' | 'ringing' }
  /** No INVITE can be sent, for this reason. */
  | { readonly refused: string }

export interface RequestScript {
  readonly request?: Partial<OutboundRequest>
  readonly policy?: Partial<OutboundPolicy>
  readonly before?: OutboundRequestInput['before']
  readonly dialUntil?: string
  readonly takesOptOut?: true
  /** Whom a transfer may ring, in this order, and what their telephones do: answered, not, or still ringing. */
  readonly people?: readonly { readonly target: TransferTarget; readonly answers: boolean | 'rings' }[]
  /** The version of its words that is live at each call; default: what was shipped. */
  readonly editions?: readonly (FlowEdition | null)[]
  /** One after the other. */
  readonly calls: readonly ScriptedCall[]
}

/** Everything that the workflow asked of the world. */
export class ScriptedRequest {
  readonly input: OutboundRequestInput
  readonly dialled: HoldLegInput[] = []
  readonly turns: TakeTurnInput[] = []
  readonly records: RecordCallInput[] = []
  readonly hungUp: HangUpLegInput[] = []
  readonly snapshots: OutboundSnapshot[] = []
  readonly notes: string[] = []
  readonly optedOut: OptOutCalleeInput[] = []
  /** Telephones of people that were rung. */
  readonly rung: Extract<HoldLegInput, { kind: 'dial' }>[] = []
  readonly briefings: TakeTurnInput[] = []
  readonly conferences: SetConferenceInput[] = []
  readonly audio: SetLegAudioInput[] = []
  readonly transfers: PersonTransferRecord[] = []
  readonly guests: GuestRecord[] = []
  readonly #env: TestWorkflowEnvironment
  readonly #script: RequestScript
  #endLeg: (outcome: LegOutcome) => void = () => {}
  readonly #endPeople = new Map<string, (outcome: LegOutcome) => void>()
  readonly #watchers = new Set<() => void>()

  constructor(env: TestWorkflowEnvironment, script: RequestScript) {
    this.#env = env
    this.#script = script
    const { request, policy, before, dialUntil, takesOptOut } = script
    this.input = {
      outboundId: makeOutboundId(randomBytes(4).toString('hex')),
      request: { ...REQUEST, ...request },
      policy: { ...POLICY, ...policy },
      companyName: '대리 화환',
      requestedBy: 'operator',
      createdAt: '2026-11-26T10:00:00+09:00',
      ...(before === undefined ? {} : { before }),
      ...(dialUntil === undefined ? {} : { dialUntil }),
      ...(takesOptOut === undefined ? {} : { takesOptOut }),
    }
  }

  get workflowId(): string {
    return this.input.outboundId
  }

  /** States in the order in which the row had them, each once. */
  get states(): string[] {
    const states = this.snapshots.map(({ progress }) => progress.state)
    return states.filter((state, index) => state !== states[index - 1])
  }

  get events() {
    return this.snapshots.flatMap(({ event }) => (event === null ? [] : [event]))
  }

  /** Resolves once the row is in that state; never by time. */
  async reaches(isReached: (snapshot: OutboundSnapshot) => boolean): Promise<void> {
    while (!this.snapshots.some(isReached))
      await new Promise<void>((resolve) => {
        this.#watchers.add(resolve)
      })
  }

  /** Resolves once so many turns have begun. */
  async talks(turns: number): Promise<void> {
    while (this.turns.length < turns)
      await new Promise<void>((resolve) => {
        this.#watchers.add(resolve)
      })
  }

  async cancel(reason = 'operator_cancel'): Promise<OutboundProgress> {
    const handle = this.#env.client.workflow.getHandle(this.workflowId)
    await settledBut(handle, HELD)
    return await handle.executeUpdate(cancelOutbound, { args: [{ reason }] })
  }

  /** They press a key. */
  async press(digit: string): Promise<void> {
    const handle = this.#env.client.workflow.getHandle(this.workflowId)
    await settledBut(handle, HELD)
    await this.#tell({ type: 'digit', legId: this.dialled.at(-1)?.legId, digit })
  }

  /** Somebody of ours asks something of the call, while nobody is at work. */
  async ask<Result, Arguments extends [unknown]>(
    update: UpdateDefinition<Result, Arguments>,
    ...args: Arguments
  ): Promise<Result> {
    const handle = this.#env.client.workflow.getHandle(this.workflowId)
    await settledBut(handle, HELD)
    return await handle.executeUpdate(update, { args })
  }

  /** Resolves once it is so; never by time. */
  async comesTo(isSo: () => boolean): Promise<void> {
    while (!isSo())
      await new Promise<void>((resolve) => {
        this.#watchers.add(resolve)
      })
  }

  /** States in which transfers were, one after the other. */
  get transferStates(): string[] {
    return this.transfers.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1])
  }

  /** A person puts their telephone down. */
  hangUpPerson(legId: string): void {
    this.#endPeople.get(legId)?.('completed_by_remote')
  }

  /** The other side puts the phone down. */
  hangUp(): void {
    this.#endLeg('completed_by_remote')
  }

  /** The gateway that holds the call is gone. */
  loseGateway: () => void = () => {}

  async holdLeg(input: HoldLegInput): Promise<LegReport> {
    this.dialled.push(input)
    const call = this.#script.calls[this.dialled.length - 1]
    if (call === undefined) throw ApplicationFailure.nonRetryable('no call is scripted')
    if ('refused' in call) throw ApplicationFailure.nonRetryable(call.refused, 'NoRoute')
    const ended = new Promise<LegOutcome>((resolve, reject) => {
      this.#endLeg = resolve
      this.loseGateway = () => reject(ApplicationFailure.nonRetryable('not on this gateway', 'LegLost'))
    })
    const beat = setInterval(() => Context.current().heartbeat(), BEAT_MS)
    try {
      const at = new Date(await this.#env.currentTimeMs()).toISOString()
      const { legId } = input
      await this.#tell({ type: 'dialling', legId, sipCallId: `outbound-${this.workflowId}-0000cafe`, at })
      if ('unanswered' in call) {
        if (call.rings !== false) await this.#tell({ type: 'ringing', legId })
        const { unanswered, sipCode = null } = call
        return { ...report(input, unanswered), answeredAt: null, recordingKey: null, sipCode }
      }
      if (!('stays' in call) || call.stays === 'ringing') await this.#tell({ type: 'ringing', legId })
      if ('turns' in call)
        await this.#tell({
          type: 'answered',
          legId,
          mediaSocketUrl: 'ws://gateway',
          recordingKey: null,
          at,
          gatewayHost: HOST,
        })
      return report(input, await Promise.race([ended, Context.current().cancelled]))
    } finally {
      clearInterval(beat)
    }
  }

  async hangUpLeg(input: HangUpLegInput): Promise<void> {
    const endPerson = this.#endPeople.get(input.legId)
    if (endPerson !== undefined) return endPerson('completed_by_us')
    this.hungUp.push(input)
    this.#endLeg('completed_by_us')
  }

  /** The telephone of a person who is put on the line. */
  async ringPerson(input: HoldLegInput): Promise<LegReport> {
    if (input.kind !== 'dial') throw ApplicationFailure.nonRetryable('nobody is answered')
    const person = this.#script.people?.[this.rung.length]
    this.rung.push(input)
    const ended = new Promise<LegOutcome>((resolve) => this.#endPeople.set(input.legId, resolve))
    if (person === undefined || person.answers === false)
      return { ...report(input, 'no_answer'), answeredAt: null, recordingKey: null }
    const beat = setInterval(() => Context.current().heartbeat(), BEAT_MS)
    try {
      const at = new Date(await this.#env.currentTimeMs()).toISOString()
      const { legId } = input
      if (person.answers === true)
        await this.#tell({ type: 'answered', legId, mediaSocketUrl: `ws://people/${legId}`, at })
      return report(input, await Promise.race([ended, Context.current().cancelled]))
    } finally {
      clearInterval(beat)
    }
  }

  async takeTurn(input: TakeTurnInput): Promise<TakeTurnResult> {
    if (input.afterHello === true) {
      this.briefings.push(input)
      this.#tellWatchers()
      return { ...plainTurn(input), ...says(input, (input.message ?? []).join(' ')) }
    }
    this.turns.push(input)
    this.#tellWatchers()
    const call = this.#script.calls[this.dialled.length - 1]
    const turn = call !== undefined && 'turns' in call ? call.turns[turnIndexOf(input)] : undefined
    if (turn === undefined) throw ApplicationFailure.nonRetryable('no turn is scripted')
    const beat = setInterval(() => Context.current().heartbeat(), BEAT_MS)
    try {
      const taken = await Promise.race([turn(input, this), Context.current().cancelled])
      return { ...plainTurn(input), ...taken }
    } finally {
      clearInterval(beat)
    }
  }

  activities() {
    const recorded: Partial<CallActivities> = {
      readCallPolicy: async (input) => {
        const edition =
          input?.flow === 'outbound_request' ? this.#script.editions?.[this.dialled.length] : null
        return { ...PLAIN_POLICY, ...(edition ? { edition } : {}) }
      },
      recordCall: async (input) => {
        this.records.push(input)
      },
      recordTurn: async ({ turnIndex }) => {
        this.notes.push(`turn ${turnIndex}`)
      },
      finishCall: async ({ report: legReport }) => {
        this.notes.push(`finished ${legReport?.outcome}`)
      },
    }
    return {
      ...recorded,
      recordGuest: async (guest: GuestRecord) => {
        this.guests.push(guest)
        this.#tellWatchers()
      },
      ...this.#transferActivities(),
      recordOutbound: async (snapshot: OutboundSnapshot) => {
        this.snapshots.push(snapshot)
        this.#tellWatchers()
      },
      optOutCallee: async (input: OptOutCalleeInput) => {
        this.optedOut.push(input)
      },
    }
  }

  #transferActivities(): PersonTransferActivities {
    return {
      findTransferTarget: async () => this.#script.people?.[this.rung.length]?.target ?? { kind: 'nobody' },
      recordTransfer: async (record) => {
        this.transfers.push(record)
        this.#tellWatchers()
      },
    }
  }

  legOperations() {
    return {
      setConference: async (input: SetConferenceInput) => {
        this.conferences.push(input)
        this.#tellWatchers()
        const { conferenceId, revision, members } = input
        return { conferenceId, revision, members: members.map(({ legId }) => legId) }
      },
      setLegAudio: async (input: SetLegAudioInput) => {
        this.audio.push(input)
        this.#tellWatchers()
      },
    }
  }

  #tellWatchers(): void {
    for (const watcher of this.#watchers) watcher()
    this.#watchers.clear()
  }

  async #tell(event: { readonly type: string } & Record<string, unknown>): Promise<void> {
    await this.#env.client.workflow.getHandle(this.workflowId).signal('legEvent', event)
  }
}

const turnIndexOf = (input: TakeTurnInput): number => Number(/-t(\d+)$/.exec(input.turnId)?.[1])

/** Plays a request to its end, and replays it. @param act what people do meanwhile. */
export async function playRequest(
  env: TestWorkflowEnvironment,
  script: RequestScript,
  act: (world: ScriptedRequest) => Promise<unknown> = async () => {},
): Promise<{ readonly world: ScriptedRequest; readonly progress: OutboundProgress }> {
  bundle ??= bundleWorkflows()
  const workflowBundle = await bundle
  const world = new ScriptedRequest(env, script)
  const takeTurn = (input: TakeTurnInput) => world.takeTurn(input)
  const summarizeRequest = async () => '참석 가능, 장소 변경 불필요.'
  const queues = [
    {
      taskQueue: TASK_QUEUES.outboundLegs,
      activities: { holdLeg: (input: HoldLegInput) => world.holdLeg(input) },
    },
    {
      taskQueue: gatewayQueue(HOST),
      activities: {
        hangUpLeg: (input: HangUpLegInput) => world.hangUpLeg(input),
        ...world.legOperations(),
      },
    },
    {
      taskQueue: gatewayLegsQueue(HOST),
      activities: { holdLeg: (input: HoldLegInput) => world.ringPerson(input) },
    },
    { taskQueue: TASK_QUEUES.dialogue, activities: { takeTurn, summarizeRequest } },
    { taskQueue: WARM_QUEUE, activities: { takeTurn } },
    { taskQueue: TASK_QUEUES.business, activities: world.activities(), workflowBundle },
  ]
  const workers = await Promise.all(
    queues.map((queue) =>
      Worker.create({
        connection: env.nativeConnection,
        ...queue,
        maxHeartbeatThrottleInterval: BEAT_MS,
        shutdownForceTime: '2s',
      }),
    ),
  )
  const running = Promise.all(workers.map((worker) => worker.run()))
  try {
    const handle = await env.client.workflow.start<typeof outboundRequest>('outboundRequest', {
      workflowId: world.workflowId,
      taskQueue: TASK_QUEUES.business,
      args: [world.input],
    })
    await act(world)
    const progress = await handle.result()
    await expectToReplay(env, world.workflowId, workflowBundle)
    return { world, progress }
  } finally {
    for (const worker of workers) worker.shutdown()
    await running
  }
}
