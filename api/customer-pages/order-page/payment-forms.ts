/** The order page's forms about money: which account to open, where a refund goes. */
import { checkRefundAccount, type RefundAccount, VIRTUAL_ACCOUNT_BANKS } from '../../../domain/banks.ts'
import { checkCashReceipt } from '../../../domain/cash-receipt.ts'
import type { OpenVirtualAccountInput } from '../../../workflows/ticket-messages.ts'

type Form = Readonly<Record<string, unknown>>

const text = (form: Form, name: string): string => {
  const value = form[name]
  return typeof value === 'string' ? value.trim() : ''
}

/** Null when the number of the cash receipt is none; no receipt wanted is fine. */
export function readAccountForm(form: Form): OpenVirtualAccountInput | null {
  const bankCode = text(form, 'bank') || VIRTUAL_ACCOUNT_BANKS[0]
  const kind = text(form, 'receipt')
  if (kind !== 'income_deduction' && kind !== 'business_expense') return { bankCode }
  const cashReceipt = checkCashReceipt({ kind, number: text(form, 'receipt_number') })
  return cashReceipt === null ? null : { bankCode, cashReceipt }
}

/** Null when bank, number or holder can't be right. */
export function readRefundForm(form: Form): RefundAccount | null {
  return checkRefundAccount({
    bankCode: text(form, 'bank'),
    accountNumber: text(form, 'account_number'),
    holder: text(form, 'holder'),
  })
}
