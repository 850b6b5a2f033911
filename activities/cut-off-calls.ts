/** Callers who were cut off by us: whether they may be called back at once. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { isOnDoNotCall } from '../db/queries/do-not-call.ts'
import { type NoCallBack, whyNoCallBack } from '../domain/call-back.ts'
import { normalizePhone } from '../domain/phone-number.ts'

export interface CutOffActivities {
  /** @returns null: they are called back. */
  judgeCallBack(input: {
    readonly number: string
    /** Epoch milliseconds; absent in inputs of before. */
    readonly cutOffAtMs?: number
  }): Promise<{ readonly why: NoCallBack | null }>
}

export function createCutOffActivities({
  database,
  settings,
}: {
  readonly database: Database
  readonly settings: Pick<Settings, 'dataKey' | 'callBack'>
}): CutOffActivities {
  return {
    judgeCallBack: async ({ number, cutOffAtMs }) => {
      const phone = normalizePhone(number)
      const doNotCall = phone !== null && (await isOnDoNotCall(database, settings.dataKey, phone))
      const policy = settings.callBack
      return { why: whyNoCallBack({ policy, number, doNotCall, atMs: Date.now(), cutOffAtMs }) }
    },
  }
}
