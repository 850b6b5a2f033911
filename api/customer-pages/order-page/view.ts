/** The order page as HTML: everything a customer may see and do, in the order in which it matters now. */
import { formatKoreanTime, parseIsoTime } from '../../../domain/korean-time.ts'
import { formatWon, type Language } from '../../../domain/money.ts'
import { ORDER_FIELD_LIMITS, ORDER_FIELDS, type OrderField } from '../../../domain/order.ts'
import { formatPhone } from '../../../domain/phone-number.ts'
import { type Html, html, trustedHtml } from '../../html.ts'
import { type EditForm, toLocalInput } from './edit-form.ts'
import type { CustomerOrder } from './order.ts'
import { paymentSections, refundAccountSection } from './payment-view.ts'
import { ribbons } from './ribbons.ts'
import { ORDER_PAGE_SCRIPT } from './script.ts'
import { ORDER_PAGE_STYLE } from './style.ts'
import { ORDER_PAGE_TEXTS, type OrderNotice, type OrderStage } from './texts.ts'

export interface OrderPageInput {
  readonly order: CustomerOrder
  /** `/order/<token>`. */
  readonly path: string
  readonly language: Language
  readonly company: { readonly name: string; readonly phone: string }
  /** Milliseconds since 1970. */
  readonly nowMs: number
  readonly notice: OrderNotice | null
  /** A form that was sent and could not be taken as it is. */
  readonly form: EditForm | null
  /** Key of the next edit: sent twice it is one edit. */
  readonly formKey: string
}

const BAD_NOTICES: ReadonlySet<OrderNotice> = new Set([
  'too_late',
  'not_now',
  'unavailable',
  'too_many',
  'bad_receipt',
  'bad_refund_account',
])

/** The whole page. */
export function renderOrderPage(input: OrderPageInput): string {
  const { order, path, language, company, notice } = input
  const text = ORDER_PAGE_TEXTS[language]
  const stage = text.stage[order.stage]
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${stage.title} · ${company.name}</title>
<style>${trustedHtml(ORDER_PAGE_STYLE)}</style></head>
<body><main data-page="order" data-stage="${order.stage}" data-version="${order.version}" data-now="${input.nowMs}" data-state="${path}/state">
<header><p class="company">${company.name}</p><p class="number">${text.orderNo} ${order.orderNo}</p></header>
${notice === null ? null : html`<p class="notice${BAD_NOTICES.has(notice) ? ' bad' : ''}" role="status">${text.notice[notice]}</p>`}
<section><h1>${stage.title}</h1><p class="soft">${stage.body}</p>
${order.hasIssue && order.stage !== 'delivered' ? html`<p class="notice warn">${text.checking}</p>` : null}
${isOver(order) ? null : steps(order, text.steps)}
${clock(input)}</section>
${photo(input)}
${refundAccountSection(order, path, language)}
${paymentSections(order, path, language)}
${summary(order, language)}
${order.editable ? editSection(input) : null}
<footer>${text.questions} <a href="tel:${company.phone}">${formatPhone(company.phone)}</a></footer>
</main><script>${trustedHtml(ORDER_PAGE_SCRIPT)}</script></body></html>`.text
}

/** A link that has expired or was taken back: nothing of the order is told. */
export function renderGonePage(
  language: Language,
  company: { readonly name: string; readonly phone: string },
): string {
  const text = ORDER_PAGE_TEXTS[language]
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${text.gone.title} · ${company.name}</title>
<style>${trustedHtml(ORDER_PAGE_STYLE)}</style></head>
<body><main data-page="gone"><header><p class="company">${company.name}</p></header>
<section><h1>${text.gone.title}</h1><p class="soft">${text.gone.body}</p>
<a class="button" href="tel:${company.phone}">${formatPhone(company.phone)}</a></section></main></body></html>`
    .text
}

const OVER: ReadonlySet<OrderStage> = new Set(['cancelled', 'closing', 'refunded'])
const isOver = ({ stage }: CustomerOrder): boolean => OVER.has(stage)

function steps(order: CustomerOrder, names: readonly string[]): Html {
  const items = names.map((name, i) => {
    const state = i < order.step ? 'done' : i === order.step ? 'now' : 'later'
    return html`<li class="${state}"${i === order.step ? trustedHtml(' aria-current="step"') : null}>${name}</li>`
  })
  return html`<ol class="steps">${items}</ol>`
}

