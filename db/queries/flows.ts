/** Versions of flows: what is live, what was, and the drafts. Content is validated before it comes here. */
import { sql } from 'kysely'
import type { FlowContent, FlowEdition, FlowName } from '../../domain/flow-content.ts'
import { shippedEdition } from '../../domain/flow-defaults.ts'
import type { Database, DatabaseTransaction } from '../database.ts'
import { notifyScreens } from './notify.ts'

export interface FlowVersionRecord {
  readonly version: number
  /** The version it was made from. */
  readonly basedOn: number
  readonly createdBy: string
  readonly createdAt: Date
}

/** A moment at which a version went live. */
export interface FlowReleaseRecord {
  readonly version: number
  readonly releasedAt: Date
  readonly releasedBy: string
  readonly reason: string
}

export interface FlowDraftRecord {
  readonly content: FlowContent
  readonly basedOn: number
  readonly revision: number
  /** The revision that somebody talked to last; null: none. */
  readonly triedRevision: number | null
  readonly changedBy: string
  readonly changedAt: Date
}

/** What was asked of a draft does not fit what it is now; asking again will not help. */
export class FlowConflict extends Error {
  readonly retryable = false
  readonly code: 'draft_changed' | 'no_draft' | 'not_tried' | 'already_live' | 'no_such_version'
  constructor(code: FlowConflict['code'], message: string) {
    super(message)
    this.name = 'FlowConflict'
    this.code = code
  }
}

type Tables = Database | DatabaseTransaction

async function liveVersion(db: Tables, flow: FlowName): Promise<number> {
  const row = await db
    .selectFrom('flow_releases')
    .select('version')
    .where('flow', '=', flow)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.version ?? 0
}

/** @returns null when there is none of this number. */
export async function readEdition(db: Tables, flow: FlowName, version: number): Promise<FlowEdition | null> {
  if (version === 0) return shippedEdition(flow)
  const row = await db
    .selectFrom('flow_versions')
    .select('content')
    .where('flow', '=', flow)
    .where('version', '=', version)
    .executeTakeFirst()
  return row === undefined ? null : { version, content: asContent(row.content) }
}

/** What a conversation that begins now is pinned to. */
export async function liveEdition(db: Tables, flow: FlowName): Promise<FlowEdition> {
  return (await readEdition(db, flow, await liveVersion(db, flow))) ?? shippedEdition(flow)
}

/** Written by `saveDraft` only, which takes nothing else. */
const asContent = (json: unknown): FlowContent => json as FlowContent

/** Newest first. */
export async function listReleases(db: Database, flow: FlowName): Promise<readonly FlowReleaseRecord[]> {
  const rows = await db
    .selectFrom('flow_releases')
    .selectAll()
    .where('flow', '=', flow)
    .orderBy('id', 'desc')
    .limit(100)
    .execute()
  return rows.map((row) => ({
    version: row.version,
    releasedAt: row.released_at,
    releasedBy: row.released_by,
    reason: row.reason,
  }))
}

/** Newest first; version 0 is not among them. */
export async function listVersions(db: Database, flow: FlowName): Promise<readonly FlowVersionRecord[]> {
  const rows = await db
    .selectFrom('flow_versions')
    .select(['version', 'based_on', 'created_by', 'created_at'])
    .where('flow', '=', flow)
    .orderBy('version', 'desc')
    .execute()
  return rows.map((row) => ({
    version: row.version,
    basedOn: row.based_on,
    createdBy: row.created_by,
    createdAt: row.created_at,
  }))
}

export async function readDraft(db: Tables, flow: FlowName): Promise<FlowDraftRecord | null> {
  const row = await db.selectFrom('flow_drafts').selectAll().where('flow', '=', flow).executeTakeFirst()
  if (row === undefined) return null
  return {
    content: asContent(row.content),
    basedOn: row.based_on,
    revision: row.revision,
    triedRevision: row.tried_revision,
    changedBy: row.changed_by,
    changedAt: row.changed_at,
  }
}

