/** Which vendor an order goes to, and which doors lead there. */
import type { Settings } from '../../config/settings.ts'
import type { Database } from '../../db/database.ts'
import {
  listVendors,
  type SeedSettings,
  type VendorRecord,
  vendorOfReference,
  vendorSeed,
} from '../../db/queries/vendors.ts'
import type { IssueCause } from '../../domain/issue-cause.ts'
import { type ChosenVendor, isDoor, type VendorDoorMethod } from '../../domain/vendor.ts'

/** Nobody takes orders: the owner has switched every vendor off. */
class NoVendorError extends Error {
  readonly issueCause: IssueCause = { code: 'no_vendor' }
  readonly retryable = false
}

export type VendorSettings = SeedSettings & Pick<Settings, 'dataKey'>

/** The vendor of this order, else the one that gets new orders. @throws NoVendorError */
export async function chooseVendor(
  db: Database,
  settings: VendorSettings,
  reference: string,
): Promise<ChosenVendor> {
  const known = await vendorOfReference(db, settings.dataKey, reference)
  if (known !== null) return chosen(known)
  const vendors = await listVendors(db, settings.dataKey, vendorSeed(settings))
  const vendor = vendors.find(({ active }) => active)
  if (vendor === undefined) throw new NoVendorError('주문을 받을 외주업체가 없습니다.')
  return chosen(vendor)
}

function chosen({ id, name, methods, phone, costWon }: VendorRecord): ChosenVendor {
  return { id, name, methods, phone, costWon }
}

/** The doors of the vendor that has this order; an order from before there were vendors went through the API. */
export async function doorsOf(
  db: Database,
  settings: VendorSettings,
  reference: string,
): Promise<readonly VendorDoorMethod[]> {
  const vendor = await vendorOfReference(db, settings.dataKey, reference)
  return vendor === null ? ['api'] : vendor.methods.filter(isDoor)
}
