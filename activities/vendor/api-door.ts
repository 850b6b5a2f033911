/** The vendor's REST interface as a door. */
import type { DoorOrder, VendorDoor } from './door.ts'
import type { ErpOrder, VendorErpClient } from './erp-client.ts'

export function createApiDoor(
  erp: Pick<VendorErpClient, 'find' | 'place' | 'read' | 'change' | 'cancel'>,
): VendorDoor {
  const seen = (order: ErpOrder): DoorOrder => ({ order, pictures: [] })
  return {
    method: 'api',
    find: (reference) => erp.find(reference),
    place: async (order) => seen(await erp.place(order)),
    read: (orderId, signal) => erp.read(orderId, signal),
    edit: async (orderId, change) => seen(await erp.change(orderId, change)),
    cancel: async (orderId, reason) => seen(await erp.cancel(orderId, reason)),
  }
}
