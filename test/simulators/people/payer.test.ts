/** People and the payment links in their texts. */
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InboxMessage } from '../../../simulators/live-events.ts'
import { BrowserError, openAndPay, type Visit } from '../../../simulators/people/browser.ts'
import { Payer, paymentLinks } from '../../../simulators/people/payer.ts'
import { personaSchema } from '../../../simulators/people/persona.ts'

const NUMBER = '01012345678'
const message = (text: string, to = NUMBER): InboxMessage => ({
  id: 'M1',
  to,
  from: '15880000',
  text,
  type: 'LMS',
  at: '2026-11-21T13:00:00Z',
  status: 'delivered',
})

describe('the browser', () => {
  let shop: ReturnType<typeof serve>
  let origin: string
  let log: string[]

  beforeEach(async () => {
    log = []
    const app = new Hono()
    app.use(async (c, next) => {
      log.push(`${c.req.method} ${c.req.path}`)
      await next()
    })
    app.get('/pay/token', (c) => {
      c.header('set-cookie', 'visit=7; Path=/; HttpOnly')
      return c.redirect('/checkout/1', 303)
    })
    app.get('/checkout/1', (c) =>
      c.html(`<form method="post" action="/leave"><button name="action" value="leave">취소하고 돌아가기</button></form>
        <form method="post"><input type="hidden" name="csrf" value="a&amp;b"><input type="checkbox" name="agree">
        <button class="fail" name="action" value="fail">카드 한도 초과로 실패하기</button>
        <button class='pay' name='action' value='pay'>80,000원 <b>결제하기</b></button></form>`),
    )
    app.post('/checkout/1', async (c) => {
      log.push(JSON.stringify(await c.req.parseBody()), c.req.header('cookie') ?? '')
      return c.redirect('/pay/token/success?paymentKey=k', 302)
    })
    app.get('/pay/token/success', (c) => c.html('<h1>결제가 끝났습니다</h1>'))
    app.get('/circle', (c) => c.redirect('/circle'))
    app.get('/down', (c) => c.text('down', 503))
    shop = await new Promise((resolve) => {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(server))
    })
    origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`
  })
  afterEach(() => new Promise((resolve) => shop.close(resolve)))

  it('follows the link to the checkout, presses pay, and follows the way back', async () => {
    const visit = await openAndPay(`${origin}/pay/token`)
    expect(visit).toEqual({ url: `${origin}/pay/token/success?paymentKey=k`, status: 200, submitted: true })
    expect(log).toEqual([
      'GET /pay/token',
      'GET /checkout/1',
      'POST /checkout/1',
      '{"csrf":"a&b","action":"pay"}',
      'visit=7',
      'GET /pay/token/success',
    ])
  })

  it('tells what it saw where there is nothing to pay', async () => {
    expect(await openAndPay(`${origin}/down`)).toMatchObject({ status: 503, submitted: false })
  })

  it('gives up in a circle', async () => {
    await expect(openAndPay(`${origin}/circle`)).rejects.toThrow(BrowserError)
  })

  it('fails where nobody listens', async () => {
    const probe = createTcpServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => probe.once('listening', resolve))
    const { port } = probe.address() as AddressInfo
    await new Promise((resolve) => probe.close(resolve))
    await expect(openAndPay(`http://127.0.0.1:${port}/`)).rejects.toThrow()
  })
})

describe('the payer', () => {
  const link = 'http://127.0.0.1:4000/pay/261121-ABCD.x.y'
  const text = `[대리 화환] 아래 링크에서 결제해 주세요.\n${link}`

  function payer(method: 'card' | 'never', visits: (Visit | Error)[]) {
    const opened: string[] = []
    const waits: number[] = []
    const persona = personaSchema.parse({ name: '가', pays: { method, after_ms: 700 } })
    const subject = new Payer({
      personaOf: (number) => (number === NUMBER ? persona : undefined),
      callOver: async () => {
        opened.push('call over')
      },
      wait: async (ms) => {
        waits.push(ms)
      },
      open: async (address) => {
        opened.push(address)
        const visit = visits.shift() ?? { url: address, status: 200, submitted: true }
        if (visit instanceof Error) throw visit
        return visit
      },
      transfer: () => undefined,
      logger: pino({ level: 'silent' }),
    })
    return { subject, opened, waits }
  }

  it('waits for the end of the call, then a moment, then pays', async () => {
    const { subject, opened, waits } = payer('card', [])
    await subject.onMessage(message(text))
    expect(opened).toEqual(['call over', link])
    expect(waits).toEqual([700])
  })

  it('opens a link once, however often it is sent', async () => {
    const { subject, opened } = payer('card', [])
    await subject.onMessage(message(text))
    await subject.onMessage(message(`다시 알려 드립니다. 결제: ${link}`))
    expect(opened.filter((entry) => entry === link)).toHaveLength(1)
  })

  it('tries again while the page does not open', async () => {
    const down = { url: link, status: 503, submitted: false }
    const { subject, opened, waits } = payer('card', [new Error('refused'), down])
    await subject.onMessage(message(text))
    expect(opened.filter((entry) => entry === link)).toHaveLength(3)
    expect(waits).toEqual([700, 1_500, 3_000])
  })

  it('leaves it alone when the persona never pays, or the phone is another', async () => {
    const never = payer('never', [])
    await never.subject.onMessage(message(text))
    const other = payer('card', [])
    await other.subject.onMessage(message(text, '01099990000'))
    expect([...never.opened, ...other.opened]).toEqual([])
  })

  it.each([
    ['결제: http://a/pay/t1 입니다', ['http://a/pay/t1']],
    ['배송 사진: http://a/photo/t1', []],
    ['결제가 확인되었습니다.', []],
  ])('links in "%s"', (words, links) => {
    expect(paymentLinks(words)).toEqual(links)
  })
})
