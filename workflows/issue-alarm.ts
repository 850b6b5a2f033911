/**
 * One Issue calls for a person: the screens show it at once, a text follows, then calls, until somebody has
 * seen it or it is over. Beside that the model is asked what helps. Never in the way of the ticket: nothing
 * here changes it, and what fails is left out.
 */
import {
  ChildWorkflowCancellationType,
  condition,
  executeChild,
  log,
  ParentClosePolicy,
  proxyActivities,
  setHandler,
  uuid4,
} from '@temporalio/workflow'
import type {
  AlarmPolicy,
  IssueAdviceActivities,
  IssueAlarmActivities,
} from '../activities/issue-alarm-types.ts'
import { makeCallId, outboundCallWorkflowId } from '../domain/ids.ts'
import type { OutboundCallInput, OutboundCallResult } from '../domain/outbound-call.ts'
import {
  type IssueAlarmInput,
  type IssueAlarmResult,
  issueAcknowledged,
  issueResolved,
} from './issue-alarm-messages.ts'
import type { outboundCall } from './outbound-call.ts'

const { readAlarmPolicy, planAlarmCall, acknowledgeByCall } = proxyActivities<IssueAlarmActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
  summary: '이슈 알림',
})
const { textOwner } = proxyActivities<IssueAlarmActivities>({
  startToCloseTimeout: '30s',
  // After that the call comes anyway.
  retry: { initialInterval: '2s', maximumInterval: '30s', maximumAttempts: 6 },
  summary: '이슈 알림 문자',
})
const { adviseOnIssue } = proxyActivities<IssueAdviceActivities>({
  startToCloseTimeout: '60s',
  retry: { initialInterval: '1s', maximumInterval: '30s', maximumAttempts: 5 },
  summary: 'AI 제안',
})

export async function issueAlarm(input: IssueAlarmInput): Promise<IssueAlarmResult> {
  const alarm = new IssueAlarm(input)
  const advice = adviseOnIssue({ issueId: input.issueId }).catch((error: unknown) => {
    log.warn('no suggestion for an Issue', { error: String(error) })
  })
  const result = await alarm.ring()
  await advice
  return result
}

class IssueAlarm {
  readonly #input: IssueAlarmInput
  #over: 'acknowledged' | 'resolved' | null = null

  constructor(input: IssueAlarmInput) {
    this.#input = input
    setHandler(issueAcknowledged, () => {
      this.#over ??= 'acknowledged'
    })
    setHandler(issueResolved, () => {
      this.#over = 'resolved'
    })
  }

  async ring(): Promise<IssueAlarmResult> {
    const policy = await readAlarmPolicy()
    await this.#quietWithin(policy.gatherSeconds, '함께 생긴 이슈를 모음')
    if (this.#over === null) await this.#text()
    await this.#callRepeatedly(policy)
    return this.#over ?? 'unheard'
  }

  async #text(): Promise<void> {
    try {
      await textOwner({ issueId: this.#input.issueId })
    } catch (error) {
      log.warn('the owner could not be texted', { error: String(error) })
    }
  }

  async #callRepeatedly({ callAfterSeconds, callRepeatSeconds, maxCalls }: AlarmPolicy): Promise<void> {
    const firstAt = Date.parse(this.#input.raisedAt) + callAfterSeconds * 1000
    let waitSeconds = (firstAt - Date.now()) / 1000
    for (let calls = 0; calls < maxCalls; calls++) {
      await this.#quietWithin(waitSeconds, '확인을 기다림, 그 뒤 전화')
      if (this.#over !== null) return
      await this.#call()
      waitSeconds = callRepeatSeconds
    }
    // Somebody may still say that they have seen it: then the alarm ends as what it was.
    if (maxCalls > 0) await this.#quietWithin(callRepeatSeconds, '마지막 확인을 기다림')
  }

  async #call(): Promise<void> {
    const callId = makeCallId(uuid4().replaceAll('-', ''))
    const planned = await planAlarmCall({ issueId: this.#input.issueId, callId })
    if (planned === null) return
    const { calleeNumber, brief, issueIds } = planned
    const call: OutboundCallInput = { callId, flow: 'issue_alarm', calleeNumber, brief }
    try {
      const { result } = await executeChild<typeof outboundCall>('outboundCall', {
        workflowId: outboundCallWorkflowId(callId),
        args: [call],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
        staticSummary: `이슈 알림 전화 ${brief.orderNo}`,
      })
      if (acknowledged(result)) {
        this.#over ??= 'acknowledged'
        await acknowledgeByCall({ issueIds })
      }
    } catch (error) {
      log.warn('the owner could not be called', { error: String(error) })
    }
  }

  async #quietWithin(seconds: number, summary: string): Promise<void> {
    if (seconds > 0) await condition(() => this.#over !== null, seconds * 1000, { summary })
  }
}

const acknowledged = (result: OutboundCallResult['result']): boolean =>
  result !== null && 'acknowledged' in result && result.acknowledged
