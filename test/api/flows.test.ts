import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createFlowActivities } from '../../activities/flows.ts'
import type { FlowContentView, FlowDetail, FlowDraft, FlowList } from '../../api/schemas/flows.ts'
import { extensionOf } from '../../db/queries/agent-phones.ts'
import { liveEdition, noteDraftTried } from '../../db/queries/flows.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi(await createTestDatabase())
})
afterAll(() => api?.close())
beforeEach(async () => {
  await api.database.deleteFrom('flow_drafts').execute()
  await api.database.deleteFrom('flow_releases').execute()
  await api.database.deleteFrom('flow_versions').execute()
  await api.database.deleteFrom('audit_entries').execute()
})

const ask = (method: string, path: string, json?: unknown) =>
  api.ask(method, path, { cookie: api.cookies.admin, ...(json === undefined ? {} : { json }) })
const answer = async <Body>(response: Promise<Response>): Promise<Body> =>
  (await (await response).json()) as Body
const flow = () => answer<FlowDetail>(ask('GET', '/api/flows/order_call'))
const content = async (): Promise<FlowContentView> => (await flow()).live.content
const save = (changed: FlowContentView, revision: number | null) =>
  ask('PATCH', '/api/flows/order_call/draft', { content: changed, revision })

async function savedDraft(change: Partial<FlowContentView>): Promise<FlowDraft> {
  const { live, draft } = await flow()
  const response = await save(
    { ...(draft?.content ?? live.content), ...change },
    draft === null ? null : draft.revision,
  )
  expect(response.status).toBe(200)
  return (await response.json()) as FlowDraft
}

async function released(change: Partial<FlowContentView>, reason = '문구를 다듬음'): Promise<FlowDetail> {
  const { revision } = await savedDraft(change)
  await noteDraftTried(api.database, 'order_call', revision)
  const response = await ask('POST', '/api/flows/order_call/draft/release', { revision, reason })
  expect(response.status).toBe(200)
  return (await response.json()) as FlowDetail
}

test('an empty database speaks as it was shipped', async () => {
  const { flows } = await answer<FlowList>(ask('GET', '/api/flows'))
  expect(flows.map(({ flow: name, live_version, draft }) => [name, live_version, draft])).toEqual([
    ['order_call', 0, null],
    ['order_chat', 0, null],
    ['outbound_request', 0, null],
    ['vendor_order', 0, null],
    ['issue_alarm', 0, null],
  ])
  expect((await content()).phrases.disclosure?.ko).toBe('안녕하세요, {company} AI 상담원입니다.')
})

test('a draft goes live once it was tried, and names who and why', async () => {
  const draft = await savedDraft({ persona: '밝고 또박또박 말합니다.' })
  expect(draft.state).toBe('draft')
  const { revision } = draft
  const early = await ask('POST', '/api/flows/order_call/draft/release', { revision, reason: '급함' })
  expect([early.status, ((await early.json()) as { code: string }).code]).toEqual([409, 'not_tried'])

  const done = await released({ persona: '밝고 또박또박 말합니다!' })
  expect(done).toMatchObject({
    live: { version: 1, content: { persona: '밝고 또박또박 말합니다!' } },
    draft: null,
    versions: [{ version: 1, based_on: 0, created_by: 'Owner' }],
    releases: [{ version: 1, released_by: 'Owner', reason: '문구를 다듬음' }],
  })
  expect(await liveEdition(api.database, 'order_call')).toMatchObject({ version: 1 })
  expect(await liveEdition(api.database, 'order_chat')).toMatchObject({ version: 0 })
  const audited = await api.database.selectFrom('audit_entries').select(['action', 'reason']).execute()
  expect(audited).toEqual([{ action: 'flow_release', reason: 'order_call v1: 문구를 다듬음' }])
})

test('one click brings a version of before back, also what was shipped', async () => {
  await released({ persona: '하나' })
  await released({ persona: '둘' })
  const back = (version: number) =>
    ask('POST', '/api/flows/order_call/releases', { version, reason: '예전이 나음' })
  expect(await answer<FlowDetail>(back(1))).toMatchObject({
    live: { version: 1, content: { persona: '하나' } },
  })
  expect((await back(1)).status).toBe(409)
  expect(await answer<FlowDetail>(back(0))).toMatchObject({ live: { version: 0 } })
  expect((await back(3)).status).toBe(404)
  const { releases, versions } = await flow()
  expect(releases.map(({ version }) => version)).toEqual([0, 1, 2, 1])
  expect(versions.map(({ version }) => version)).toEqual([2, 1])
  // What comes next does not take the number of one that was given up.
  expect((await released({ persona: '셋' })).live.version).toBe(3)
})

test('two people at one draft do not overwrite each other', async () => {
  const first = await savedDraft({ persona: '하나' })
  const changed = { ...first.content, persona: '둘' }
  expect((await save(changed, first.revision)).status).toBe(200)
  expect((await save({ ...changed, persona: '셋' }, first.revision)).status).toBe(409)
  expect((await save({ ...changed, persona: '셋' }, null)).status).toBe(409)
  expect((await flow()).draft?.content.persona).toBe('둘')
})

