/** What a person does on the company's order page: every form is found by the words on its button. */
import { Browser, BrowserError, type Page, textOf } from './browser.ts'

const SAVE = /저장|save/i
const GET_ACCOUNT = /계좌 받기|get the account/i
const SEND_ACCOUNT = /환불 계좌|send account|send the account/i
/** "입금 계좌 KB국민은행 79123456789012 … 금액 80,000원". */
const ACCOUNT = /(?:입금 계좌|Account)\s+\D{2,20}?\s*(\d{10,16})\b/
const AMOUNT = /(?:금액|Amount)\s+₩?\s*([\d,]+)/

/** Links to order pages and payment pages in a message. */
export function orderLinks(text: string): string[] {
  return (text.match(/https?:\/\/[^\s<>"]+/g) ?? []).filter((link) => /\/(?:pay|order)\//.test(link))
}

/** Where the page says the money is to go. */
export interface ShownAccount {
  readonly number: string
  readonly amountWon: number
}

/** @param values by the names of the form's fields, as typed. */
export async function editOrder(
  browser: Browser,
  link: string,
  values: Readonly<Record<string, string>>,
): Promise<Page> {
  return browser.submit(await browser.open(link), SAVE, values)
}

/**
 * Takes an account of one's own for this order; one that is shown already is used.
 * @param values e.g. `receipt: income_deduction`, `receipt_number`.
 */
export async function takeAccount(
  browser: Browser,
  link: string,
  values: Readonly<Record<string, string>> = {},
): Promise<{ readonly page: Page; readonly account: ShownAccount | undefined }> {
  const first = await browser.open(link)
  const there = accountOn(first)
  if (there !== undefined || first.status >= 400) return { page: first, account: there }
  const page = await browser.submit(first, GET_ACCOUNT, values)
  return { page, account: accountOn(page) }
}

export async function giveRefundAccount(
  browser: Browser,
  link: string,
  values: Readonly<Record<string, string>>,
): Promise<Page> {
  return browser.submit(await browser.open(link), SEND_ACCOUNT, values)
}

function accountOn(page: Page): ShownAccount | undefined {
  const text = textOf(page)
  const number = ACCOUNT.exec(text)?.[1]
  const amount = AMOUNT.exec(text)?.[1]
  if (number === undefined || amount === undefined) return undefined
  return { number, amountWon: Number(amount.replaceAll(',', '')) }
}

/** Opens the link, takes an account and hands it to `deposit`. @throws BrowserError when the page gives none. */
export async function openAndTransfer(
  link: string,
  deposit: (account: ShownAccount) => void,
): Promise<{ readonly status: number; readonly submitted: boolean }> {
  const { page, account } = await takeAccount(new Browser(), link)
  if (account === undefined) {
    if (page.status >= 500) return { status: page.status, submitted: false }
    throw new BrowserError('the page gives no account to transfer to')
  }
  deposit(account)
  return { status: page.status, submitted: true }
}
