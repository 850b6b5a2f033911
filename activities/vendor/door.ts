/** A door to the vendor: one small interface, however the vendor is reached. */
import type { VendorDoorMethod } from '../../domain/vendor.ts'
import type { ErpOrder, ErpOrderChange, ErpOrderRequest } from './erp-client.ts'

/** An order as a door saw it, with the pictures it took on the way. */
export interface DoorOrder {
  readonly order: ErpOrder
  /** Keys in the evidence store. */
  readonly pictures: readonly string[]
}

/**
 * Each call throws a `PartyError`: 409 and 422 are the vendor's no, everything else means that this door did not
 * serve. What a door can't do at all it throws as `DoorError`.
 */
export interface VendorDoor {
  readonly method: VendorDoorMethod
  /** The order with our reference; null when the vendor has none. */
  find(reference: string): Promise<ErpOrder | null>
  /** Only after `find`: what the vendor has is not placed again. */
  place(order: ErpOrderRequest): Promise<DoorOrder>
  /** Null when the vendor does not know the number. */
  read(orderId: string, signal?: AbortSignal): Promise<ErpOrder | null>
  edit(orderId: string, change: ErpOrderChange): Promise<DoorOrder>
  cancel(orderId: string, reason: string): Promise<DoorOrder>
}

/** This door can't do it, now or ever: its page looks otherwise than we know it, or has no such form. */
export class DoorError extends Error {
  /** Another try at the same page meets the same page. */
  readonly retryable = false
  readonly code: 'LAYOUT_CHANGED' | 'NOT_POSSIBLE_HERE' | 'READ_BACK_DIFFERS'
  readonly pictures: readonly string[]

  constructor(
    code: DoorError['code'],
    message: string,
    pictures: readonly string[] = [],
    options: ErrorOptions = {},
  ) {
    super(message, options)
    this.name = 'DoorError'
    this.code = code
    this.pictures = pictures
  }
}
