/** What people do with an Issue beside resolving it: look after it, talk about it, say that they have seen it. */
import { type SqlBool, sql } from 'kysely'
import { type OrderNo, parseOrderNo } from '../../domain/ids.ts'
import type { IssueSuggestion } from '../../domain/issue-advice.ts'
import type { Database, DatabaseTransaction } from '../database.ts'
import { type DataKeys, encryptText } from '../encryption.ts'
import { notifyScreens } from './notify.ts'

/** By which way somebody said that they have seen an Issue. */
export type AcknowledgedVia = 'app' | 'text' | 'call'

/** Who looks after an Issue and until when; what is left out stays. */
export interface IssueHandling {
  /** E-mail; null: nobody. */
  readonly assignee?: string | null
  readonly dueAt?: Date | null
}

/** @returns false when there is no such Issue. */
export async function handleIssue(db: Database, id: string, handling: IssueHandling): Promise<boolean> {
  const { assignee, dueAt } = handling
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .updateTable('issues')
      .set({
        ...(assignee === undefined ? {} : { assignee }),
        ...(dueAt === undefined ? {} : { due_at: dueAt }),
      })
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst()
    if (row === undefined) return false
    await tellScreens(trx, [id])
    return true
  })
}

/** @returns false when there is no such Issue. */
export async function addIssueComment(
  db: Database,
  keys: DataKeys,
  comment: { readonly issueId: string; readonly author: string; readonly body: string },
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const issue = await trx
      .selectFrom('issues')
      .select('id')
      .where('id', '=', comment.issueId)
      .executeTakeFirst()
    if (issue === undefined) return false
    await trx
      .insertInto('issue_comments')
      .values({ issue_id: issue.id, author: comment.author, body: encryptText(comment.body, keys) })
      .execute()
    await tellScreens(trx, [issue.id])
    return true
  })
}

/**
 * Somebody has seen these Issues; the first one to say so counts.
 * @returns those that had not been acknowledged or resolved before.
 */
export async function acknowledgeIssues(
  db: Database,
  ids: readonly string[],
  by: { readonly actor: string; readonly via: AcknowledgedVia },
): Promise<string[]> {
  if (ids.length === 0) return []
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .updateTable('issues')
      .set({ acknowledged_at: new Date(), acknowledged_by: by.actor, acknowledged_via: by.via })
      .where('id', 'in', ids)
      .where('acknowledged_at', 'is', null)
      .where('resolved_at', 'is', null)
      .returning('id')
      .execute()
    const acknowledged = rows.map(({ id }) => id)
    await tellScreens(trx, acknowledged)
    return acknowledged
  })
}

/** Whoever raised an Issue has seen it. @returns those of the order that had not been acknowledged before. */
export async function acknowledgeOwn(db: Database, orderNo: OrderNo, actor: string): Promise<string[]> {
  const own = await db
    .selectFrom('issues')
    .select('id')
    .where('id', 'like', `${orderNo}-I%`)
    .where('raised_by', '=', actor)
    .where(isUnseen)
    .execute()
  const ids = own.map(({ id }) => id)
  return acknowledgeIssues(db, ids, { actor, via: 'app' })
}

/** Keeps what was suggested; one that is resolved meanwhile needs none. */
export async function keepSuggestion(db: Database, id: string, suggestion: IssueSuggestion): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const rows = await trx
      .updateTable('issues')
      .set({ suggestion: JSON.stringify(suggestion) })
      .where('id', '=', id)
      .where('resolved_at', 'is', null)
      .returning('id')
      .execute()
    await tellScreens(
      trx,
      rows.map((row) => row.id),
    )
  })
}

/** An Issue that waits and that nobody has said to have seen. */
export const isUnseen = sql<SqlBool>`issues.resolved_at is null and issues.acknowledged_at is null`

/** Screens hear of each Issue and its ticket. */
async function tellScreens(trx: DatabaseTransaction, ids: readonly string[]): Promise<void> {
  for (const id of ids)
    await notifyScreens(trx, { type: 'issue_changed', issue_id: id, order_no: orderNoOfIssue(id) })
}

/** `<orderNo>-I<n>`. */
export const orderNoOfIssue = (issueId: string): OrderNo => parseOrderNo(issueId.replace(/-I\d+$/, ''))
