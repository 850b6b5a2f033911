/** Money on the company's own account: read off the bank's feed, given to the orders it belongs to. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import {
  claimDeposit,
  hasTaken,
  keepDeposits,
  matchingAlone,
  noteDoubt,
  noteReading,
  type OpenDeposit,
  readCandidates,
  readFeedCursor,
  readOpenDeposits,
  releaseClaim,
  settleClaim,
} from '../db/queries/bank-deposits.ts'
import { judgeDeposit } from '../domain/deposit-matching.ts'
import type { OrderNo } from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import type { DepositReceivedInput } from '../workflows/ticket-messages.ts'
import { type BankFeedClient, FEED_PAGE } from './bank-feed-client.ts'
import { PartyError } from './http.ts'
import type { BankActivities } from './money-types.ts'

/** Tells an order of a deposit. `refused`: it is closed or not waiting for money. */
export type TellOfDeposit = (orderNo: OrderNo, input: DepositReceivedInput) => Promise<'taken' | 'refused'>

export interface DepositDependencies {
  readonly db: Database
  readonly bank: Pick<BankFeedClient, 'transactions'>
  readonly settings: Pick<Settings, 'dataKey'>
  readonly tell: TellOfDeposit
}

export function createDepositActivities({ db, bank, settings, tell }: DepositDependencies): BankActivities {
  const keys = settings.dataKey
  return {
    async readBankFeed() {
      let cursor = await readFeedCursor(db)
      let read = 0
      try {
        for (;;) {
          const page = await bank.transactions(cursor)
          const last = page.at(-1)
          cursor = last?.id ?? cursor
          // Money that went out is none of a customer's.
          const deposits = page.filter(({ amount }) => amount > 0)
          read += await keepDeposits(
            db,
            keys,
            deposits.map(({ id, at, amount, depositor, memo }) => ({
              bankId: id,
              receivedAt: at,
              amountWon: amount,
              depositor,
              memo: memo ?? null,
            })),
            cursor,
          )
          if (page.length < FEED_PAGE) return { read }
        }
      } catch (error) {
        if (error instanceof PartyError) await noteReading(db, cursor, error.message)
        throw error
      }
    },

    async matchDeposits() {
      let matched = 0
      let waiting = 0
      for (const deposit of await readOpenDeposits(db, keys)) {
        const orderNo = deposit.claimedFor ?? (await judgeAndClaim(db, deposit))
        if (orderNo !== null && (await giveToOrder(db, tell, deposit, orderNo, 'system'))) matched += 1
        else waiting += 1
      }
      return { matched, waiting }
    },
  }
}

/** @returns the order it belongs to without doubt. */
function judgeAndClaim(db: Database, deposit: OpenDeposit): Promise<OrderNo | null> {
  return matchingAlone(db, async (trx) => {
    const verdict = judgeDeposit(deposit, await readCandidates(trx))
    if (verdict.kind === 'doubt') {
      await noteDoubt(trx, deposit.id, verdict.doubt)
      return null
    }
    return (await claimDeposit(trx, deposit.id, verdict.orderNo, 'system')) ? verdict.orderNo : null
  })
}

/**
 * Tells the order of a deposit that was claimed for it. The order counts each row once, so that a try whose answer
 * was lost may be made again.
 * @returns false when the order would not take it: the deposit waits again.
 */
export async function giveToOrder(
  db: Database,
  tell: TellOfDeposit,
  deposit: Pick<OpenDeposit, 'id' | 'bankId' | 'amountWon' | 'receivedAtMs'>,
  orderNo: OrderNo,
  actor: string,
): Promise<boolean> {
  const { id, bankId, amountWon, receivedAtMs } = deposit
  const receivedAt = koreanIso(receivedAtMs)
  const answer = await tell(orderNo, { depositId: bankId, amountWon, receivedAt, actor })
  // An order that has ended since may have taken it when it was told before.
  const taken = answer === 'taken' || (await hasTaken(db, orderNo, bankId))
  if (taken) await settleClaim(db, id)
  else await releaseClaim(db, id)
  return taken
}