test('a draft that was begun anew is not taken for the one that was thrown away', async () => {
  const { revision } = await savedDraft({ persona: '하나' })
  expect((await ask('POST', '/api/flows/order_call/draft/discard', { revision })).status).toBe(200)
  expect((await ask('POST', '/api/flows/order_call/draft/discard', { revision })).status).toBe(409)
  const again = await savedDraft({ persona: '다시' })
  expect(again.revision).not.toBe(revision)
  expect((await save(again.content, revision)).status).toBe(409)
})

test('a change after the trial must be tried anew', async () => {
  const first = await savedDraft({ persona: '하나' })
  await noteDraftTried(api.database, 'order_call', first.revision)
  expect((await flow()).draft?.state).toBe('tried')
  const second = await savedDraft({ persona: '둘' })
  expect(second.state).toBe('draft')
  // The talk with the older one ends later.
  await noteDraftTried(api.database, 'order_call', first.revision)
  expect((await flow()).draft?.state).toBe('draft')
})

test('problems name their field', async () => {
  const shipped = await content()
  const wrong = {
    ...shipped,
    tools: [...shipped.tools, 'refund'],
    knowledge: [{ title: '', text: '가' }],
    phrases: { ...shipped.phrases, recording: { ko: '반갑습니다.', en: 'Hello.' } },
  }
  const response = await save(wrong, null)
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({
    code: 'invalid_request',
    errors: [
      { path: 'body.content.knowledge.0.title', message: 'empty' },
      { path: 'body.content.tools.9', message: 'unknown_tool: refund' },
      { path: 'body.content.phrases.recording.ko', message: 'recording_missing' },
      { path: 'body.content.phrases.recording.en', message: 'recording_missing' },
    ],
  })
  expect((await flow()).draft).toBeNull()
})

test('an agent neither sees nor changes flows', async () => {
  const asAgent = { cookie: api.cookies.agent }
  for (const path of ['/api/flows', '/api/flows/order_call', '/api/flows/order_call/versions/0'])
    expect((await api.ask('GET', path, asAgent)).status).toBe(403)
  const json = { version: 0, reason: '장난' }
  expect((await api.ask('POST', '/api/flows/order_call/releases', { ...asAgent, json })).status).toBe(403)
})

test('the owner’s telephone, and nobody else’s, gets the draft to talk with, or what is live', async () => {
  expect(await flow()).toMatchObject({ trial_number: '0001' })
  const users = await api.database.selectFrom('auth_users').select(['id', 'role']).execute()
  const phoneOf = async (role: string) => {
    const user = users.find((one) => one.role === role)
    return await extensionOf(api.database, user?.id ?? '')
  }
  const { findTrialFlow } = createFlowActivities(api.database, {
    company: { name: '한빛 화환', phone: '15880000' },
    order: { priceWon: 80_000 },
  })
  const find = async (role: string) =>
    await findTrialFlow({ flow: 'order_call', extension: await phoneOf(role) })
  expect(await find('agent')).toBeNull()
  expect(await findTrialFlow({ flow: 'order_call', extension: '01012345678' })).toBeNull()
  expect(await find('admin')).toMatchObject({
    edition: { version: 0 },
    revision: null,
    companyName: '한빛 화환',
    priceWon: 80_000,
  })
  const { revision } = await savedDraft({ persona: '아주 밝게' })
  expect(await find('admin')).toMatchObject({
    edition: { version: 0, content: { persona: '아주 밝게' } },
    revision,
  })
})

test('the form of a requested call shows the words that are live', async () => {
  const shown = async () =>
    await answer<{ greeting_template: string; closing_template: string }>(ask('GET', '/api/outbound/options'))
  expect((await shown()).greeting_template).toContain('관련하여 연락드렸습니다')
  const { live } = await answer<FlowDetail>(ask('GET', '/api/flows/outbound_request'))
  const phrases = {
    ...live.content.phrases,
    disclosure: { ko: '{company}에서 {display_name}을 대신하는 AI입니다.\n{purpose} 일로 전화드렸습니다.' },
    closing_all_asked: { ko: '고맙습니다.' },
  }
  const saved = await ask('PATCH', '/api/flows/outbound_request/draft', {
    content: { ...live.content, phrases },
    revision: null,
  })
  const { revision } = (await saved.json()) as FlowDraft
  await noteDraftTried(api.database, 'outbound_request', revision)
  const reason = '더 짧게'
  const release = await ask('POST', '/api/flows/outbound_request/draft/release', { revision, reason })
  expect(release.status).toBe(200)
  const { greeting_template, closing_template } = await shown()
  expect(greeting_template).toMatch(
    /^.+에서 \{display_name\}을 대신하는 AI입니다\. \{purpose\} 일로 전화드렸습니다\.$/,
  )
  expect(greeting_template).not.toContain('{company}')
  expect(closing_template).toBe('고맙습니다.')
})
