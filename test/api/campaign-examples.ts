/** Requests of campaigns that have to succeed, on campaigns made for them. */
import { campaignRowsSchema, campaignSchema } from '../../api/schemas/campaigns.ts'
import type { AskOptions, TestApi } from './test-api.ts'

interface Example {
  readonly path: string
  readonly options?: AskOptions
}

const LIST = '이름,전화번호\r\n김철수,01055550001\r\n이영희,01055550002\r\n'

/** @param callerNumber that may be shown. */
export async function campaignExamples(
  api: TestApi,
  callerNumber: string,
): Promise<Readonly<Record<string, Example>>> {
  const body = {
    name: '만족도 조사',
    kind: 'survey',
    caller_numbers: [callerNumber],
    purpose: '{이름} 님 만족도 조사',
    questions: ['만족하셨나요?'],
  }
  const upload: AskOptions = { body: LIST, headers: { 'content-type': 'application/octet-stream' } }
  const cookie = api.cookies.admin
  const make = async (starts: boolean): Promise<string> => {
    const made = await api.ask('POST', '/api/campaigns', { cookie, json: body })
    const { campaign_id } = campaignSchema.parse(await made.json())
    const path = `/api/campaigns/${campaign_id}`
    await api.ask('POST', `${path}/rows`, { cookie, ...upload })
    if (starts) await api.ask('POST', `${path}/start`, { cookie })
    return path
  }
  const [draft, running, stopping] = [await make(false), await make(true), await make(true)]
  const [mended, dropped] = [await make(false), await make(false)]
  const listed = await api.ask('GET', `${running}/rows`, { cookie })
  const [row] = campaignRowsSchema.parse(await listed.json()).rows
  const path = '/api/campaigns/{campaign_id}'
  return {
    'GET /api/campaigns': { path: '/api/campaigns' },
    'POST /api/campaigns': { path: '/api/campaigns', options: { json: body } },
    [`GET ${path}`]: { path: running },
    [`PUT ${path}`]: { path: mended, options: { json: { ...body, name: '다른 이름' } } },
    [`DELETE ${path}`]: { path: dropped },
    [`POST ${path}/rows`]: { path: `${draft}/rows?dry_run=true`, options: upload },
    [`POST ${path}/rows/errors`]: { path: `${draft}/rows/errors?lang=en`, options: upload },
    [`GET ${path}/rows`]: { path: `${running}/rows?state=waiting&limit=1` },
    [`GET ${path}/results`]: { path: `${running}/results?lang=en` },
    [`GET ${path}/answers`]: { path: `${running}/answers` },
    [`POST ${path}/start`]: { path: `${draft}/start` },
    [`POST ${path}/pause`]: { path: `${running}/pause` },
    [`POST ${path}/resume`]: { path: `${running}/resume` },
    [`POST ${path}/stop`]: { path: `${stopping}/stop` },
    [`POST ${path}/speed`]: {
      path: `${running}/speed`,
      options: { json: { window_size: 10, calls_per_second: 2 } },
    },
    [`POST ${path}/rows/{row_id}/skip`]: { path: `${running}/rows/${row?.row_id}/skip` },
  }
}
