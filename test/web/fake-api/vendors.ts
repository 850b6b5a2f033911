/** Vendors of the fake, with the refusals of the real API. */
import type { NewVendor, VendorChange, VendorInList } from '../../../web/api/types.ts'

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly type?: string
}

const NO_FIGURES: VendorInList['last_30_days'] = {
  orders: 0,
  refused: 0,
  out: 0,
  delivered: 0,
  ways: { api: 0, browser: 0, phone: 0 },
}

const refused = (field: string, code: string): Answer => ({
  status: 409,
  type: 'application/problem+json',
  body: {
    type: '/api/docs#refused',
    title: 'Not possible now',
    status: 409,
    code,
    detail: 'A sentence in English.',
    errors: [{ path: `body.${field}`, message: 'A sentence in English.' }],
  },
})

export class FakeVendors {
  list: VendorInList[] = [
    {
      id: 1,
      name: '화환 외주업체',
      methods: ['api', 'browser', 'phone'],
      phone: '0318887777',
      cost: 40_000,
      active: true,
      is_default: true,
      last_30_days: {
        orders: 214,
        refused: 2,
        out: 5,
        delivered: 201,
        ways: { api: 203, browser: 6, phone: 3 },
      },
    },
    {
      id: 2,
      name: '한마음 플라워',
      methods: ['phone'],
      phone: '15881234',
      cost: 39_000,
      active: true,
      is_default: false,
      last_30_days: NO_FIGURES,
    },
    {
      id: 3,
      name: '옛 거래처',
      methods: ['browser'],
      phone: null,
      cost: 42_000,
      active: false,
      is_default: false,
      last_30_days: { ...NO_FIGURES, orders: 8, delivered: 8, ways: { api: 0, browser: 8, phone: 0 } },
    },
  ]

  answer(method: string, id: number, body: unknown): Answer {
    if (method === 'GET') return { status: 200, body: { vendors: this.list } }
    if (method === 'POST') {
      const { phone = null, ...asked } = body as NewVendor
      if (this.list.some(({ name }) => name === asked.name)) return refused('name', 'vendor_name_taken')
      const vendor: VendorInList = {
        ...asked,
        phone,
        id: 9,
        active: true,
        is_default: false,
        last_30_days: NO_FIGURES,
      }
      this.list.push(vendor)
      return { status: 201, body: vendor }
    }
    const change = body as VendorChange
    if (this.list.some((vendor) => vendor.id !== id && vendor.name === change.name))
      return refused('name', 'vendor_name_taken')
    if (change.is_default === true) this.list = this.list.map((vendor) => ({ ...vendor, is_default: false }))
    this.list = this.list
      .map((vendor) => (vendor.id === id ? ({ ...vendor, ...change } as VendorInList) : vendor))
      .sort((a, b) => Number(b.is_default) - Number(a.is_default))
    return { status: 200, body: this.list.find((vendor) => vendor.id === id) }
  }
}