/** Works on a flow's draft and releases while nobody else does. */
function exclusively<Result>(
  db: Database,
  flow: FlowName,
  work: (trx: DatabaseTransaction) => Promise<Result>,
): Promise<Result> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`flow:${flow}`}, 0))`.execute(trx)
    const result = await work(trx)
    await notifyScreens(trx, { type: 'flows_changed' })
    return result
  })
}

export interface SaveDraftInput {
  readonly flow: FlowName
  readonly content: FlowContent
  /** The revision that was edited; null: there was no draft. */
  readonly revision: number | null
  readonly by: string
}

/** @throws FlowConflict `draft_changed` when somebody else was faster. */
export function saveDraft(db: Database, input: SaveDraftInput): Promise<FlowDraftRecord> {
  const { flow, revision, by } = input
  return exclusively(db, flow, async (trx) => {
    const known = await readDraft(trx, flow)
    if ((known?.revision ?? null) !== revision)
      throw new FlowConflict('draft_changed', 'Somebody else has changed this draft.')
    const basedOn = known?.basedOn ?? (await liveVersion(trx, flow))
    const changed = {
      content: JSON.stringify(input.content),
      revision: sql<number>`nextval('flow_draft_revisions')`,
      tried_revision: null,
      changed_by: by,
      changed_at: new Date(),
    }
    await trx
      .insertInto('flow_drafts')
      .values({ flow, based_on: basedOn, ...changed })
      .onConflict((conflict) => conflict.column('flow').doUpdateSet(changed))
      .execute()
    return await mustHaveDraft(trx, flow)
  })
}

/** @param revision the one that was looked at. @throws FlowConflict. */
export function discardDraft(db: Database, flow: FlowName, revision: number): Promise<void> {
  return exclusively(db, flow, async (trx) => {
    await mustHaveDraft(trx, flow, revision)
    await trx.deleteFrom('flow_drafts').where('flow', '=', flow).execute()
  })
}

/** Somebody has talked to this state of the draft; one that was changed meanwhile is not tried by that. */
export async function noteDraftTried(db: Database, flow: FlowName, revision: number): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('flow_drafts')
    .set({ tried_revision: revision })
    .where('flow', '=', flow)
    .where('revision', '=', revision)
    .where('tried_revision', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) await notifyScreens(db, { type: 'flows_changed' })
}

export interface ReleaseInput {
  readonly flow: FlowName
  readonly by: string
  readonly reason: string
}

/** The draft becomes the next version, and is what new conversations start with. @throws FlowConflict. */
export function releaseDraft(
  db: Database,
  { flow, revision, by, reason }: ReleaseInput & { readonly revision: number },
): Promise<number> {
  return exclusively(db, flow, async (trx) => {
    const draft = await mustHaveDraft(trx, flow, revision)
    if (draft.triedRevision !== revision)
      throw new FlowConflict('not_tried', 'Talk to the draft once before it goes live.')
    const { newest } = await trx
      .selectFrom('flow_versions')
      .select(({ fn }) => fn.max<number | null>('version').as('newest'))
      .where('flow', '=', flow)
      .executeTakeFirstOrThrow()
    const version = (newest ?? 0) + 1
    const content = JSON.stringify(draft.content)
    await trx
      .insertInto('flow_versions')
      .values({ flow, version, content, based_on: draft.basedOn, created_by: draft.changedBy })
      .execute()
    await trx.insertInto('flow_releases').values({ flow, version, released_by: by, reason }).execute()
    await trx.deleteFrom('flow_drafts').where('flow', '=', flow).execute()
    return version
  })
}

/** A version of before goes live again; 0 is what was shipped. @throws FlowConflict. */
export function releaseVersion(
  db: Database,
  { flow, version, by, reason }: ReleaseInput & { readonly version: number },
): Promise<void> {
  return exclusively(db, flow, async (trx) => {
    if ((await readEdition(trx, flow, version)) === null)
      throw new FlowConflict('no_such_version', `There is no version ${version}.`)
    if ((await liveVersion(trx, flow)) === version)
      throw new FlowConflict('already_live', `Version ${version} is live already.`)
    await trx.insertInto('flow_releases').values({ flow, version, released_by: by, reason }).execute()
  })
}

/** @param revision the one that was looked at; absent: any. */
async function mustHaveDraft(
  trx: DatabaseTransaction,
  flow: FlowName,
  revision?: number,
): Promise<FlowDraftRecord> {
  const draft = await readDraft(trx, flow)
  if (draft === null) throw new FlowConflict('no_draft', 'There is no draft any more.')
  if (revision !== undefined && draft.revision !== revision)
    throw new FlowConflict('draft_changed', 'Somebody else has changed this draft.')
  return draft
}
