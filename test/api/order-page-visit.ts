/** A customer's visits to the page behind their link. */
import type { OrderNo } from '../../domain/ids.ts'
import { makeOrderLinkToken } from '../../domain/signed-link.ts'
import type { Ticket } from '../../domain/ticket.ts'
import { type Stage, seedTicket } from './seed.ts'
import type { TestApi } from './test-api.ts'

export const DAY_MS = 86_400_000

export class OrderPageVisit {
  readonly #api: TestApi

  constructor(api: TestApi) {
    this.#api = api
  }

  linkOf(orderNo: OrderNo, version = 0, expiresAt = Date.now() + DAY_MS): string {
    return `/order/${makeOrderLinkToken({ orderNo, version, expiresAt }, this.#api.settings.secret)}`
  }

  async seed(stage: Stage): Promise<{ ticket: Ticket; orderNo: OrderNo; path: string }> {
    const ticket = await seedTicket(this.#api, { stage })
    const { orderNo } = ticket.data
    return { ticket, orderNo, path: this.linkOf(orderNo) }
  }

  async open(path: string, headers: Record<string, string> = {}) {
    const response = await this.#api.ask('GET', path, { headers })
    const text = await response.text()
    const { status } = response
    const stage = /data-stage="(\w+)"/.exec(text)?.[1]
    return { status, stage, page: /data-page="(\w+)"/.exec(text)?.[1], text, headers: response.headers }
  }

  post(path: string, fields: Readonly<Record<string, string>>) {
    return this.#api.ask('POST', path, {
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  }
}
