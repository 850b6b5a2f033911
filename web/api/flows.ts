import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type {
  FlowContentView,
  FlowDetail,
  FlowDraft,
  FlowList,
  FlowName,
  FlowTrialView,
  FlowVersionView,
} from './types.ts'

export const flowKeys = {
  all: ['flows'],
  list: ['flows', 'list'],
  one: (flow: FlowName) => ['flows', 'one', flow],
  version: (flow: FlowName, version: number) => ['flows', 'version', flow, version],
} as const

export const flowsQuery = queryOptions({
  queryKey: flowKeys.list,
  queryFn: ({ signal }) => request<FlowList>('GET', '/api/flows', { signal }),
})

export const flowQuery = (flow: FlowName) =>
  queryOptions({
    queryKey: flowKeys.one(flow),
    queryFn: ({ signal }) => request<FlowDetail>('GET', `/api/flows/${flow}`, { signal }),
  })

/** Versions never change. */
export const flowVersionQuery = (flow: FlowName, version: number) =>
  queryOptions({
    queryKey: flowKeys.version(flow, version),
    queryFn: ({ signal }) =>
      request<FlowVersionView>('GET', `/api/flows/${flow}/versions/${version}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** @param revision the state that was edited; null begins a draft. */
export const saveFlowDraft = (
  flow: FlowName,
  content: FlowContentView,
  revision: number | null,
): Promise<FlowDraft> => request('PATCH', `/api/flows/${flow}/draft`, { body: { content, revision } })

export const discardFlowDraft = (flow: FlowName, revision: number): Promise<FlowDetail> =>
  request('POST', `/api/flows/${flow}/draft/discard`, { body: { revision } })

export const releaseFlowDraft = (flow: FlowName, revision: number, reason: string): Promise<FlowDetail> =>
  request('POST', `/api/flows/${flow}/draft/release`, { body: { revision, reason } })

export const releaseFlowVersion = (flow: FlowName, version: number, reason: string): Promise<FlowDetail> =>
  request('POST', `/api/flows/${flow}/releases`, { body: { version, reason } })

/** @param version null: the draft. */
export const openFlowTrial = (flow: FlowName, version: number | null): Promise<FlowTrialView> =>
  request('POST', `/api/flows/${flow}/trials`, { body: { version } })

/** @param text empty: silence. */
export const sayInFlowTrial = (trialId: string, text: string): Promise<FlowTrialView> =>
  request('POST', `/api/flow-trials/${trialId}/messages`, { body: { text } })
