import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type { NewVendor, VendorChange, VendorList, VendorView } from './types.ts'

export const vendorKeys = ['vendors'] as const

export const vendorsQuery = queryOptions({
  queryKey: vendorKeys,
  queryFn: ({ signal }) => request<VendorList>('GET', '/api/vendors', { signal }),
})

export const addVendor = (vendor: NewVendor): Promise<VendorView> =>
  request('POST', '/api/vendors', { body: vendor })

/** What is given is changed. */
export const changeVendor = (id: number, change: VendorChange): Promise<VendorView> =>
  request('PATCH', `/api/vendors/${id}`, { body: change })
