/** The vendor's words for how far an order is, and what they mean to us: the one table of both. */

/** How far the vendor is. */
export type VendorStage = 'accepted' | 'making' | 'departed' | 'delivered' | 'cancelled'

const STAGES: Readonly<Record<string, VendorStage>> = {
  접수: 'accepted',
  접수완료: 'accepted',
  주문접수: 'accepted',
  제작중: 'making',
  제작완료: 'making',
  배송준비: 'making',
  배송중: 'departed',
  배송출발: 'departed',
  완료: 'delivered',
  배송완료: 'delivered',
  취소: 'cancelled',
  주문취소: 'cancelled',
}

/** Null: a word we don't know; it is told as it stands and nothing follows from it. */
export function vendorStage(status: string): VendorStage | null {
  const word = status.replaceAll(/\s+/g, '')
  return Object.hasOwn(STAGES, word) ? (STAGES[word] ?? null) : null
}