function clock({ order, language, nowMs }: OrderPageInput): Html | null {
  const text = ORDER_PAGE_TEXTS[language]
  const until = order.stage === 'pay' ? order.payUntil : order.stage === 'window' ? order.editUntil : null
  if (until === null) return null
  const label = order.stage === 'pay' ? text.timeLeftToPay : text.timeLeftToEdit
  const minutes = Math.max(0, Math.ceil((until - nowMs) / 60_000))
  const shown = language === 'ko' ? `${minutes}분` : `${minutes} min`
  return html`<p class="clock"><span>${label}</span><b data-until="${until}" data-over="${text.over}" role="timer">${shown}</b></p>`
}

function photo({ order, path, language }: OrderPageInput): Html | null {
  if (order.stage !== 'delivered') return null
  const text = ORDER_PAGE_TEXTS[language]
  const at = order.deliveredAt === null ? null : formatKoreanTime(order.deliveredAt, language)
  return html`<section>${order.photoKey === null ? null : html`<img src="${path}/photo" alt="${text.photo}">`}
${at === null ? null : html`<p class="small soft">${text.deliveredAt} ${at}</p>`}</section>`
}

function summary(order: CustomerOrder, language: Language): Html {
  const text = ORDER_PAGE_TEXTS[language]
  const { fields } = order
  const at = fields.deliver_by === null ? null : parseIsoTime(fields.deliver_by)
  const place = [fields.destination, fields.room].filter((part) => part !== null).join(' ')
  const rows: ReadonlyArray<readonly [string, string | null]> = [
    [text.recipient, fields.recipient],
    [text.place, place === '' ? null : place],
    [text.field.deliver_by, at === null ? null : formatKoreanTime(at, language)],
    [text.field.phone, fields.phone],
  ]
  return html`<section><h2>${text.ribbon}</h2>${ribbons(fields.message, fields.orderer)}
<p class="small soft">${text.ribbonHint}</p>
<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value ?? '–'}</dd>`)}
<dt>${text.amount}</dt><dd class="strong">${formatWon(order.amountWon, language)}</dd></dl></section>`
}

function editSection({ order, path, language, form, formKey }: OrderPageInput): Html {
  const text = ORDER_PAGE_TEXTS[language]
  const isOpen = form !== null || order.stage === 'draft'
  return html`<details${isOpen ? trustedHtml(' open') : null} id="edit"><summary>${text.edit}</summary>
<p class="small soft">${order.atVendor ? text.editHintAfter : text.editHintBefore}</p>
<form method="post" action="${path}/edit"><input type="hidden" name="key" value="${formKey}">
${ORDER_FIELDS.map((field) => input(field, order, language, form))}
<button class="button">${text.save}</button></form></details>`
}

/** What the page shows of a field and sends along as the value it had; the phone is typed anew. */
const shownValue = (order: CustomerOrder, field: OrderField): string => {
  if (field === 'phone') return ''
  return field === 'deliver_by' ? toLocalInput(order.fields.deliver_by) : (order.fields[field] ?? '')
}

function input(field: OrderField, order: CustomerOrder, language: Language, form: EditForm | null): Html {
  const text = ORDER_PAGE_TEXTS[language]
  const was = shownValue(order, field)
  const value = form?.typed[field] ?? was
  const problem = form?.problems.find((found) => found.field === field)
  const type = field === 'deliver_by' ? 'datetime-local' : field === 'phone' ? 'tel' : 'text'
  const limit = type === 'text' ? trustedHtml(` maxlength="${ORDER_FIELD_LIMITS[field]}"`) : null
  const invalid =
    problem === undefined ? null : trustedHtml(` aria-invalid="true" aria-describedby="p-${field}"`)
  const masked = order.fields.phone
  return html`<label>${text.field[field]}${
    field === 'phone' && masked !== null ? html`<span class="hint">${text.phoneHint(masked)}</span>` : null
  }<input name="${field}" type="${type}" value="${value}" autocomplete="off"${limit}${invalid}></label>
<input type="hidden" name="was_${field}" value="${was}">
${problem === undefined ? null : html`<p class="problem" id="p-${field}">${problem.message}</p>`}`
}
