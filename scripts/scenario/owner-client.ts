/** The owner at the API: what a person does in the browser. */
import type { z } from 'zod'
import type { outboundRequestSchema } from '../../api/schemas/outbound.ts'
import { depositListSchema, type settleRequestSchema } from '../../api/schemas/payments.ts'
import type { newTicketSchema, TicketActionRequest } from '../../api/schemas/ticket-requests.ts'
import { type VendorChange, vendorListSchema } from '../../api/schemas/vendors.ts'

/** The API refused; the message holds its answer. */
export class OwnerActionError extends Error {
  readonly retryable = false
}

export class OwnerClient {
  readonly #base: string
  readonly #credentials: { email: string; password: string }
  #cookie: string | undefined

  constructor(base: string, credentials: { email: string; password: string }) {
    this.#base = base
    this.#credentials = credentials
  }

  async act(orderNo: string, request: TicketActionRequest): Promise<void> {
    await this.#post(`/api/tickets/${orderNo}/actions`, request, request.action)
  }

  /** Takes down an order for a customer. */
  async takeDown(order: z.input<typeof newTicketSchema>): Promise<void> {
    await this.#post('/api/tickets', order, 'the new order')
  }

  /** Asks for a call. @returns the status it was answered with. */
  async requestCall(request: z.input<typeof outboundRequestSchema>): Promise<number> {
    this.#cookie ??= await this.#signIn()
    const response = await fetch(`${this.#base}/api/outbound/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.#base, cookie: this.#cookie },
      body: JSON.stringify(request),
    })
    return response.status
  }

  async cancelCall(outboundId: string, reason: string): Promise<void> {
    await this.#post(`/api/outbound/${outboundId}/cancel`, { reason }, 'calling it off')
  }

  /** @returns the answer's body. */
  async json(method: 'POST' | 'PUT', path: string, body?: unknown): Promise<unknown> {
    return await (await this.#ask(method, path, body, path)).json().catch(() => null)
  }

  /** Uploads a list. @returns the answer's body. */
  async upload(path: string, csv: string): Promise<unknown> {
    this.#cookie ??= await this.#signIn()
    const headers = { 'content-type': 'application/octet-stream', origin: this.#base, cookie: this.#cookie }
    const response = await fetch(`${this.#base}${path}`, { method: 'POST', headers, body: csv })
    if (!response.ok) throw new OwnerActionError(`${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }

  async text(path: string): Promise<string> {
    this.#cookie ??= await this.#signIn()
    const response = await fetch(`${this.#base}${path}`, { headers: { cookie: this.#cookie } })
    if (!response.ok) throw new OwnerActionError(`${path} was refused: ${response.status}`)
    return await response.text()
  }

  async putThrough(
    outboundId: string,
    wish: { readonly to: string; readonly reason: string },
  ): Promise<void> {
    await this.#post(`/api/outbound/${outboundId}/transfer`, wish, 'the transfer')
  }

  async read(path: string): Promise<unknown> {
    this.#cookie ??= await this.#signIn()
    const response = await fetch(`${this.#base}${path}`, { headers: { cookie: this.#cookie } })
    if (!response.ok) throw new OwnerActionError(`${path} was refused: ${response.status}`)
    return response.json()
  }

  /** Id of the newest deposit under this name that waits for a person. */
  async waitingDeposit(depositor: string): Promise<number | undefined> {
    const { deposits } = depositListSchema.parse(await this.read('/api/payments/deposits'))
    return deposits.find((deposit) => deposit.depositor === depositor && deposit.reason !== null)?.id
  }

  async matchDeposit(id: number, orderNo: string): Promise<void> {
    await this.#post(`/api/payments/deposits/${id}/match`, { order_no: orderNo }, 'the match')
  }

  async settleDeposit(id: number, body: z.input<typeof settleRequestSchema>): Promise<void> {
    await this.#post(`/api/payments/deposits/${id}/settle`, body, 'the settlement')
  }

  /** Of the vendor that gets new orders. */
  async changeVendor(change: VendorChange): Promise<void> {
    const { vendors } = vendorListSchema.parse(await this.read('/api/vendors'))
    await this.#ask('PATCH', `/api/vendors/${vendors[0]?.id ?? 0}`, change, 'the change of the vendor')
  }

  async #post(path: string, body: unknown, what: string): Promise<void> {
    await this.#ask('POST', path, body, what)
  }

  async #ask(method: string, path: string, body: unknown, what: string): Promise<Response> {
    this.#cookie ??= await this.#signIn()
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: { 'content-type': 'application/json', origin: this.#base, cookie: this.#cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok)
      throw new OwnerActionError(`${what} was refused: ${response.status} ${await response.text()}`)
    return response
  }

  async #signIn(): Promise<string> {
    const response = await fetch(`${this.#base}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.#base },
      body: JSON.stringify(this.#credentials),
    })
    if (!response.ok)
      throw new OwnerActionError(`sign-in was refused: ${response.status} ${await response.text()}`)
    return response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ')
  }
}
