/** Earnings and statements through the API, on rows as the workflows write them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SettlementView, StatementList, StatementView } from '../../api/schemas/settlement.ts'
import { dayOf } from '../../domain/settlement.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { seedPurchaseOrder, seedTicket } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
const today = dayOf(Date.now())
/** A purchase order each, the vendor's status 접수. */
const placed: { readonly reference: string; readonly erp_order_id: string }[] = []

beforeAll(async () => {
  api = await createTestApi(await createTestDatabase())
  for (let i = 0; i < 3; i++) {
    const { data } = await seedTicket(api, { stage: 'paid' })
    // The third one went to the vendor at another price than its order was opened with.
    placed.push(await seedPurchaseOrder(api, data.orderNo, i === 2 ? 43_000 : 40_000))
  }
  await seedTicket(api, { stage: 'awaiting_payment' })
})
afterAll(() => api.close())

const ask = (path: string, cookie = api.cookies.admin) => api.ask('GET', path, { cookie })

describe('earnings', () => {
  test('are the sum of what moved', async () => {
    const view = (await (await ask('/api/settlement')).json()) as SettlementView
    const { cardBasisPoints } = api.settings.money.fees
    const fees = 3 * Math.round((80_000 * cardBasisPoints) / 10_000)
    expect(view.total).toEqual({
      orders: 3,
      revenue: 240_000,
      refunds: 0,
      cost: 123_000,
      fees,
      margin: 117_000 - fees,
    })
    expect(view.rows.at(-1)).toMatchObject({ from: today, orders: 3 })
    expect(view.vendors).toMatchObject([{ vendor: 'erp', revenue: 240_000 }])
    expect(view.vendor_names).toEqual(['erp'])
  })

  test('are the owner’s affair', async () => {
    for (const path of ['/api/settlement', '/api/settlement/export', '/api/settlement/statements']) {
      expect((await ask(path, api.cookies.agent)).status).toBe(403)
    }
  })

  test('of a range that is none are refused', async () => {
    expect((await ask('/api/settlement?from=2026-11-30&to=2026-11-01')).status).toBe(422)
    expect((await ask('/api/settlement?from=2020-01-01&to=2026-11-01')).status).toBe(422)
    expect((await ask('/api/settlement?from=2026-02-30')).status).toBe(422)
  })

  test('go into a spreadsheet', async () => {
    const response = await ask('/api/settlement/export?period=month&lang=ko')
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="settlement-.*\.csv"$/)
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const text = new TextDecoder().decode(bytes)
    expect(text).toContain('매출')
    expect(text).toContain('합계,3,240000')
  })
})

describe('a vendor’s statement', () => {
  const upload = (
    body: Uint8Array | string,
    query = `vendor=erp&from=${today}&to=${today}&file_name=11.csv`,
  ) =>
    api.app.request(`/api/settlement/statements?${query}`, {
      method: 'POST',
      headers: { cookie: api.cookies.admin, 'content-type': 'application/octet-stream' },
      body,
    })
  const file = () =>
    [
      '일자,주문번호,참조번호,금액',
      `${today},${placed[0]?.erp_order_id},${placed[0]?.reference},"40,000"`,
      `${today},${placed[1]?.erp_order_id},${placed[1]?.reference},45000`,
      `${today},HM-999,,40000`,
      `${today},HM-998,,모름`,
      ',,합계,125000',
    ].join('\r\n')

  test('is compared line by line with our purchase orders, kept, and can be downloaded', async () => {
    const response = await upload(`\uFEFF${file()}`)
    expect(response.status).toBe(201)
    const view = (await response.json()) as StatementView
    expect(view.totals).toMatchObject({ matched: 1, differs: 1, missing_there: 1 })
    expect(view.lines.find(({ verdict }) => verdict === 'missing_there')).toMatchObject({
      reference: placed[2]?.reference,
      ours: 43_000,
    })
    expect(view.problems).toMatchObject([{ line: 5, problem: 'bad_amount', text: '모름' }])
    expect(view).toMatchObject({ from: today, to: today, uploaded_by: 'owner@example.com' })

    const list = (await (await ask('/api/settlement/statements')).json()) as StatementList
    expect(list.statements[0]).toMatchObject({ id: view.id, file_name: '11.csv' })
    const csv = await (await ask(`/api/settlement/statements/${view.id}/export?lang=en`)).text()
    expect(csv).toContain(`differs,${placed[1]?.reference}`)
  })

  test('is read as Excel writes it in Korea', async () => {
    // 참조번호,금액 in CP949; 똠 is one of the letters that plain EUC-KR lacks.
    const heading = [
      0xc2, 0xfc, 0xc1, 0xb6, 0xb9, 0xf8, 0xc8, 0xa3, 0x2c, 0xb1, 0xdd, 0xbe, 0xd7, 0x2c, 0x8c, 0x63,
    ]
    const bytes = new Uint8Array([...heading, ...Buffer.from(`\r\n${placed[0]?.reference},40000,x\r\n`)])
    const view = (await (await upload(bytes)).json()) as StatementView
    expect(view.totals).toMatchObject({ matched: 1 })
  })

  test('of somebody who is no vendor of ours is not compared with nothing', async () => {
    const response = await upload(file(), `vendor=other&from=${today}&to=${today}&file_name=11.csv`)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({
      code: 'vendor_unknown',
      errors: [{ path: 'query.vendor', message: 'one of: erp' }],
    })
  })

  test('without the columns that it takes says so', async () => {
    const response = await upload('이름,주소\r\n가,나')
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ code: 'columns_missing' })
    expect((await upload('')).status).toBe(422)
    expect((await upload(new Uint8Array([0xff, 0xff, 0xff, 0x0a]))).status).toBe(422)
  })
})
