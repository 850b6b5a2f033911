/** A person with their texts: opens payment links after the call and pays, patiently. */
import { BrowserError, openAndPay, type Visit } from './browser.ts'
import type { WorldLogger } from './directory.ts'
import { openAndTransfer, orderLinks, type ShownAccount } from './order-page.ts'
import type { Persona } from './persona.ts'

export interface PayerInput {
  readonly personaOf: (number: string) => Persona | undefined
  /** Resolves when nobody on this phone is speaking any more. */
  readonly callOver: (number: string) => Promise<void>
  readonly wait: (ms: number) => Promise<void>
  readonly open?: (link: string) => Promise<Visit>
  /** Sends money from the person's bank. @throws when the bank refuses. */
  readonly transfer: (account: ShownAccount, depositor: string) => void
  readonly logger: WorldLogger
}

/** Waits between the tries when a page does not open. */
const RETRY_MS = [1_500, 3_000, 5_000, 8_000, 13_000, 20_000] as const

/** Payment links in a text message. */
export function paymentLinks(text: string): string[] {
  return /결제|pay/i.test(text) ? orderLinks(text) : []
}

export class Payer {
  readonly #input: PayerInput
  readonly #opened = new Set<string>()

  constructor(input: PayerInput) {
    this.#input = input
  }

  /** A text or a chat message has arrived at a simulated phone. Resolves when the person is done with it. */
  async onMessage(message: { readonly to: string; readonly text: string }): Promise<void> {
    const persona = this.#input.personaOf(message.to)
    if (persona === undefined || persona.pays.method === 'never') return
    for (const link of paymentLinks(message.text)) {
      // A reminder brings the same link again.
      if (this.#opened.has(link)) continue
      this.#opened.add(link)
      await this.#input.callOver(message.to)
      await this.#input.wait(persona.pays.after_ms)
      await this.#pay(link, persona)
    }
  }

  async #pay(link: string, { name, pays }: Persona): Promise<void> {
    const { open = openAndPay, transfer, wait, logger } = this.#input
    const payOn = (page: string) =>
      pays.method === 'bank_transfer'
        ? openAndTransfer(page, (account) => transfer(account, pays.depositor ?? name))
        : open(page)
    for (const pause of [...RETRY_MS, undefined]) {
      try {
        const { status, submitted } = await payOn(link)
        if (status < 500) {
          logger.info({ status, submitted }, 'a person opened a payment link')
          return
        }
        logger.info({ status }, 'a payment page did not open')
      } catch (error) {
        logger.info({ err: error }, 'a payment page did not open')
        if (error instanceof BrowserError) return
      }
      if (pause === undefined) return
      await wait(pause)
    }
  }
}
