/** The small page a customer sees on their phone; no scripts, nothing loaded from elsewhere. */
import { formatWon, type Language } from '../../domain/money.ts'
import { formatPhone } from '../../domain/phone-number.ts'
import { type Html, html, trustedHtml } from '../html.ts'
import { type CustomerPage, LABELS, PAGE_TEXTS } from './texts.ts'

export interface CustomerPageInput {
  readonly page: CustomerPage
  readonly language: Language
  readonly company: { readonly name: string; readonly phone: string }
  readonly order: { readonly orderNo: string; readonly amountWon: number } | null
  /** More precise than the page's own text, e.g. what the bank said. */
  readonly reason?: string | undefined
  /** Where to try again. */
  readonly again?: string | undefined
  readonly imageUrl?: string | undefined
  /** Path of the order page this customer came from. */
  readonly orderPage?: string | null
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1d2a24;--soft:#5d6b64;--line:#dfe6e1;--back:#f5f7f5;--card:#fff;--accent:#2f6f4f}
@media(prefers-color-scheme:dark){:root{--ink:#e8efea;--soft:#9fb0a6;--line:#2c3832;--back:#121814;--card:#1b231e;--accent:#6dbb93}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.2rem;background:var(--back);color:var(--ink);font:16px/1.65 "Apple SD Gothic Neo","Noto Sans KR","Malgun Gothic",system-ui,sans-serif;word-break:keep-all}
main{width:100%;max-width:25rem;background:var(--card);border:1px solid var(--line);border-radius:1.1rem;padding:1.8rem 1.5rem}
.company{color:var(--soft);font-size:.9rem;margin:0}h1{font-size:1.35rem;line-height:1.35;margin:.4rem 0 .6rem}p{margin:.4rem 0}
dl{display:grid;grid-template-columns:auto 1fr;gap:.35rem 1rem;border-top:1px solid var(--line);margin:1.3rem 0 0;padding-top:1rem}
dt{color:var(--soft)}dd{margin:0;text-align:right;font-variant-numeric:tabular-nums}
.button{display:block;margin-top:1.3rem;padding:.85rem;border-radius:.7rem;background:var(--accent);color:var(--card);text-align:center;text-decoration:none;font-weight:600}
.button.quiet{background:none;border:1px solid var(--line);color:inherit}.reason{color:var(--soft)}img{width:100%;border-radius:.7rem;margin-top:1rem}a{color:inherit}
`

/** The whole page. */
export function renderCustomerPage(input: CustomerPageInput): string {
  const { language, order, company, reason, again, imageUrl, orderPage } = input
  const text = PAGE_TEXTS[language][input.page]
  const label = LABELS[language]
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${text.title} · ${company.name}</title>
<style>${trustedHtml(STYLE)}</style></head>
<body><main data-page="${input.page}"><p class="company">${company.name}</p><h1>${text.title}</h1><p>${text.body}</p>
${reason ? html`<p class="reason">${reason}</p>` : null}
${imageUrl ? html`<img src="${imageUrl}" alt="${text.title}">` : null}
<dl>${order === null ? null : orderRows(order, language)}
<dt>${label.phone}</dt><dd><a href="tel:${company.phone}">${formatPhone(company.phone)}</a></dd></dl>
${again ? html`<a class="button" href="${again}">${label.again}</a>` : null}
${orderPage ? html`<a class="button quiet" href="${orderPage}">${label.orderPage}</a>` : null}
</main></body></html>`.text
}

function orderRows(order: { orderNo: string; amountWon: number }, language: Language): Html {
  const label = LABELS[language]
  return html`<dt>${label.order}</dt><dd>${order.orderNo}</dd>
<dt>${label.amount}</dt><dd>${formatWon(order.amountWon, language)}</dd>`
}

/** Korean unless the browser prefers English to it; `?lang=` wins. */
export function pickLanguage(asked: string | undefined, acceptLanguage: string | undefined): Language {
  if (asked === 'ko' || asked === 'en') return asked
  const known = (acceptLanguage ?? '')
    .split(',')
    .map((part) => part.trim().slice(0, 2).toLowerCase())
    .find((tag) => tag === 'ko' || tag === 'en')
  return known === 'en' ? 'en' : 'ko'
}
