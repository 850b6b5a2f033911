import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type Database } from '../../db/database.ts'
import { decryptText } from '../../db/encryption.ts'
import {
  acknowledgeIssues,
  addIssueComment,
  handleIssue,
  keepSuggestion,
  orderNoOfIssue,
} from '../../db/queries/issues.ts'
import { projectTicket } from '../../db/queries/ticket-projection.ts'
import { makeOrderNo } from '../../domain/ids.ts'
import { ruleAdvice } from '../../domain/issue-advice.ts'
import { Ticket } from '../../domain/ticket.ts'
import { ORDER, POLICY } from '../domain/order-fixture.ts'
import { createTestDatabase } from '../support/postgres.ts'

const KEY = '33'.repeat(32)
const AT = '2026-11-21T12:00:00+09:00'
const LATER = '2026-11-21T12:05:00+09:00'
const deed = { actor: 'system', at: AT }
const byOwner = { actor: 'owner@example.com', at: LATER }

let db: Database
let drop: () => Promise<void>
beforeAll(async () => {
  const created = await createTestDatabase()
  drop = created.drop
  db = createDatabase(created.url)
})
afterAll(async () => {
  await db?.destroy()
  await drop?.()
})

let count = 0
function opened(): Ticket {
  count += 1
  const orderNo = makeOrderNo('261121', [0.25, count / 32, 0, 0])
  return Ticket.open(
    { orderNo, channel: 'phone', callId: null, customerPhone: '01012345678', policy: POLICY },
    deed,
  )
}
const project = ({ data, events }: Ticket) =>
  projectTicket(db, KEY, { workflowId: `ticket-${data.orderNo}`, ticket: data, events })
const issuesOf = (ticket: Ticket) =>
  db.selectFrom('issues').selectAll().where('id', 'like', `${ticket.data.orderNo}-%`).orderBy('id').execute()

const complained = (ticket: Ticket) =>
  ticket.raiseIssue({
    ...deed,
    kind: 'complaint',
    reason: '꽃이 시들었다고 합니다.',
    step: null,
    evidence: [{ kind: 'words', channel: 'sms', text: '꽃이 다 시들었어요', at: AT }],
    wanted: { phone: '01099998888' },
  })

test('an Issue is a row with its evidence encrypted, and the ticket’s own column holds none of it', async () => {
  const ticket = complained(opened())
  await project(ticket)
  const [row] = await issuesOf(ticket)
  expect(row).toMatchObject({
    id: `${ticket.data.orderNo}-I1`,
    kind: 'complaint',
    reason: '꽃이 시들었다고 합니다.',
    raised_by: 'system',
    resolved_at: null,
    actions: ['retry_step', 'refund_and_close'],
  })
  expect(row?.due_at?.toISOString()).toBe('2026-11-21T07:00:00.000Z')
  const [words] = (row?.evidence ?? []) as { text: string }[]
  expect(decryptText(words?.text ?? '', KEY)).toBe('꽃이 다 시들었어요')
  expect(JSON.parse(decryptText(row?.wanted ?? '', KEY))).toEqual({ phone: '01099998888' })
  const stored = await db
    .selectFrom('tickets')
    .select('issue')
    .where('id', '=', row?.ticket_id ?? 0)
    .executeTakeFirst()
  expect(JSON.stringify(stored)).not.toMatch(/시들었어요|01099998888/)
})

