/** REST interface of the vendor's ERP. */
import { PARTIES } from '../../domain/parties.ts'
import { callJson, PartyError } from '../http.ts'

export interface ErpOrder {
  readonly order_id: string
  readonly reference: string
  /** The vendor's word; domain/vendor-status.ts knows what it means. */
  readonly status: string
  readonly delivered_at?: string | null
  readonly photo_url?: string | null
}

/** What the vendor makes and where it goes. */
export interface ErpOrderRequest {
  readonly reference: string
  readonly product: '근조화환'
  readonly recipient: string
  readonly sender: string
  readonly ribbon_text: string
  readonly hall: string
  readonly room: string
  /** ISO 8601 +09:00. */
  readonly deliver_by: string
  readonly phone: string
  /** Won. */
  readonly price: number
}

export type ErpOrderChange = Partial<Omit<ErpOrderRequest, 'reference' | 'product' | 'price'>>

export interface ErpSettings {
  readonly url: string
  readonly apiKey: string
}

export class VendorErpClient {
  readonly #settings: ErpSettings
  constructor(settings: ErpSettings) {
    this.#settings = settings
  }

  /** The order with our reference; null when the vendor has none. */
  async find(reference: string): Promise<ErpOrder | null> {
    const query = new URLSearchParams({ reference })
    const answer = await this.#call<{ orders: readonly ErpOrder[] }>('GET', `/api/orders?${query}`)
    return answer.orders.find((order) => order.reference === reference) ?? null
  }

  /** The vendor answers a known reference with the order it already has. */
  place(order: ErpOrderRequest): Promise<ErpOrder> {
    return this.#call('POST', '/api/orders', order)
  }

  /** Null when the vendor does not know the number. */
  async read(orderId: string, signal?: AbortSignal): Promise<ErpOrder | null> {
    try {
      return await this.#call<ErpOrder>(
        'GET',
        `/api/orders/${encodeURIComponent(orderId)}`,
        undefined,
        signal,
      )
    } catch (error) {
      if (error instanceof PartyError && error.status === 404) return null
      throw error
    }
  }

  change(orderId: string, change: ErpOrderChange): Promise<ErpOrder> {
    return this.#call('PATCH', `/api/orders/${encodeURIComponent(orderId)}`, change)
  }

  cancel(orderId: string, reason: string): Promise<ErpOrder> {
    return this.#call('POST', `/api/orders/${encodeURIComponent(orderId)}/cancel`, { reason })
  }

  /** Address and credentials of a photo, which the vendor may name relative to its own address. */
  photoRequest(photoUrl: string): { readonly url: URL; readonly headers: Record<string, string> } {
    const own = new URL(this.#settings.url)
    const url = new URL(photoUrl, `${own.href.replace(/\/$/, '')}/`)
    return { url, headers: url.origin === own.origin ? this.#headers() : {} }
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#settings.apiKey}` }
  }

  #call<Answer>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Answer> {
    return callJson<Answer>({
      party: PARTIES.vendor_erp,
      method,
      url: `${this.#settings.url.replace(/\/$/, '')}${path}`,
      headers: this.#headers(),
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    })
  }
}
