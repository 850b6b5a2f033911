/** The parts of the order page that speak of money: card, transfer, where a refund goes. */
import { BANKS, type BankCode, bankName, VIRTUAL_ACCOUNT_BANKS } from '../../../domain/banks.ts'
import { formatKoreanTime } from '../../../domain/korean-time.ts'
import { formatWon, type Language } from '../../../domain/money.ts'
import { type Html, html, trustedHtml } from '../../html.ts'
import type { CustomerOrder, PayInAccount } from './order.ts'
import { ORDER_PAGE_TEXTS } from './texts.ts'

/** Ways to pay while payment is awaited; an account that was opened stands first. */
export function paymentSections(order: CustomerOrder, path: string, language: Language): Html | null {
  if (order.stage !== 'pay') return null
  const text = ORDER_PAGE_TEXTS[language]
  const { account } = order
  return html`${account === null ? null : accountSection(order, account, language)}
<section><a class="button${account === null ? '' : ' quiet'}" href="${path}/pay">${text.payByCard}</a></section>
${account === null ? transferSection(path, language) : null}`
}

function accountSection(order: CustomerOrder, account: PayInAccount, language: Language): Html {
  const text = ORDER_PAGE_TEXTS[language]
  return html`<section><h2>${text.account}</h2><p class="account">${bankName(account.bankCode)} ${account.accountNumber}</p>
<dl><dt>${text.accountHolder}</dt><dd>${account.holder}</dd><dt>${text.amount}</dt><dd class="strong">${formatWon(order.amountWon, language)}</dd>
<dt>${text.accountDue}</dt><dd>${formatKoreanTime(account.dueAt, language)}</dd></dl>
<p class="small soft">${text.accountHint}</p>
<button class="button" type="button" data-copy="${account.accountNumber}" data-copied="${text.copied}">${text.copy}</button></section>`
}

function transferSection(path: string, language: Language): Html {
  const text = ORDER_PAGE_TEXTS[language]
  return html`<details><summary>${text.payByTransfer}</summary><p class="small soft">${text.transferHint}</p>
<form method="post" action="${path}/account">
<label>${text.bank}<select name="bank">${VIRTUAL_ACCOUNT_BANKS.map(bankOption)}</select></label>
<label>${text.receipt}<select name="receipt"><option value="">${text.receiptNone}</option>
<option value="income_deduction">${text.receiptPerson}</option><option value="business_expense">${text.receiptBusiness}</option></select></label>
<label>${text.receiptNumber}<input name="receipt_number" inputmode="numeric" autocomplete="off" maxlength="20"></label>
<button class="button">${text.getAccount}</button></form></details>`
}

/** Asked for when money has to go back that did not come by card. */
export function refundAccountSection(order: CustomerOrder, path: string, language: Language): Html | null {
  if (!order.wantsRefundAccount) return null
  const text = ORDER_PAGE_TEXTS[language]
  return html`<section id="refund"><h2>${text.refundAccountTitle}</h2><p class="small soft">${text.refundAccountHint}</p>
<form method="post" action="${path}/refund-account">
<label>${text.bank}<select name="bank" required>${(Object.keys(BANKS) as BankCode[]).map(bankOption)}</select></label>
<label>${text.accountNumber}<input name="account_number" inputmode="numeric" autocomplete="off" required maxlength="30"></label>
<label>${text.accountHolder}<input name="holder" autocomplete="off" required maxlength="60"></label>
<button class="button">${text.sendAccount}</button></form></section>`
}

const bankOption = (code: BankCode): Html =>
  html`<option value="${code}"${code === VIRTUAL_ACCOUNT_BANKS[0] ? trustedHtml(' selected') : null}>${BANKS[code]}</option>`
