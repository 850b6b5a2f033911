/** Watching over money on a schedule: the bank's feed often, all books now and then. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow'
import type {
  BankActivities,
  ReconciliationActivities,
  ReturnNoticeActivities,
  ReturnNoticeResult,
} from '../activities/money-types.ts'
import type { ReconciliationInput, ReconciliationSummary, ReturnNoticeInput } from './money-messages.ts'

/** A bank that is away is asked again by the next run: this one shall not outlast it for long. */
const RETRY = { initialInterval: '2s', backoffCoefficient: 2, maximumAttempts: 4 } as const

const { readBankFeed } = proxyActivities<BankActivities>({
  startToCloseTimeout: '2m',
  retry: RETRY,
  summary: '은행 입금 내역 읽기',
})
const { matchDeposits } = proxyActivities<BankActivities>({
  startToCloseTimeout: '2m',
  retry: RETRY,
  summary: '입금을 주문에 연결',
})
const { reconcilePayments } = proxyActivities<ReconciliationActivities>({
  startToCloseTimeout: '10m',
  retry: RETRY,
  summary: '결제사 장부와 대조',
})

/** A carrier that is away is waited for: the money is there already. */
const { tellOfReturn } = proxyActivities<ReturnNoticeActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '5s', maximumInterval: '5m' },
  scheduleToCloseTimeout: '12h',
  summary: '문자: 돌려드린 금액',
})

/** What came in since the last time. */
export async function bankFeed(): Promise<{ readonly read: number; readonly matched: number }> {
  const { read } = await readBankFeed()
  const { matched } = await matchDeposits()
  return { read, matched }
}

/** Everything: the bank's feed, deposits that still wait, and each payment at the gateway. */
export async function reconciliation({ startedBy }: ReconciliationInput): Promise<ReconciliationSummary> {
  const { read } = await readBankFeed()
  const { matched, waiting } = await matchDeposits()
  const { workflowId, runId } = workflowInfo()
  const { checked, findings } = await reconcilePayments({ startedBy, key: `${workflowId}:${runId}` })
  return { read, matched, waiting, checked, findings }
}

/** A person has sent money back: its customer hears of it. */
export async function returnNotice(input: ReturnNoticeInput): Promise<ReturnNoticeResult> {
  return await tellOfReturn(input)
}
