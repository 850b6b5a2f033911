/** What trials of flows read and write in our own tables. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { personOfExtension } from '../db/queries/agent-phones.ts'
import { liveEdition, noteDraftTried, readDraft } from '../db/queries/flows.ts'
import type { FlowEdition, FlowName } from '../domain/flow-content.ts'

export interface NoteFlowTriedInput {
  readonly flow: FlowName
  /** State of the draft that was talked to. */
  readonly revision: number
}

export interface FindTrialFlowInput {
  readonly flow: FlowName
  /** Number of the telephone that wants to talk with it. */
  readonly extension: string
}

/** What is talked with, as in `FlowTrialInput`. */
export interface TrialFlow {
  readonly edition: FlowEdition
  /** State of the draft; null: there is none, and what is live is talked with. */
  readonly revision: number | null
  readonly companyName: string
  readonly priceWon: number
}

/** The activities of this file, for `proxyActivities` in workflows. */
export interface FlowActivities {
  /** That state may go live now; one that was changed meanwhile is left alone. */
  noteFlowTried(input: NoteFlowTriedInput): Promise<void>
  /** The draft, or what is live where there is none; null: the telephone is not the owner's. */
  findTrialFlow(input: FindTrialFlowInput): Promise<TrialFlow | null>
}

export const createFlowActivities = (
  db: Database,
  { company, order }: Pick<Settings, 'company'> & { readonly order: Pick<Settings['order'], 'priceWon'> },
): FlowActivities => ({
  noteFlowTried: ({ flow, revision }) => noteDraftTried(db, flow, revision),
  findTrialFlow: async ({ flow, extension }) => {
    const person = await personOfExtension(db, extension)
    if (person?.role !== 'admin') return null
    const draft = await readDraft(db, flow)
    const edition =
      draft === null ? await liveEdition(db, flow) : { version: draft.basedOn, content: draft.content }
    return {
      edition,
      revision: draft?.revision ?? null,
      companyName: company.name,
      priceWon: order.priceWon,
    }
  },
})
