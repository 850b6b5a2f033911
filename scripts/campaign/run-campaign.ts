/** A campaign from the command line: made of a template and a CSV, started, followed to its end, its results fetched. */
import { createDaeriClient, fileBody, type Schemas } from '../../client/index.ts'

type Campaign = Schemas['Campaign']
type UploadedList = Schemas['UploadedList']

export interface CampaignRunInput {
  /** Of the app, e.g. "http://127.0.0.1:4000". */
  readonly url: string
  /** With the scopes campaigns:read and campaigns:write. */
  readonly apiKey: string
  /** As the API takes it; whatever else it is, the API says what is wrong with it. */
  readonly plan: Schemas['NewCampaign']
  readonly list: Uint8Array<ArrayBuffer>
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

/** @throws DaeriError what the API says. */
export async function runCampaign(input: CampaignRunInput): Promise<CampaignRunResult> {
  const { plan, list: bytes, dryRun, followEveryMs, tell } = input
  const client = createDaeriClient(input)
  const made = await answered(client.POST('/api/campaigns', { body: plan }))
  tell(`${made.campaign_id} ${made.name}`)
  const path = { campaign_id: made.campaign_id }
  const upload = {
    params: { path, query: { dry_run: dryRun ? 'true' : 'false' } as const },
    ...fileBody(bytes),
  }
  const list = await answered(client.POST('/api/campaigns/{campaign_id}/rows', upload))
  tell(`${list.encoding}: ${list.valid} rows, ${list.invalid} errors, ${list.added} added`)
  for (const { line, problem, detail } of list.errors) tell(`  line ${line}: ${problem} ${detail}`)
  if (list.missing_columns.length > 0) tell(`  columns are missing: ${list.missing_columns.join(', ')}`)
  if (dryRun || list.added === 0) return { campaign: made, list, results: null }
  await client.POST('/api/campaigns/{campaign_id}/start', { params: { path } })
  for (;;) {
    const campaign = await answered(client.GET('/api/campaigns/{campaign_id}', { params: { path } }))
    tell(progressLine(campaign))
    if (campaign.state === 'done' || campaign.state === 'stopped') {
      const csv = { params: { path }, parseAs: 'text' } as const
      const results = await answered(client.GET('/api/campaigns/{campaign_id}/results', csv))
      return { campaign, list, results }
    }
    await new Promise((resolve) => {
      setTimeout(resolve, followEveryMs)
    })
  }
}

/** What was asked for; refusals are thrown by the client itself. */
async function answered<Answer>(request: Promise<{ readonly data?: Answer }>): Promise<Answer> {
  const { data } = await request
  if (data === undefined) throw new Error('the API answered with nothing')
  return data
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
