/** The checkout page as the customer's phone shows it; works without JavaScript. */
import { html } from 'hono/html'
import type { PaymentRecord } from './payment-record.ts'

const STATUS_TEXTS: Readonly<Record<PaymentRecord['status'], string>> = {
  READY: '결제 대기',
  IN_PROGRESS: '인증 완료',
  WAITING_FOR_DEPOSIT: '입금 대기',
  DONE: '결제 완료',
  CANCELED: '취소됨',
  PARTIAL_CANCELED: '부분 취소됨',
  ABORTED: '결제 실패',
  EXPIRED: '시간 만료',
}

export function checkoutPage(payment: PaymentRecord) {
  const isOpen = payment.status === 'READY' || payment.status === 'IN_PROGRESS'
  return html`<!doctype html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>결제하기</title>
<style>
  :root { --page: #f2f4f6; --card: #fff; --text: #191f28; --quiet: #6b7684; --line: #e5e8eb; --main: #2563eb; }
  @media (prefers-color-scheme: dark) { :root { --page: #101317; --card: #1b2026; --text: #e8ebee; --quiet: #9aa4af; --line: #2c333b; --main: #5b8def; } }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, "Apple SD Gothic Neo", sans-serif }
  main { width: 100%; max-width: 24rem; padding: 1.75rem 1.5rem; border-radius: 1.25rem; background: var(--card); box-shadow: 0 8px 30px rgb(0 0 0 / .07) }
  h1 { margin: 0 0 .25rem; font-size: 1rem; font-weight: 600; color: var(--quiet) }
  .amount { margin: 0 0 1.25rem; font-size: 2rem; font-weight: 700; letter-spacing: -.02em }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .5rem 1rem; margin: 0 0 1.5rem; padding: 1rem 0; border-block: 1px solid var(--line) }
  dt { color: var(--quiet) } dd { margin: 0; text-align: right; overflow-wrap: anywhere }
  form { display: grid; gap: .6rem }
  button { padding: .95rem; border: 0; border-radius: .8rem; font: inherit; font-weight: 600; cursor: pointer }
  button:focus-visible { outline: 3px solid var(--main); outline-offset: 2px }
  .pay { background: var(--main); color: #fff } .fail, .leave { background: transparent; border: 1px solid var(--line); color: var(--text) }
  .note { margin: 1.25rem 0 0; font-size: .8rem; color: var(--quiet); text-align: center }
</style>
</head>
<body>
<main>
  <h1>${payment.orderName}</h1>
  <p class="amount">${payment.amount.toLocaleString('ko-KR')}원</p>
  <dl>
    <dt>주문번호</dt><dd>${payment.orderId}</dd>
    <dt>결제수단</dt><dd>${payment.method === 'CARD' ? '신용·체크카드' : '계좌이체'}</dd>
    <dt>상태</dt><dd>${STATUS_TEXTS[payment.status]}</dd>
  </dl>
  ${
    isOpen
      ? html`<form method="post">
    <button class="pay" name="action" value="pay">${payment.amount.toLocaleString('ko-KR')}원 결제하기</button>
    <button class="fail" name="action" value="fail">카드 한도 초과로 실패하기</button>
    <button class="leave" name="action" value="leave">취소하고 돌아가기</button>
  </form>`
      : html`<p>이 결제 페이지는 더 이상 쓸 수 없습니다.</p>`
  }
  <p class="note">가상의 결제창입니다. 실제로 청구되지 않습니다.</p>
</main>
</body>
</html>`
}
