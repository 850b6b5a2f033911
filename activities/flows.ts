/** What trials of flows write in our own tables. */
import type { Database } from '../db/database.ts'
import { noteDraftTried } from '../db/queries/flows.ts'
import type { FlowName } from '../domain/flow-content.ts'

export interface NoteFlowTriedInput {
  readonly flow: FlowName
  /** State of the draft that was talked to. */
  readonly revision: number
}

/** The activities of this file, for `proxyActivities` in workflows. */
export interface FlowActivities {
  /** That state may go live now; one that was changed meanwhile is left alone. */
  noteFlowTried(input: NoteFlowTriedInput): Promise<void>
}

export const createFlowActivities = (db: Database): FlowActivities => ({
  noteFlowTried: ({ flow, revision }) => noteDraftTried(db, flow, revision),
})
