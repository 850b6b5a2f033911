/** HTML of the vendor's pages. */
import { html } from 'hono/html'
import type { VendorOrder } from './order.ts'
import type { PageLayout } from './page-layout.ts'

type Html = ReturnType<typeof html>

const STYLE = `
  :root { color-scheme: light dark; --page: #f4f5f3; --card: #fff; --text: #1e241f; --quiet: #66706a; --line: #dfe3df; --main: #2f6b46 }
  @media (prefers-color-scheme: dark) { :root { --page: #121512; --card: #1b201c; --text: #e6eae6; --quiet: #98a29b; --line: #2d342f; --main: #4f9a6c } }
  * { box-sizing: border-box } body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif }
  header { display: flex; gap: 1rem; align-items: center; padding: .8rem 1.5rem; background: var(--main); color: #fff }
  header a { color: #fff } header strong { margin-right: auto }
  main { max-width: 60rem; margin: 1.5rem auto; padding: 0 1rem }
  .card { padding: 1.25rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); overflow-x: auto }
  table { width: 100%; border-collapse: collapse } th, td { padding: .5rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap }
  th { color: var(--quiet); font-weight: 500 } form.search { display: flex; gap: .5rem; align-items: end; margin-bottom: 1rem } form.fields { display: grid; gap: .8rem; max-width: 30rem } label { display: grid; gap: .2rem }
  input, button { padding: .55rem .7rem; border: 1px solid var(--line); border-radius: .4rem; font: inherit } input { background: var(--page); color: inherit }
  button { background: var(--main); color: #fff; border-color: transparent; cursor: pointer } .error { color: #c0392b } dl { display: grid; grid-template-columns: 8rem 1fr; gap: .4rem }
  dt, .hint { color: var(--quiet) } dd { margin: 0 } img { max-width: 16rem; border-radius: .5rem }`

/** Account of the reseller; the password is the API key. */
export const RESELLER_ID = 'reseller'

/** The password is told only where the stand-in is in use; a real vendor's key stays unseen. */
export function signInPage(error?: string, password?: string): Html {
  return frame(
    '로그인',
    html`<div class="card"><h1>로그인</h1>${message(error)}
    <form class="fields" method="post" action="/vendor-erp/sign-in">
      <label>아이디 <input name="id" autocomplete="username" required></label>
      <label>비밀번호 <input name="password" type="password" autocomplete="current-password" required></label>
      <button>로그인</button>
    </form>
    ${password === undefined ? '' : html`<p class="hint">연습용 외주업체입니다. 아이디 ${RESELLER_ID}, 비밀번호 ${password}</p>`}</div>`,
  )
}

export interface ListPageInput {
  readonly layout: PageLayout
  readonly orders: readonly VendorOrder[]
  /** What was searched for; absent: all orders. */
  readonly search: string | undefined
}

export function listPage({ layout, orders, search }: ListPageInput): Html {
  const { columns, list, newOrder } = layout
  const none = search === undefined ? '주문이 없습니다.' : '찾는 주문이 없습니다.'
  return page(
    layout,
    list,
    html`<div class="card"><h1>${list}</h1><p><a href="/vendor-erp/orders/new">${newOrder}</a></p>
    <form class="search" role="search" action="/vendor-erp/orders">
      <label>${layout.search.label} <input name="${layout.search.name}" value="${search ?? ''}"></label><button>${layout.search.button}</button>
    </form>
    <table><thead><tr>${columns.map((column) => html`<th>${column}</th>`)}</tr></thead>
    <tbody>${orders.map(
      (
        order,
      ) => html`<tr><td><a href="/vendor-erp/orders/${order.id}">${order.id}</a></td><td>${order.reference}</td>
      <td class="status">${order.status}</td><td>${order.hall} ${order.room}</td><td>${order.recipient}</td><td>${order.deliver_by}</td></tr>`,
    )}</tbody></table>${orders.length === 0 ? html`<p>${none}</p>` : ''}</div>`,
  )
}

