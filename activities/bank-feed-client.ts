/** Feed of the transactions on the company's own bank account; docs/bank-feed.md is its contract. */
import { z } from 'zod'
import { PARTIES } from '../domain/parties.ts'
import { callJson, PartyError } from './http.ts'

/** Rows a page; the feed gives at most this many. */
export const FEED_PAGE = 100

const transactionsSchema = z.object({
  transactions: z.array(
    z.object({
      /** Never changes, never comes twice; at most 100 characters. */
      id: z.string().min(1).max(100),
      /** ISO 8601 with offset. */
      at: z.iso.datetime({ offset: true }),
      /** Won; more than 0 came in, less went out. */
      amount: z.number().int(),
      depositor: z.string().max(200),
      memo: z.string().max(500).nullish(),
    }),
  ),
})
export type BankTransaction = z.infer<typeof transactionsSchema>['transactions'][number]

export interface BankFeedSettings {
  /** Without the path. */
  readonly url: string
  readonly key: string
}

export class BankFeedClient {
  readonly #settings: BankFeedSettings
  constructor(settings: BankFeedSettings) {
    this.#settings = settings
  }

  /** The oldest rows after one, oldest first. @param after '' for the first ever. */
  async transactions(after: string): Promise<readonly BankTransaction[]> {
    const query = new URLSearchParams({ limit: String(FEED_PAGE), ...(after === '' ? {} : { after }) })
    const answer = await callJson<unknown>({
      party: PARTIES.bank,
      method: 'GET',
      url: `${this.#settings.url}/v1/transactions?${query}`,
      headers: { authorization: `Bearer ${this.#settings.key}` },
    })
    const parsed = transactionsSchema.safeParse(answer)
    if (parsed.success) return parsed.data.transactions
    throw new PartyError(PARTIES.bank, null, 'NOT_UNDERSTOOD', `${PARTIES.bank}의 응답을 읽을 수 없습니다.`, {
      retryable: false,
    })
  }
}
