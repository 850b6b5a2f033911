/** What the errors of a door mean: the vendor's no, or a door that did not serve. */
import { ApplicationFailure } from '@temporalio/common'
import {
  failureEvidence,
  failureText,
  type VendorDoorMethod,
  type VendorFailure,
} from '../../domain/vendor.ts'
import type { VendorRefusal } from '../activity-types.ts'
import { PartyError } from '../http.ts'
import { DoorError } from './door.ts'

/** 409 and 422 are the vendor's no; other refusals (wrong key …) are ours to mend and stay errors. */
export function refusalOf(error: unknown): VendorRefusal | null {
  if (!(error instanceof PartyError) || (error.status !== 409 && error.status !== 422)) return null
  return { status: 'refused', code: error.code, reason: error.message }
}

/** @throws what is no failure of the door: our database, a mistake of ours. */
export function doorFailure(method: VendorDoorMethod, error: unknown): VendorFailure {
  if (error instanceof DoorError)
    return { method, code: error.code, reason: error.message, mayPass: false, pictures: error.pictures }
  if (error instanceof PartyError)
    return { method, code: error.code, reason: error.message, mayPass: error.retryable, pictures: [] }
  if (error instanceof Error && 'retryable' in error && error.retryable === true)
    return { method, code: error.name, reason: error.message, mayPass: true, pictures: [] }
  throw error
}

/** No door served: told as a failure whose message is for the person who decides. */
export function outOfReach(failures: readonly VendorFailure[]): ApplicationFailure {
  return ApplicationFailure.create({
    message: failureText(failures),
    type: 'VendorOutOfReach',
    nonRetryable: !failures.some(({ mayPass }) => mayPass),
    details: [{ code: 'party_unreachable', params: { party: 'vendor_erp' } }, failureEvidence(failures)],
  })
}
