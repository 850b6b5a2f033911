/** One alarm in a server that skips time; what the owner does is scripted. */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { ApplicationFailure } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { bundleWorkflowCode, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker'
import type {
  AlarmPolicy,
  IssueAdviceActivities,
  IssueAlarmActivities,
} from '../../activities/issue-alarm-types.ts'
import { issueAlarmWorkflowId, makeOrderNo } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { OutboundCallInput, OutboundCallResult } from '../../domain/outbound-call.ts'
import type { issueAlarm } from '../../workflows/issue-alarm.ts'
import { ISSUE_ALARM_WORKFLOW, type IssueAlarmInput } from '../../workflows/issue-alarm-messages.ts'
import type { AnswerActivities } from './fixtures/alarm-workflows.ts'

const POLICY: AlarmPolicy = { gatherSeconds: 60, callAfterSeconds: 600, callRepeatSeconds: 300, maxCalls: 3 }

export const UNANSWERED: OutboundCallResult = { outcome: 'no_answer', answered: false, result: null }
export const ACKNOWLEDGED: OutboundCallResult = {
  outcome: 'completed_by_us',
  answered: true,
  result: { acknowledged: true },
}

/** What the alarm did, with the minutes since the Issue was raised. */
export class AlarmedOwner {
  readonly texts: number[] = []
  readonly calls: number[] = []
  readonly told: OutboundCallInput[] = []
  readonly acknowledged: string[][] = []
  advised = 0
  /** What becomes of each call; the last one of all further ones. */
  answers: OutboundCallResult[] = [UNANSWERED]
  /** Called before each activity does its work; throw to make it fail. */
  fault: (activity: string) => void = () => {}
  /** Another alarm's call tells of this Issue. */
  covered = false
  raisedAt = 0
  readonly #now: () => Promise<number>

  constructor(now: () => Promise<number>) {
    this.#now = now
  }

  async #minutes(): Promise<number> {
    return Math.round(((await this.#now()) - this.raisedAt) / 60_000)
  }

  activities(policy: AlarmPolicy): IssueAlarmActivities & IssueAdviceActivities & AnswerActivities {
    return {
      readAlarmPolicy: async () => policy,
      textOwner: async () => {
        this.fault('textOwner')
        this.texts.push(await this.#minutes())
      },
      planAlarmCall: async ({ issueId }) => {
        if (this.covered) return null
        const brief = { orderNo: ORDER_NO, kind: 'complaint' as const, reason: '꽃이 시들었습니다.' }
        return { calleeNumber: '01090001000', brief, issueIds: [issueId, 'another'] }
      },
      acknowledgeByCall: async ({ issueIds }) => void this.acknowledged.push([...issueIds]),
      adviseOnIssue: async () => {
        this.fault('adviseOnIssue')
        this.advised += 1
      },
      answerCall: async (call) => {
        this.fault('answerCall')
        this.told.push(call)
        this.calls.push(await this.#minutes())
        const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0]
        if (answer === undefined) throw ApplicationFailure.nonRetryable('no answer is scripted')
        return answer
      },
    }
  }
}

const ORDER_NO = makeOrderNo('261121', [0.3, 0.3, 0.3, 0.3])
let bundle: Promise<WorkflowBundleWithSourceMap> | undefined

/** Rings one alarm while `body` acts on it. */
export async function withAlarm<Result>(
  env: TestWorkflowEnvironment,
  body: (run: {
    readonly handle: Awaited<ReturnType<typeof start>>
    readonly owner: AlarmedOwner
  }) => Promise<Result>,
  options: { readonly policy?: Partial<AlarmPolicy>; readonly owner?: (owner: AlarmedOwner) => void } = {},
): Promise<Result> {
  bundle ??= bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./fixtures/alarm-workflows.ts', import.meta.url)),
  })
  const owner = new AlarmedOwner(() => env.currentTimeMs())
  options.owner?.(owner)
  const taskQueue = `alarms-${randomBytes(6).toString('hex')}`
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: await bundle,
    activities: owner.activities({ ...POLICY, ...options.policy }),
  })
  return worker.runUntil(async () => {
    owner.raisedAt = await env.currentTimeMs()
    const issueId = `${ORDER_NO}-I${randomBytes(2).readUInt16BE()}`
    return body({
      handle: await start(env, taskQueue, {
        issueId,
        orderNo: ORDER_NO,
        raisedAt: koreanIso(owner.raisedAt),
      }),
      owner,
    })
  })
}

const start = (env: TestWorkflowEnvironment, taskQueue: string, input: IssueAlarmInput) =>
  env.client.workflow.start<typeof issueAlarm>(ISSUE_ALARM_WORKFLOW, {
    workflowId: issueAlarmWorkflowId(input.issueId),
    taskQueue,
    args: [input],
  })
