/** The outside world's own interface: what really went over the wires, seen from the other side. */
import { z } from 'zod'

const callSchema = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  state: z.enum(['dialing', 'ringing', 'live', 'ended']),
  sip_code: z.number().nullable().optional(),
  ended_by: z.enum(['me', 'them']).nullable(),
  started_at: z.string().optional(),
  answered_at: z.string().nullable().optional(),
  transcript: z.array(
    z.object({
      at_ms: z.number(),
      end_ms: z.number().nullable(),
      speaker: z.enum(['me', 'them']),
      text: z.string(),
    }),
  ),
})
const smsSchema = z.object({
  id: z.string(),
  to: z.string(),
  from: z.string(),
  text: z.string(),
  at: z.string(),
  type: z.enum(['SMS', 'LMS', 'MMS', 'ATA']),
  status: z.enum(['accepted', 'delivered', 'failed']),
  buttons: z.array(z.object({ name: z.string(), link: z.string() })).optional(),
})
const paymentSchema = z.looseObject({
  paymentKey: z.string(),
  orderId: z.string(),
  status: z.string(),
  approvedAt: z.string().nullable(),
  /** Won. */
  totalAmount: z.number(),
  cancels: z.array(z.looseObject({ cancelAmount: z.number() })).nullable(),
  virtualAccount: z.looseObject({ accountNumber: z.string() }).nullable(),
  /** Where the customer comes back to; empty where there is no checkout. */
  success_url: z.string(),
})
const refusalSchema = z.object({ error: z.object({ code: z.string() }) })
const kakaoSchema = z.object({
  id: z.string(),
  by: z.enum(['person', 'company', 'channel']),
  text: z.string(),
  at: z.string(),
  waiting: z.boolean().optional(),
  refused: z.string().optional(),
})
const vendorOrderSchema = z.looseObject({
  order_id: z.string(),
  reference: z.string(),
  status: z.string(),
  ribbon_text: z.string(),
})

export type WorldCall = z.infer<typeof callSchema>
export type WorldSms = z.infer<typeof smsSchema>
export type WorldPayment = z.infer<typeof paymentSchema>
export type WorldKakao = z.infer<typeof kakaoSchema>
export type WorldVendorOrder = z.infer<typeof vendorOrderSchema>

/** The outside world refused or is not there. */
export class WorldError extends Error {
  readonly retryable = true
}

export class WorldClient {
  readonly #base: string
  constructor(base: string) {
    this.#base = base
  }

  async #fetch(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, text: await response.text() }
  }

  async #request(method: string, path: string, body?: unknown): Promise<unknown> {
    const { status, text } = await this.#fetch(method, path, body)
    if (status >= 300) throw new WorldError(`${method} ${path}: ${status} ${text.slice(0, 300)}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  async putPerson(number: string, persona: unknown): Promise<void> {
    await this.#request('PUT', `/world/api/people/${number}`, { persona })
  }
  async startCall(from: string): Promise<string> {
    return z.object({ id: z.string() }).parse(await this.#request('POST', '/world/api/calls', { from })).id
  }
  async call(id: string): Promise<WorldCall> {
    return callSchema.parse(await this.#request('GET', `/world/api/calls/${id}`))
  }
  /** Calls to a person's telephone, oldest first. */
  async callsTo(number: string): Promise<WorldCall[]> {
    const { calls } = z
      .object({ calls: z.array(callSchema) })
      .parse(await this.#request('GET', `/world/api/calls?to=${number}`))
    return calls
  }
  async sms(number: string): Promise<WorldSms[]> {
    return z
      .object({ messages: z.array(smsSchema) })
      .parse(await this.#request('GET', `/world/api/sms?number=${number}`)).messages
  }
  /** A person writes; without `text` in their own words. */
  async write(
    channel: 'texts' | 'kakao',
    message: {
      readonly number: string
      readonly text?: string | undefined
      readonly photo?: string | undefined
      readonly goes_on?: boolean | undefined
    },
  ): Promise<void> {
    const { number, ...rest } = message
    const who = channel === 'texts' ? { from: number } : { user: number }
    await this.#request('POST', `/world/api/${channel}`, { ...who, ...rest })
  }
  /** Everything in the person's chat with the company's channel. */
  async kakao(number: string): Promise<WorldKakao[]> {
    return z
      .object({ messages: z.array(kakaoSchema) })
      .parse(await this.#request('GET', `/world/api/kakao/${number}`)).messages
  }
  /** All payments in the gateway's books. */
  async payments(): Promise<WorldPayment[]> {
    return z
      .object({ payments: z.array(paymentSchema) })
      .parse(await this.#request('GET', '/world/api/payments')).payments
  }
  /** @returns `taken`, or why the bank refused it. */
  async deposit(deposit: {
    readonly to: 'virtual_account' | 'company_account'
    readonly order?: string
    readonly amount: number
    readonly depositor: string
    readonly memo?: string | undefined
  }): Promise<string> {
    const { status, text } = await this.#fetch('POST', '/world/api/deposits', deposit)
    if (status === 409) return refusalSchema.parse(JSON.parse(text)).error.code
    if (status !== 201) throw new WorldError(`a deposit: ${status} ${text.slice(0, 300)}`)
    return 'taken'
  }
  async fallBack(paymentKey: string): Promise<void> {
    await this.#request('POST', `/world/api/payments/${paymentKey}/fall-back`)
  }
  /** One status on. */
  async advance(orderId: string): Promise<WorldVendorOrder> {
    return vendorOrderSchema.parse(await this.#request('POST', `/world/api/vendor-orders/${orderId}/advance`))
  }
  async hold(orderId: string, held: boolean): Promise<void> {
    await this.#request('POST', `/world/api/vendor-orders/${orderId}/hold`, { held })
  }
  async changeErpLayout(changed: boolean): Promise<void> {
    await this.#request('POST', '/world/api/vendor-erp/layout', { changed })
  }
  async vendorOrders(): Promise<WorldVendorOrder[]> {
    return z
      .object({ orders: z.array(vendorOrderSchema) })
      .parse(await this.#request('GET', '/world/api/vendor-orders')).orders
  }
  /** @returns the fault's id. */
  async addFault(fault: unknown): Promise<string> {
    return z.object({ id: z.string() }).parse(await this.#request('POST', '/world/api/faults', fault)).id
  }
  async removeFault(id: string): Promise<void> {
    await this.#request('DELETE', `/world/api/faults/${id}`)
  }
}
