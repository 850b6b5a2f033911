/** The vendor's book as their clerk reaches it: over the vendor's own desk of the same world. */
import type { BookedOrder, NotedFields, VendorBook } from './vendor-clerk.ts'

/** The book says no, in its own words. */
class BookError extends Error {
  readonly retryable = false
}

/** @param origin of the world, known once it listens. */
export function deskBook(origin: () => string): VendorBook {
  async function call<Result>(path: string, body?: object): Promise<Result> {
    const response = await fetch(`${origin()}/world/api/vendor-orders${path}`, {
      ...(body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
    })
    const answer = (await response.json()) as Result & { readonly error?: { readonly message: string } }
    if (!response.ok) throw new BookError(answer.error?.message ?? `HTTP ${response.status}`)
    return answer
  }
  interface Row {
    readonly order_id: string
    readonly reference: string
    readonly status: string
    readonly delivered_at: string | null
    readonly sender: string
    readonly recipient: string
  }
  const booked = ({ order_id, reference, status, delivered_at }: Row): BookedOrder => ({
    id: order_id,
    reference,
    status,
    deliveredAt: delivered_at,
  })
  return {
    async find(reference) {
      const { orders } = await call<{ readonly orders: readonly Row[] }>('')
      const found = orders.find((order) => order.reference === reference)
      return found === undefined ? undefined : booked(found)
    },
    async findBetween({ sender, recipient }) {
      const { orders } = await call<{ readonly orders: readonly Row[] }>('')
      const found = orders.findLast(
        (order) => order.sender === sender && order.recipient === recipient && order.status !== '취소',
      )
      return found === undefined ? undefined : booked(found)
    },
    async note(reference, { price, ...fields }: NotedFields) {
      return booked(await call<Row>('', { ...fields, reference, price: Number(price ?? 0) }))
    },
    async change(id, { price: _price, ...fields }) {
      await call(`/${id}/change`, fields)
    },
    async cancel(id) {
      await call(`/${id}/cancel`, {})
    },
  }
}
