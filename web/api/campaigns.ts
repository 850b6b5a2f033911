import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request, requestFile } from './client.ts'
import type {
  Campaign,
  CampaignAnswers,
  CampaignList,
  CampaignRowState,
  CampaignRows,
  CampaignSpeed,
  ListColumns,
  NewCampaign,
  UploadedList,
} from './types.ts'

export const campaignKeys = {
  list: ['campaigns', 'list'] as const,
  /** One with its rows. */
  one: (id: string) => ['campaigns', 'one', id] as const,
  answers: (id: string) => ['campaigns', 'answers', id] as const,
}

const ROWS_PAGE = 50
/** Answers are counted over the whole list, so not with each call that ends. */
const ANSWERS_EVERY_MS = 15_000
const path = (id: string) => `/api/campaigns/${encodeURIComponent(id)}`

export const campaignsQuery = queryOptions({
  queryKey: campaignKeys.list,
  queryFn: ({ signal }) => request<CampaignList>('GET', '/api/campaigns', { signal }),
})

export const campaignQuery = (id: string) =>
  queryOptions({
    queryKey: [...campaignKeys.one(id), 'itself'] as const,
    queryFn: ({ signal }) => request<Campaign>('GET', path(id), { signal }),
  })

export const campaignAnswersQuery = (id: string, isRunning: boolean) =>
  queryOptions({
    queryKey: campaignKeys.answers(id),
    queryFn: ({ signal }) => request<CampaignAnswers>('GET', `${path(id)}/answers`, { signal }),
    refetchInterval: isRunning ? ANSWERS_EVERY_MS : false,
  })

export const campaignRowsQuery = (id: string, state: CampaignRowState | undefined) =>
  infiniteQueryOptions({
    queryKey: [...campaignKeys.one(id), 'rows', state ?? null] as const,
    queryFn: ({ pageParam, signal }) =>
      request<CampaignRows>('GET', `${path(id)}/rows`, {
        signal,
        query: { state, limit: ROWS_PAGE, cursor: pageParam ?? undefined },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

/** @throws ApiError with the errors of its fields. */
export const createCampaign = (plan: NewCampaign): Promise<Campaign> =>
  request('POST', '/api/campaigns', { body: plan })

export type CampaignStep = 'start' | 'pause' | 'resume' | 'stop'

export const steerCampaign = (id: string, step: CampaignStep): Promise<Campaign> =>
  request('POST', `${path(id)}/${step}`)

export const changeSpeed = (id: string, speed: CampaignSpeed): Promise<Campaign> =>
  request('POST', `${path(id)}/speed`, { body: speed })

export const skipRow = (id: string, rowId: number): Promise<null> =>
  request('POST', `${path(id)}/rows/${rowId}/skip`)

/** A list of people, and which of its headings is what; null: as the headings say. */
export interface ListToRead {
  readonly file: Blob
  readonly columns: ListColumns | null
}
const columnsOf = ({ columns }: ListToRead) => (columns === null ? undefined : JSON.stringify(columns))

/** @param isDry only tells what would be. */
export const uploadList = (id: string, list: ListToRead, isDry: boolean): Promise<UploadedList> =>
  request('POST', `${path(id)}/rows`, {
    file: list.file,
    query: { columns: columnsOf(list), dry_run: isDry },
  })

/** The lines that can't be called with their reasons, as CSV. */
export const readListErrors = (id: string, list: ListToRead, lang: string): Promise<Blob> =>
  requestFile(`${path(id)}/rows/errors`, { file: list.file, query: { columns: columnsOf(list), lang } })

/** Where the results are downloaded. */
export const campaignResultsUrl = (id: string, lang: string): string => `${path(id)}/results?lang=${lang}`
