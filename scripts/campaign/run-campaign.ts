/** A campaign from the command line: made of a template and a CSV, started, followed to its end, its results fetched. */
import type { Campaign, UploadedList } from '../../api/schemas/campaigns.ts'

export interface CampaignRunInput {
  /** Of the app, e.g. "http://127.0.0.1:4000". */
  readonly url: string
  /** With the scopes campaigns:read and campaigns:write. */
  readonly apiKey: string
  /** `NewCampaign` of the API, as it is. */
  readonly plan: unknown
  readonly list: Uint8Array
  /** Only tells what is wrong with the list. */
  readonly dryRun: boolean
  readonly followEveryMs: number
  /** Lines for who watches; the last one may be written over. */
  readonly tell: (line: string) => void
}

export interface CampaignRunResult {
  readonly campaign: Campaign
  readonly list: UploadedList
  /** CSV; null in a dry run, or where nobody could be called. */
  readonly results: string | null
}

/** The API refused; trying again does not help unless it says so. */
export class CampaignRunError extends Error {
  readonly retryable: boolean
  constructor(status: number, detail: string) {
    super(`${status}: ${detail}`)
    this.name = 'CampaignRunError'
    this.retryable = status >= 500
  }
}

/** @throws CampaignRunError what the API says. */
export async function runCampaign(input: CampaignRunInput): Promise<CampaignRunResult> {
  const { plan, list: bytes, dryRun, followEveryMs, tell } = input
  const made = await ask<Campaign>(input, 'POST', '/api/campaigns', JSON.stringify(plan))
  const path = `/api/campaigns/${made.campaign_id}`
  tell(`${made.campaign_id} ${made.name}`)
  const list = await ask<UploadedList>(input, 'POST', `${path}/rows?dry_run=${dryRun}`, bytes)
  tell(`${list.encoding}: ${list.valid} rows, ${list.invalid} errors, ${list.added} added`)
  for (const { line, problem, detail } of list.errors) tell(`  line ${line}: ${problem} ${detail}`)
  if (list.missing_columns.length > 0) tell(`  columns are missing: ${list.missing_columns.join(', ')}`)
  if (dryRun || list.added === 0) return { campaign: made, list, results: null }
  await ask(input, 'POST', `${path}/start`)
  for (;;) {
    const campaign = await ask<Campaign>(input, 'GET', path)
    tell(progressLine(campaign))
    if (campaign.state === 'done' || campaign.state === 'stopped')
      return { campaign, list, results: await (await send(input, 'GET', `${path}/results`)).text() }
    await new Promise((resolve) => {
      setTimeout(resolve, followEveryMs)
    })
  }
}

/** How it stands, in a line: "[#####.....] 50/100 running, 5 on the phone, 40 completed, until 2026-…". */
export function progressLine({ state, counts, expected_end, issue }: Campaign): string {
  const over = counts.done + counts.not_called
  const marks = counts.total === 0 ? 0 : Math.floor((over / counts.total) * 20)
  return [
    `[${'#'.repeat(marks)}${'.'.repeat(20 - marks)}] ${over}/${counts.total} ${state}`,
    `${counts.calling} on the phone`,
    `${counts.completed} completed`,
    `${counts.not_called} not called`,
    ...(issue === null ? [] : [`stands still: ${issue.failed} of ${issue.ended} calls failed`]),
    ...(expected_end === null ? [] : [`until ${expected_end}`]),
  ].join(', ')
}

type Body = string | Uint8Array

async function ask<Answer>(
  input: CampaignRunInput,
  method: string,
  path: string,
  body?: Body,
): Promise<Answer> {
  return (await (await send(input, method, path, body)).json()) as Answer
}

async function send(
  { url, apiKey }: CampaignRunInput,
  method: string,
  path: string,
  body?: Body,
): Promise<Response> {
  const contentType = typeof body === 'string' ? 'application/json' : 'application/octet-stream'
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body === undefined ? {} : { 'content-type': contentType }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body) }),
  })
  if (!response.ok) throw new CampaignRunError(response.status, await response.text())
  return response
}
