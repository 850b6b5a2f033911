import type { vendor as ko } from '../ko/vendor.ts'

/** Vendors and how they are reached. */
export const vendor: typeof ko = {
  method: { api: 'API', browser: 'Web pages', phone: 'Phone' },
  event: {
    out: 'The vendor is out of reach; tried again and again',
    out_until: 'until {{when}}',
  },
  way: 'Ordered by',
  replaces: 'Instead of',
  picture: 'Picture {{number}}',
  call: 'The call',
}
