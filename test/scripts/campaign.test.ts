/** Campaigns by script and by the curl lines of the documentation, on the real API with a key. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createdApiKeySchema } from '../../api/schemas/api-keys.ts'
import { type ApiServer, startServer } from '../../api/server.ts'
import type { Schemas } from '../../client/index.ts'
import { progressLine, runCampaign } from '../../scripts/campaign/run-campaign.ts'
import { ScriptedCampaigns } from '../api/scripted-campaigns.ts'
import { createTestApi, type TestApi } from '../api/test-api.ts'
import { createTestDatabase } from '../support/postgres.ts'

const PLAN = {
  name: '배송 만족도',
  kind: 'survey',
  caller_numbers: ['07012345678'],
  purpose: '{이름} 님 배송 만족도 조사',
  questions: ['만족하셨나요?'],
} satisfies Schemas['NewCampaign']
const LIST = Buffer.from('이름,전화번호\n김철수,01011112222\n이영희,12\n')

let api: TestApi
let server: ApiServer
let apiKey: string
const workflows = new ScriptedCampaigns()
beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), {
    environment: { OUTBOUND_CALLER_NUMBERS: '07012345678' },
    campaigns: workflows,
  })
  workflows.writesTo(api)
  server = await startServer(api, { host: '127.0.0.1', port: 0 })
  const json = { name: 'script', scopes: ['campaigns:read', 'campaigns:write'] }
  const made = await api.ask('POST', '/api/api-keys', { cookie: api.cookies.admin, json })
  apiKey = createdApiKeySchema.parse(await made.json()).secret
})
afterAll(async () => {
  await server?.stop()
  await api?.close()
})

const input = (more: Partial<Parameters<typeof runCampaign>[0]> = {}) => ({
  url: `http://127.0.0.1:${server.port}`,
  apiKey,
  plan: PLAN,
  list: LIST,
  dryRun: false,
  followEveryMs: 20,
  tell: () => {},
  ...more,
})

test('a script starts a campaign, follows it to its end and brings its results', async () => {
  const told: string[] = []
  const { campaign, results } = await runCampaign(
    input({
      tell: (line) => {
        told.push(line)
        const id = /^cp-[0-9a-f]{8}/.exec(told[0] ?? '')?.[0]
        // Somebody else stops it once it is followed.
        if (line.includes(' running,') && id !== undefined)
          void api.ask('POST', `/api/campaigns/${id}/stop`, { cookie: api.cookies.admin })
      },
    }),
  )
  expect(told.slice(1, 4)).toEqual([
    'utf-8: 1 rows, 1 errors, 1 added',
    '  line 3: bad_phone 12',
    expect.stringMatching(/^\[\.{20}\] 0\/1 running, 0 on the phone/),
  ])
  expect(campaign.state).toBe('stopped')
  expect(results).toContain('campaign_stopped')
  expect(campaign.requested_by).toBe('API: script')
})

test('a dry run calls nobody; a refusal is told', async () => {
  const { campaign, list, results } = await runCampaign(input({ dryRun: true }))
  expect(list).toMatchObject({ valid: 1, invalid: 1, added: 0 })
  expect(results).toBeNull()
  expect(workflows.started).not.toContain(campaign.campaign_id)
  const refused = runCampaign(input({ plan: { ...PLAN, caller_numbers: ['0212345678'] } }))
  await expect(refused).rejects.toMatchObject({
    status: 403,
    retryable: false,
    problem: { code: 'caller_not_allowed' },
  })
})

test('progress is a line', async () => {
  const { campaign } = await runCampaign(input({ dryRun: true }))
  const counts = { ...campaign.counts, total: 100, done: 40, not_called: 10, calling: 5, completed: 30 }
  expect(progressLine({ ...campaign, state: 'running', counts })).toBe(
    '[##########..........] 50/100 running, 5 on the phone, 30 completed, 10 not called',
  )
})

const hasCurl = spawnSync('curl', ['--version']).status === 0

test.skipIf(!hasCurl)(
  'the curl lines of the documentation do what they say (skipped without curl)',
  async () => {
    const [, lines = ''] = /```sh\n([\s\S]*?)```/.exec(readFileSync('docs/campaigns.md', 'utf8')) ?? []
    const { campaign } = await runCampaign(input({ dryRun: true }))
    const folder = mkdtempSync(join(tmpdir(), 'daeri-curl-'))
    try {
      writeFileSync(join(folder, 'people.csv'), LIST)
      const script = lines
        .replaceAll('http://127.0.0.1:4000', `http://127.0.0.1:${server.port}`)
        .replaceAll('cp-0123abcd', campaign.campaign_id)
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
        cwd: folder,
        env: { ...process.env, DAERI_API_KEY: apiKey, no_proxy: '127.0.0.1' },
      })
      expect(stdout).toContain('"name":"배송 만족도"')
      expect(stdout).toContain('"state":"running"')
      expect(readFileSync(join(folder, 'results.csv'), 'utf8')).toContain('010-****-2222')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
