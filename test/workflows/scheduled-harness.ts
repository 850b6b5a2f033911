/** The workflows that Schedules start, on a worker of their own, with what they ask for scripted. */
import { randomBytes } from 'node:crypto'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker'
import type { MorningActivities } from '../../activities/issue-alarm-types.ts'
import type {
  BankActivities,
  ReconcileInput,
  ReconciliationActivities,
  ReturnNoticeActivities,
} from '../../activities/money-types.ts'
import { countMorning } from '../../domain/morning.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import type { bankFeed, reconciliation, returnNotice } from '../../workflows/money-watch.ts'
import type { morningDigest } from '../../workflows/morning-digest.ts'

/** Bank, books and the owner's phone, as the activities reach them. */
export class Books {
  /** Called before each activity does its work; throw to make it fail. */
  fault: (activity: string) => void = () => {}
  read = 3
  matched = 2
  waiting = 1
  /** In the order in which they were asked for. */
  readonly asked: string[] = []
  readonly reconciliations: ReconcileInput[] = []
  readonly returns: number[] = []
  readonly digests: (string | null)[] = []

  activities(): BankActivities & ReconciliationActivities & MorningActivities & ReturnNoticeActivities {
    const begin = (activity: string): void => {
      this.asked.push(activity)
      this.fault(activity)
    }
    return {
      readBankFeed: async () => {
        begin('readBankFeed')
        return { read: this.read }
      },
      matchDeposits: async () => {
        begin('matchDeposits')
        return { matched: this.matched, waiting: this.waiting }
      },
      reconcilePayments: async (input) => {
        begin('reconcilePayments')
        this.reconciliations.push(input)
        return { checked: 12, findings: 1 }
      },
      tellOfReturn: async ({ returnId }) => {
        begin('tellOfReturn')
        this.returns.push(returnId)
        return { status: 'sent' }
      },
      sendMorningDigest: async ({ day }) => {
        begin('sendMorningDigest')
        this.digests.push(day)
        return { day: day ?? '2026-11-21', counts: countMorning([]), sent: true }
      },
    }
  }
}

export interface ScheduledRun<Result> {
  readonly workflowId: string
  readonly result: Result
}

/** What each is started with and gives. */
interface Scheduled {
  bankFeed: typeof bankFeed
  reconciliation: typeof reconciliation
  returnNotice: typeof returnNotice
  morningDigest: typeof morningDigest
}

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined

/** Runs one to its end. @throws what it fails with. */
export async function runScheduled<Name extends keyof Scheduled>(
  env: TestWorkflowEnvironment,
  workflow: Name,
  args: Parameters<Scheduled[Name]>,
  books = new Books(),
): Promise<ScheduledRun<Awaited<ReturnType<Scheduled[Name]>>>> {
  bundle ??= bundleWorkflows()
  const taskQueue = `scheduled-${randomBytes(6).toString('hex')}`
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: await bundle,
    activities: books.activities(),
  })
  const untyped: unknown[] = [...args]
  const result: unknown = await worker.runUntil(
    env.client.workflow.execute(workflow, { workflowId: taskQueue, taskQueue, args: untyped }),
  )
  return { workflowId: taskQueue, result: result as Awaited<ReturnType<Scheduled[Name]>> }
}
