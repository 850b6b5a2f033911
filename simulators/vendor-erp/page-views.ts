/** HTML of the vendor's pages. */
import { html } from 'hono/html'
import type { VendorOrder } from './order.ts'

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
  th { color: var(--quiet); font-weight: 500 } form.fields { display: grid; gap: .8rem; max-width: 30rem } label { display: grid; gap: .2rem }
  input, button { padding: .55rem .7rem; border: 1px solid var(--line); border-radius: .4rem; font: inherit } input { background: var(--page); color: inherit }
  button { background: var(--main); color: #fff; border-color: transparent; cursor: pointer } .error { color: #c0392b } dl { display: grid; grid-template-columns: 8rem 1fr; gap: .4rem }
  dt, .hint { color: var(--quiet) } dd { margin: 0 } img { max-width: 16rem; border-radius: .5rem }`

/** Account of the reseller; the password is the API key. */
export const RESELLER_ID = 'reseller'

/** The password is told only where the stand-in is in use; a real vendor's key stays unseen. */
export function signInPage(error?: string, password?: string): Html {
  return layout(
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

export function listPage(orders: readonly VendorOrder[]): Html {
  return layout(
    '주문 목록',
    html`<div class="card"><h1>주문 목록</h1><p><a href="/vendor-erp/orders/new">새 주문 등록</a></p>
    <table><thead><tr><th>주문번호</th><th>참조</th><th>상태</th><th>장례식장</th><th>받는 분</th><th>배송 희망</th></tr></thead>
    <tbody>${orders.map(
      (
        order,
      ) => html`<tr><td><a href="/vendor-erp/orders/${order.id}">${order.id}</a></td><td>${order.reference}</td>
      <td class="status">${order.status}</td><td>${order.hall} ${order.room}</td><td>${order.recipient}</td><td>${order.deliver_by}</td></tr>`,
    )}</tbody></table>${orders.length === 0 ? html`<p>주문이 없습니다.</p>` : ''}</div>`,
  )
}

const FIELDS: ReadonlyArray<readonly [name: string, label: string, type: string]> = [
  ['reference', '주문 참조번호', 'text'],
  ['sender', '보내는 분', 'text'],
  ['recipient', '받는 분', 'text'],
  ['ribbon_text', '리본 문구', 'text'],
  ['hall', '장례식장', 'text'],
  ['room', '호실', 'text'],
  ['deliver_by', '배송 희망 시각', 'text'],
  ['phone', '연락처', 'tel'],
  ['price', '금액(원)', 'number'],
]

export function newOrderPage(values: Readonly<Record<string, unknown>>, error?: string): Html {
  return layout(
    '새 주문 등록',
    html`<div class="card"><h1>새 주문 등록</h1>${message(error)}
    <form class="fields" method="post" action="/vendor-erp/orders">
      ${FIELDS.map(
        ([name, label, type]) =>
          html`<label>${label} <input name="${name}" type="${type}" value="${String(values[name] ?? '')}"></label>`,
      )}
      <button>주문 등록</button>
    </form></div>`,
  )
}

export function detailPage(order: VendorOrder, error?: string): Html {
  return layout(
    `주문 ${order.id}`,
    html`<div class="card"><h1>주문 ${order.id}</h1>${message(error)}
    <dl>
      <dt>상태</dt><dd class="status">${order.status}</dd><dt>참조</dt><dd>${order.reference}</dd>
      <dt>상품</dt><dd>${order.product}</dd><dt>보내는 분</dt><dd>${order.sender}</dd><dt>받는 분</dt><dd>${order.recipient}</dd>
      <dt>리본 문구</dt><dd>${order.ribbon_text}</dd><dt>장소</dt><dd>${order.hall} ${order.room}</dd>
      <dt>배송 희망</dt><dd>${order.deliver_by}</dd><dt>연락처</dt><dd>${order.phone}</dd>
      <dt>금액</dt><dd>${order.price.toLocaleString('ko-KR')}원</dd><dt>배송 완료</dt><dd>${order.delivered_at ?? '-'}</dd>
    </dl>
    <h2>진행</h2><ul>${order.history.map((entry) => html`<li>${entry.at} ${entry.status}</li>`)}</ul>
    ${order.status === '완료' ? html`<p><img src="/vendor-erp/photos/${order.id}.png" alt="배송 완료 사진"></p>` : ''}
    ${order.status === '접수' ? changeForms(order) : ''}</div>`,
  )
}

function changeForms(order: VendorOrder): Html {
  return html`<h2>수정</h2>
    <form class="fields" method="post" action="/vendor-erp/orders/${order.id}/ribbon">
      <label>리본 문구 <input name="ribbon_text" value="${order.ribbon_text}"></label><button>문구 저장</button>
    </form>
    <form method="post" action="/vendor-erp/orders/${order.id}/cancel"><p><button>주문 취소</button></p></form>`
}

function message(error: string | undefined): Html | string {
  return error === undefined ? '' : html`<p class="error" role="alert">${error}</p>`
}

function layout(title: string, content: Html): Html {
  return html`<!doctype html><html lang="ko"><head><meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · 화환 ERP</title><style>${STYLE}</style></head>
  <body><header><strong>화환 ERP</strong><a href="/vendor-erp/orders">주문</a><a href="/vendor-erp/orders/new">등록</a></header>
  <main>${content}</main></body></html>`
}
