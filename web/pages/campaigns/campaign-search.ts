import type { CampaignRowState } from '../../api/types.ts'

/** As the API calls them. */
export const ROW_STATES = [
  'waiting',
  'calling',
  'done',
  'not_called',
] as const satisfies readonly CampaignRowState[]

/** What of a campaign's list is chosen in the address. */
export interface CampaignSearch {
  readonly rows?: CampaignRowState
}

/** Keeps what is understood. */
export function readCampaignSearch(search: Record<string, unknown>): CampaignSearch {
  const rows = ROW_STATES.find((state) => state === search.rows)
  return rows === undefined ? {} : { rows }
}
