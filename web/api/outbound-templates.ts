import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type { NewOutboundTemplate, OutboundTemplateList, OutboundTemplateView } from './types.ts'

export const outboundTemplatesQuery = queryOptions({
  queryKey: ['outbound-templates'] as const,
  queryFn: ({ signal }) => request<OutboundTemplateList>('GET', '/api/outbound-templates', { signal }),
})

/** One of the same name is replaced. */
export const saveTemplate = (template: NewOutboundTemplate): Promise<OutboundTemplateView> =>
  request('POST', '/api/outbound-templates', { body: template })

export const removeTemplate = (id: number): Promise<OutboundTemplateView> =>
  request('DELETE', `/api/outbound-templates/${id}`)