test('what people made of an Issue stays through later projections; resolving is kept with who and when', async () => {
  const raised = complained(opened())
  await project(raised)
  const id = `${raised.data.orderNo}-I1`
  expect(await handleIssue(db, id, { assignee: 'agent@example.com' })).toBe(true)
  expect(await handleIssue(db, id, { dueAt: new Date(LATER) })).toBe(true)
  expect(await acknowledgeIssues(db, [id], { actor: 'owner@example.com', via: 'app' })).toEqual([id])
  await keepSuggestion(
    db,
    id,
    ruleAdvice({ kind: 'complaint', cause: null, step: null, actions: ['retry_step'] }, AT),
  )

  const resolved = raised.resolveIssue({ ...byOwner, action: 'retry_step', note: '통화했습니다' })
  await project(resolved)
  const [row] = await issuesOf(raised)
  expect(row).toMatchObject({
    assignee: 'agent@example.com',
    due_at: new Date(LATER),
    acknowledged_by: 'owner@example.com',
    acknowledged_via: 'app',
    resolved_at: new Date(LATER),
    resolved_by: 'owner@example.com',
    resolution: 'retry_step',
    actions: [],
  })
  expect(row?.suggestion).toMatchObject({ action: 'retry_step', source: 'rule' })
  expect(decryptText(row?.resolution_note ?? '', KEY)).toBe('통화했습니다')
})

test('an Issue that came and went between two projections is there all the same; an older projection changes nothing', async () => {
  const ticket = opened()
  await project(ticket)
  const raised = complained(ticket)
  const over = raised.resolveIssue({ ...byOwner, action: 'retry_step', note: '' })
  const again = over.raiseIssue({ ...byOwner, kind: 'delivery_delay', reason: '늦습니다.', step: null })
  await project(again)
  await project(raised)
  await project(over)
  expect((await issuesOf(ticket)).map(({ id, resolved_at }) => [id.slice(-2), resolved_at !== null])).toEqual(
    [
      ['I1', true],
      ['I2', false],
    ],
  )
})

test('an Issue that the ticket no longer has resolved itself', async () => {
  const raised = complained(opened())
  await project(raised)
  const { data } = raised
  await project(Ticket.from({ ...data, issue: null, version: data.version + 1 }))
  expect(await issuesOf(raised)).toMatchObject([{ resolved_by: 'system', resolution: null }])
})

test('only who comes first has acknowledged, and nobody one that is over', async () => {
  const [one, two] = [complained(opened()), complained(opened())]
  const over = two.resolveIssue({ ...byOwner, action: 'retry_step', note: '' })
  await project(one)
  await project(over)
  const ids = [one, two].map(({ data }) => `${data.orderNo}-I1`)
  const asked = await Promise.all([
    acknowledgeIssues(db, ids, { actor: 'owner@example.com', via: 'text' }),
    acknowledgeIssues(db, ids, { actor: 'owner@example.com', via: 'call' }),
  ])
  expect(asked.flat()).toEqual([ids[0]])
})

test('comments are kept encrypted, and only for an Issue that is there', async () => {
  const raised = complained(opened())
  await project(raised)
  const issueId = `${raised.data.orderNo}-I1`
  const comment = { issueId, author: 'agent@example.com', body: '010-1234-5678로 다시 전화하기로 했습니다' }
  expect(await addIssueComment(db, KEY, comment)).toBe(true)
  expect(await addIssueComment(db, KEY, { ...comment, issueId: '261121-2222-I9' })).toBe(false)
  const rows = await db.selectFrom('issue_comments').selectAll().where('issue_id', '=', issueId).execute()
  expect(rows.map(({ author, body }) => [author, decryptText(body, KEY)])).toEqual([
    [comment.author, comment.body],
  ])
})

test('a step that failed carries its cause for readers of every language', async () => {
  const ticket = opened().setFields({ ...deed, fields: ORDER, evidence: {}, channel: 'phone', callId: null })
  const cause = { code: 'party_unreachable', params: { party: 'vendor_erp' } } as const
  await project(
    ticket.raiseIssue({
      ...deed,
      kind: 'admin_required',
      reason: '연결할 수 없습니다.',
      step: 'read_payment',
      cause,
    }),
  )
  expect(await issuesOf(ticket)).toMatchObject([{ cause, step: 'read_payment' }])
  expect(orderNoOfIssue(`${ticket.data.orderNo}-I1`)).toBe(ticket.data.orderNo)
})
