/** Issues: the owner's list, one with everything, and what people do with it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { IssueAlarms } from '../../api/issue-alarms.ts'
import {
  type IssueDetail,
  issueCountsSchema,
  issueDetailSchema,
  issueListSchema,
  orderIssuesSchema,
} from '../../api/schemas/issues.ts'
import { morningSchema } from '../../api/schemas/morning.ts'
import { keepSuggestion } from '../../db/queries/issues.ts'
import { alarmLink } from '../../domain/alarm-link.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { IssueRaised, Ticket } from '../../domain/ticket.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedTickets } from './scripted-tickets.ts'
import { PNG, project, seedTicket } from './seed.ts'
import { AGENT, createTestApi, OWNER, type TestApi } from './test-api.ts'

const told: string[] = []
const alarms: IssueAlarms = {
  acknowledged: async (ids) => {
    told.push(...ids)
  },
}
let api: TestApi
beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), { alarms, tickets: new ScriptedTickets() })
})
afterAll(() => api.close())
beforeEach(async () => {
  told.length = 0
  for (const table of ['issue_comments', 'issues', 'ticket_events', 'tickets', 'orders'] as const)
    await api.database.deleteFrom(table).execute()
})

type Who = 'admin' | 'agent'
const ask = (method: string, path: string, json?: unknown, who: Who = 'agent') =>
  api.ask(method, path, { cookie: api.cookies[who], ...(json === undefined ? {} : { json }) })
const read = async (path: string, who: Who = 'agent') => {
  const response = await ask('GET', path, undefined, who)
  expect([path, response.status]).toEqual([path, 200])
  return response.json()
}
const list = async (query = '') => issueListSchema.parse(await read(`/api/issues${query}`))
const ids = async (query = '') => (await list(query)).issues.map(({ id }) => id)
const detail = async (id: string, who: Who = 'agent'): Promise<IssueDetail> =>
  issueDetailSchema.parse(await read(`/api/issues/${id}`, who))

async function raised(
  issue: Partial<IssueRaised> = {},
  minutesAgo = 1,
): Promise<{ ticket: Ticket; id: string }> {
  const at = koreanIso(Date.now() - minutesAgo * 60_000)
  const paid = await seedTicket(api, { stage: 'paid' })
  const ticket = paid.raiseIssue({
    actor: 'system',
    at,
    kind: 'complaint',
    reason: '꽃이 시들었다고 합니다.',
    step: null,
    ...issue,
  })
  await project(api, ticket)
  return { ticket, id: ticket.data.issue?.id ?? '' }
}

describe('the list', () => {
  test('shows open Issues by when they are due, resolved ones apart, page by page', async () => {
    const complaint = await raised()
    const delay = await raised({ kind: 'delivery_delay', reason: '늦습니다.' })
    const over = await raised()
    const at = koreanIso(Date.now())
    await project(
      api,
      over.ticket.resolveIssue({ actor: OWNER.email, at, action: 'retry_step', note: '통화함' }),
    )

    expect(await ids()).toEqual([delay.id, complaint.id])
    const first = await list('?limit=1')
    expect(await ids(`?limit=1&cursor=${first.next_cursor}`)).toEqual([complaint.id])
    const { issues } = await list('?state=resolved')
    expect(issues).toMatchObject([
      { id: over.id, resolved_by: OWNER.email, resolution: 'retry_step', actions: [] },
    ])
    expect(issues[0]).toMatchObject({ recipient: '김철수', sub_state: 'paid' })
    expect(await detail(over.id)).toMatchObject({ resolution_note: '통화함' })
  })

  test('filters by kind and by who looks after them', async () => {
    const mine = await raised()
    const nobodys = await raised({ kind: 'delivery_delay' })
    await ask('PATCH', `/api/issues/${mine.id}`, { assignee: AGENT.email })
    expect(await ids('?kind=delivery_delay')).toEqual([nobodys.id])
    expect(await ids(`?assignee=${AGENT.email}`)).toEqual([mine.id])
    expect(await ids('?assignee=none')).toEqual([nobodys.id])
  })

  test('counts what is open, unseen and overdue', async () => {
    const seen = await raised()
    await raised({ kind: 'delivery_delay' }, 60)
    await ask('POST', `/api/issues/${seen.id}/acknowledge`)
    expect(issueCountsSchema.parse(await read('/api/issues/counts'))).toEqual({
      open: 2,
      unseen: 1,
      overdue: 1,
    })
  })

  test('a cursor of another list is refused', async () => {
    await raised()
    await raised()
    const { next_cursor } = await list('?limit=1')
    expect((await ask('GET', `/api/issues?state=resolved&cursor=${next_cursor}`)).status).toBe(422)
  })
})

describe('one Issue', () => {
  test('comes with its evidence readable, numbers masked, and with its cause', async () => {
    const { id, ticket } = await raised({
      cause: { code: 'vendor_refused_edit', params: { code: 'IN_PRODUCTION', detail: '제작 중' } },
      evidence: [
        {
          kind: 'words',
          channel: 'phone',
          text: '문구를 바꿔 주세요',
          at: '2026-11-21T12:00:00+09:00',
          callId: 'call-0123456789ab',
          atMs: 4200,
        },
        { kind: 'vendor_answer', code: 'IN_PRODUCTION', reason: '제작 중' },
        { kind: 'file', label: 'ERP', key: 'erp-page.png' },
        { kind: 'timing', wanted: '2026-11-21T15:00:00+09:00', status: '제작중' },
      ],
      wanted: { message: '삼가 조의를 표합니다', phone: '01099998888' },
    })
    expect(await detail(id)).toMatchObject({
      cause: { code: 'vendor_refused_edit', params: { code: 'IN_PRODUCTION', detail: '제작 중' } },
      evidence: [
        { kind: 'words', text: '문구를 바꿔 주세요', call_id: 'call-0123456789ab', at_ms: 4200 },
        { kind: 'vendor_answer', code: 'IN_PRODUCTION' },
        { kind: 'file', url: '/api/evidence/erp-page.png' },
        { kind: 'timing', status: '제작중' },
      ],
      wanted: { message: '삼가 조의를 표합니다', phone: '010-****-8888' },
      amounts: { all: 80_000, part: 20_000 },
    })
    const { issues } = orderIssuesSchema.parse(await read(`/api/tickets/${ticket.data.orderNo}/issues`))
    expect(issues.map((issue) => issue.id)).toEqual([id])
    expect(await read(`/api/tickets/${ticket.data.orderNo}`)).toMatchObject({
      issue: { id, cause: { code: 'vendor_refused_edit' } },
      issue_cause: { code: 'vendor_refused_edit' },
    })
  })

  test('tells only the owner of what only the owner may do', async () => {
    const { id } = await raised()
    expect((await detail(id)).actions).toEqual(['retry_step'])
    expect((await detail(id, 'admin')).actions).toEqual(['retry_step', 'refund_and_close'])
  })

  test('shows what is suggested and why', async () => {
    const { id } = await raised()
    const why = { ko: '먼저 통화하세요.', en: 'Call first.' }
    const at = '2026-11-21T12:00:00+09:00'
    await keepSuggestion(api.database, id, { action: 'retry_step', why, source: 'model', at })
    expect((await detail(id)).suggestion).toEqual({ action: 'retry_step', why, source: 'model', at })
  })

  test('that is not there is not found, whatever one wants of it', async () => {
    const path = '/api/issues/261121-2222-I1'
    const answers = await Promise.all([
      ask('GET', path),
      ask('PATCH', path, { assignee: null }),
      ask('POST', `${path}/comments`, { text: 'x' }),
      ask('POST', `${path}/acknowledge`),
    ])
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
    expect((await ask('GET', '/api/tickets/261121-2222/issues')).status).toBe(404)
    expect((await ask('GET', '/api/issues/nonsense')).status).toBe(422)
  })
})

test('a picture that proves something is for those who have signed in, and nothing beside it', async () => {
  const folder = join(api.settings.dataDir, 'evidence')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'erp-page.png'), PNG)
  const picture = await ask('GET', '/api/evidence/erp-page.png')
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png'])
  expect((await api.ask('GET', '/api/evidence/erp-page.png')).status).toBe(401)
  expect((await ask('GET', '/api/evidence/..%2Fphotos%2Fx.png')).status).toBe(404)
})

describe('what people do', () => {
  test('acknowledging counts once, and the alarm hears of it', async () => {
    const { id } = await raised()
    await ask('POST', `/api/issues/${id}/acknowledge`, undefined, 'admin')
    await ask('POST', `/api/issues/${id}/acknowledge`)
    expect(await detail(id)).toMatchObject({ acknowledged_by: OWNER.email, acknowledged_via: 'app' })
    expect(told).toEqual([id])
  })

  test('the owner who raises one has seen it; one that an agent raises waits for the owner', async () => {
    const own = await raised({ actor: OWNER.email })
    const theirs = await raised({ actor: AGENT.email })
    const raise = (ticket: Ticket, who: Who) =>
      ask(
        'POST',
        `/api/tickets/${ticket.data.orderNo}/actions`,
        { action: 'raise_issue', kind: 'complaint', reason: '사유' },
        who,
      )
    expect([(await raise(own.ticket, 'admin')).status, (await raise(theirs.ticket, 'agent')).status]).toEqual(
      [200, 200],
    )
    expect(await detail(own.id)).toMatchObject({ acknowledged_by: OWNER.email })
    expect((await detail(theirs.id)).acknowledged_at).toBeNull()
    expect(told).toEqual([own.id])
  })

  test('a due time and somebody to look after it, each alone; only somebody who can sign in', async () => {
    const { id } = await raised()
    const due_at = koreanIso(Math.floor(Date.now() / 1000) * 1000 + 3_600_000)
    await ask('PATCH', `/api/issues/${id}`, { due_at })
    await ask('PATCH', `/api/issues/${id}`, { assignee: OWNER.email })
    expect(await detail(id)).toMatchObject({ due_at, assignee: OWNER.email })
    await ask('PATCH', `/api/issues/${id}`, { assignee: null, due_at: null })
    expect(await detail(id)).toMatchObject({ due_at: null, assignee: null })
    expect((await ask('PATCH', `/api/issues/${id}`, { assignee: 'nobody@example.com' })).status).toBe(422)
    expect((await ask('PATCH', `/api/issues/${id}`, {})).status).toBe(422)
    expect(await read('/api/people')).toMatchObject({
      people: [{ email: AGENT.email }, { email: OWNER.email }],
    })
  })

  test('comments keep who and when, in order', async () => {
    const { id } = await raised()
    await ask('POST', `/api/issues/${id}/comments`, { text: ' 통화했습니다 ' })
    const response = await ask('POST', `/api/issues/${id}/comments`, { text: '사진을 받기로 함' }, 'admin')
    expect(response.status).toBe(201)
    const { comments } = issueDetailSchema.parse(await response.json())
    expect(comments.map(({ author, text }) => [author, text])).toEqual([
      [AGENT.email, '통화했습니다'],
      [OWNER.email, '사진을 받기로 함'],
    ])
    expect((await list()).issues[0]?.comment_count).toBe(2)
    expect((await ask('POST', `/api/issues/${id}/comments`, { text: '  ' })).status).toBe(422)
  })
})

describe('the link in the owner’s text', () => {
  test('shows what waits without a word of the order, changes nothing by being looked at, and the button acknowledges all', async () => {
    const [one, two] = [await raised(), await raised({ kind: 'delivery_delay' })]
    await api.database.updateTable('issues').set({ alarm_text_key: 'text' }).execute()
    const path = new URL(alarmLink('http://x', one.id, api.settings.secret)).pathname
    const looked = await (await api.ask('GET', path)).text()
    expect(looked).toContain('확인이 필요한 예외 2건')
    expect(looked).not.toMatch(/김철수|한빛|시들었다/)
    expect((await detail(one.id)).acknowledged_at).toBeNull()

    const answer = await api.ask('POST', path, { headers: { 'accept-language': 'en' } })
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('All have been seen')])
    for (const { id } of [one, two])
      expect(await detail(id)).toMatchObject({ acknowledged_by: 'owner', acknowledged_via: 'text' })
    expect(told.toSorted()).toEqual([one.id, two.id].toSorted())
    await api.ask('POST', path)
    expect(told).toHaveLength(2)
  })

  test('that was not made by us opens nothing', async () => {
    const { id } = await raised()
    const path = new URL(alarmLink('http://x', id, 'another secret')).pathname
    expect([(await api.ask('GET', path)).status, (await api.ask('POST', path)).status]).toEqual([404, 404])
    expect(told).toEqual([])
  })
})

describe('the morning', () => {
  const nine = (day: string) => new Date(`${day}T09:00:00+09:00`)
  test('shows each order of the night in one group, those that need a person first, numbers masked', async () => {
    await seedTicket(api, { stage: 'paid', at: nine('2026-11-20') })
    const missing = await seedTicket(api, { stage: 'incomplete', at: nine('2026-11-21') })
    const waiting = await seedTicket(api, { stage: 'awaiting_payment', at: nine('2026-11-21') })
    const paid = await seedTicket(api, { stage: 'paid', at: nine('2026-11-21') })
    const stuck = await seedTicket(api, { stage: 'issue', at: nine('2026-11-21') })
    await seedTicket(api, { stage: 'cancelled', at: nine('2026-11-21') })

    const morning = morningSchema.parse(await read('/api/morning?date=2026-11-21'))
    expect(morning).toMatchObject({ from: '2026-11-20T18:00:00+09:00', until: '2026-11-21T10:00:00+09:00' })
    expect(morning.groups.map(({ group, orders }) => [group, orders.map((order) => order.order_no)])).toEqual(
      [
        ['issues', [stuck.data.orderNo]],
        ['missing', [missing.data.orderNo]],
        ['awaiting_payment', [waiting.data.orderNo]],
        ['complete', [paid.data.orderNo]],
      ],
    )
    const [issue, gap] = morning.groups.flatMap(({ orders }) => orders)
    expect(issue).toMatchObject({
      paid: true,
      issue: { kind: 'admin_required' },
      customer_phone: '010-****-5678',
    })
    expect(gap).toMatchObject({ paid: false, missing: ['room'], message: '삼가 고인의 명복을 빕니다' })
  })

  test('is today’s unless another day is asked for; what is no day is refused', async () => {
    expect(morningSchema.parse(await read('/api/morning')).date).toBe(koreanIso(Date.now()).slice(0, 10))
    expect((await ask('GET', '/api/morning?date=2026-02-31')).status).toBe(422)
  })
})