/** @param values by the form's own names. */
export function newOrderPage(
  layout: PageLayout,
  values: Readonly<Record<string, unknown>>,
  error?: string,
): Html {
  return page(
    layout,
    layout.newOrder,
    html`<div class="card"><h1>${layout.newOrder}</h1>${message(error)}
    <form class="fields" method="post" action="/vendor-erp/orders">
      ${layout.fields.map(
        ([, name, label, type]) =>
          html`<label>${label} <input name="${name}" type="${type}" value="${String(values[name] ?? '')}"></label>`,
      )}
      <button>${layout.submit}</button>
    </form></div>`,
  )
}

export function detailPage(layout: PageLayout, order: VendorOrder, error?: string): Html {
  const { terms, heading } = layout
  return page(
    layout,
    heading(order.id),
    html`<div class="card"><h1>${heading(order.id)}</h1>${message(error)}
    <dl>
      <dt>${terms.status}</dt><dd class="status">${order.status}</dd><dt>${terms.reference}</dt><dd>${order.reference}</dd>
      <dt>${terms.product}</dt><dd>${order.product}</dd><dt>${terms.sender}</dt><dd>${order.sender}</dd><dt>${terms.recipient}</dt><dd>${order.recipient}</dd>
      <dt>${terms.ribbon}</dt><dd>${order.ribbon_text}</dd><dt>${terms.place}</dt><dd>${order.hall} ${order.room}</dd>
      <dt>${terms.due}</dt><dd>${order.deliver_by}</dd><dt>${terms.phone}</dt><dd>${order.phone}</dd>
      <dt>${terms.price}</dt><dd>${order.price.toLocaleString('ko-KR')}원</dd><dt>${terms.delivered}</dt><dd>${order.delivered_at ?? '-'}</dd>
    </dl>
    <h2>진행</h2><ul>${order.history.map((entry) => html`<li>${entry.at} ${entry.status}</li>`)}</ul>
    ${order.status === '완료' ? html`<p><img src="/vendor-erp/photos/${order.id}.png" alt="배송 완료 사진"></p>` : ''}
    ${order.status === '접수' ? changeForms(layout, order) : ''}</div>`,
  )
}

function changeForms({ ribbon, cancel }: PageLayout, order: VendorOrder): Html {
  return html`<h2>수정</h2>
    <form class="fields" method="post" action="/vendor-erp/orders/${order.id}/ribbon">
      <label>${ribbon.label} <input name="${ribbon.name}" value="${order.ribbon_text}"></label><button>${ribbon.save}</button>
    </form>
    <form method="post" action="/vendor-erp/orders/${order.id}/cancel"><p><button>${cancel}</button></p></form>`
}

/** Stands between the sign-in and everything else until it is agreed to. */
export function noticePage({ title, text, button }: NonNullable<PageLayout['notice']>): Html {
  return frame(
    title,
    html`<div class="card"><h1>${title}</h1><p>${text}</p>
    <form method="post" action="/vendor-erp/notice"><button>${button}</button></form></div>`,
  )
}

export function closedPage(): Html {
  return frame(
    '시스템 점검',
    html`<div class="card"><h1>시스템 점검</h1><p>시스템 점검 중입니다. 잠시 후 다시 시도해 주세요.</p></div>`,
  )
}

function message(error: string | undefined): Html | string {
  return error === undefined ? '' : html`<p class="error" role="alert">${error}</p>`
}

function page(layout: PageLayout, title: string, content: Html): Html {
  const links = html`<a href="/vendor-erp/orders">${layout.list}</a><a href="/vendor-erp/orders/new">${layout.newOrder}</a>`
  return frame(title, content, links)
}

function frame(title: string, content: Html, links?: Html): Html {
  return html`<!doctype html><html lang="ko"><head><meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · 화환 ERP</title><style>${STYLE}</style></head>
  <body><header><strong>화환 ERP</strong>${links ?? ''}</header>
  <main>${content}</main></body></html>`
}
