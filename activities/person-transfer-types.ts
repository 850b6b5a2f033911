/** What a transfer to a person asks of the database. */
import type { PersonTransferRecord } from '../domain/person-transfer.ts'

export interface FindTransferTargetInput {
  /** `desk`, or a number as it was told. */
  readonly to: string
  /** Telephones of ours that were rung for it already. */
  readonly tried: readonly string[]
}

export type TransferTarget =
  | {
      readonly kind: 'phone'
      readonly extension: string
      readonly gatewayHost: string
      readonly personId: string | null
      readonly personName: string
    }
  /** @property number national digits. */
  | { readonly kind: 'outside'; readonly number: string }
  /** Nobody is at a telephone, or the number may not be dialled. */
  | { readonly kind: 'nobody' }

export interface PersonTransferActivities {
  findTransferTarget(input: FindTransferTargetInput): Promise<TransferTarget>
  /** A later one says more; repeating it changes nothing. */
  recordTransfer(record: PersonTransferRecord): Promise<void>
}
