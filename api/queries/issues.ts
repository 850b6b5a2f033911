/** Reads Issues for the screens. */
import { z } from '@hono/zod-openapi'
import { type SqlBool, sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { isUnseen } from '../../db/queries/issues.ts'
import { parseJson } from '../parse-json.ts'
import type { IssueKind } from '../schemas/tickets.ts'

/** What a list shows. */
export interface IssueFilter {
  readonly state: 'open' | 'resolved'
  readonly kind?: IssueKind | undefined
  /** E-mail, or 'none' for those that nobody looks after. */
  readonly assignee?: string | undefined
}

/** Open ones: due first; resolved ones: the latest first. Text, so that no microsecond is lost. */
const SORT_TIMES = {
  open: sql<string>`coalesce(issues.due_at, 'infinity')`,
  resolved: sql<string>`issues.resolved_at`,
} as const

const cursorSchema = z.object({
  state: z.enum(['open', 'resolved']),
  at: z.string().max(40),
  id: z.string().max(20),
})
/** Where a page ended. */
export type IssueCursor = z.infer<typeof cursorSchema>

/** Null for anything that is not a cursor of this list. */
export function decodeIssueCursor(text: string, state: IssueFilter['state']): IssueCursor | null {
  const parsed = cursorSchema.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')))
  if (!parsed.success || parsed.data.state !== state) return null
  const { at } = parsed.data
  return at === 'infinity' || !Number.isNaN(Date.parse(at)) ? parsed.data : null
}

const encodeCursor = (cursor: IssueCursor): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url')

function issueRows(database: Database) {
  return database
    .selectFrom('issues')
    .innerJoin('tickets', 'tickets.id', 'issues.ticket_id')
    .innerJoin('orders', 'orders.id', 'tickets.order_id')
    .selectAll('issues')
    .select([
      'tickets.sub_state',
      'orders.order_no',
      'orders.orderer',
      'orders.recipient',
      'orders.destination',
      'orders.room',
      'orders.deliver_by',
      'orders.amount',
      'orders.part_refund',
    ])
    .select((eb) =>
      eb
        .selectFrom('payment_ledger')
        .whereRef('payment_ledger.order_id', '=', 'orders.id')
        .where('payment_ledger.kind', '=', 'refund')
        .where('payment_ledger.state', '!=', 'failed')
        .select((sum) => sum.fn.sum<string | null>('payment_ledger.amount').as('refunded'))
        .as('refunded'),
    )
    .select((eb) =>
      eb
        .selectFrom('issue_comments')
        .whereRef('issue_comments.issue_id', '=', 'issues.id')
        .select((count) => count.fn.countAll<string>().as('comments'))
        .as('comment_count'),
    )
}

const readIssueRows = (database: Database) => issueRows(database).execute()
export type IssueRow = Awaited<ReturnType<typeof readIssueRows>>[number]

/** One page of the Issues that fit the filter. */
export async function listIssues(
  database: Database,
  filter: IssueFilter,
  page: { readonly limit: number; readonly cursor: IssueCursor | undefined },
): Promise<{ readonly rows: readonly IssueRow[]; readonly nextCursor: string | null }> {
  const at = SORT_TIMES[filter.state]
  const direction = filter.state === 'open' ? 'asc' : 'desc'
  let query = issueRows(database)
    .select(sql<string>`${at}::text`.as('sort_time'))
    .where('issues.resolved_at', filter.state === 'open' ? 'is' : 'is not', null)
    .orderBy(at, direction)
    .orderBy('issues.id', direction)
    .limit(page.limit + 1)
  if (filter.kind !== undefined) query = query.where('issues.kind', '=', filter.kind)
  if (filter.assignee === 'none') query = query.where('issues.assignee', 'is', null)
  else if (filter.assignee !== undefined) query = query.where('issues.assignee', '=', filter.assignee)
  if (page.cursor !== undefined) {
    const comparison = sql.raw(direction === 'asc' ? '>' : '<')
    const { at: from, id } = page.cursor
    query = query.where(sql<SqlBool>`(${at}, issues.id) ${comparison} (${from}::timestamptz, ${id})`)
  }
  const rows = await query.execute()
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  const more = rows.length > page.limit && last !== undefined
  return {
    rows: shown,
    nextCursor: more ? encodeCursor({ state: filter.state, at: last.sort_time, id: last.id }) : null,
  }
}

/** Issues by id, in no particular order; unknown ones are left out. */
export function findIssues(database: Database, ids: readonly string[]): Promise<IssueRow[]> {
  if (ids.length === 0) return Promise.resolve([])
  return issueRows(database).where('issues.id', 'in', ids).execute()
}

/** Issues of one ticket, the first one first. */
export const findIssuesOfTicket = (database: Database, ticketId: number): Promise<IssueRow[]> =>
  issueRows(database)
    .where('issues.ticket_id', '=', ticketId)
    .orderBy('issues.raised_at')
    .orderBy('issues.id')
    .execute()

/** What people said about these Issues, the first word first. */
export function readComments(database: Database, issueIds: readonly string[]) {
  if (issueIds.length === 0) return Promise.resolve([])
  return database
    .selectFrom('issue_comments')
    .selectAll()
    .where('issue_id', 'in', issueIds)
    .orderBy('id')
    .execute()
}
export type CommentRow = Awaited<ReturnType<typeof readComments>>[number]

export async function countIssues(database: Database, now: Date) {
  const row = await database
    .selectFrom('issues')
    .where('resolved_at', 'is', null)
    .select((eb) => [
      eb.fn.countAll<string>().as('open'),
      eb.fn.countAll<string>().filterWhere(isUnseen).as('unseen'),
      eb.fn.countAll<string>().filterWhere('due_at', '<', now).as('overdue'),
    ])
    .executeTakeFirstOrThrow()
  return { open: Number(row.open), unseen: Number(row.unseen), overdue: Number(row.overdue) }
}
