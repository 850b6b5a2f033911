/** What campaigns, and calls of theirs, ask of the database and the owner. */
import type { Pace } from '../domain/call-pacer.ts'
import type { CampaignIssue, CampaignSpeed, CampaignState, RecentCalls } from '../domain/campaign.ts'
import type { CampaignId, OutboundId } from '../domain/ids.ts'

export interface DialRowsInput {
  readonly campaignId: CampaignId
  readonly speed: CampaignSpeed
  /** How long it goes on at most, ms. */
  readonly forMs: number
  /** ISO 8601: earlier calls don't count for the circuit breaker. */
  readonly resumedAt: string
  /** Of the slice before; absent: it begins with none. */
  readonly pace?: Pace
}

export interface DialRowsResult {
  /** Calls begun by it. */
  readonly started: number
  /** Nothing waits and no call is under way. */
  readonly isEmpty: boolean
  /** ISO 8601: nothing is to be done before; null: at once. */
  readonly nextAt: string | null
  /** Too many failed: how many of how many. */
  readonly tripped: RecentCalls | null
  /** For the next slice, where calls wait for their turn; so nothing is lost between the two. */
  readonly pace?: Pace
}

export interface CampaignActivities {
  /**
   * Lets calls begin as the window, the speed and the law allow, until its time is over or there is nothing to do.
   * Repeated, it goes on with what the table says; a row that was claimed is never claimed again.
   */
  dialRows(input: DialRowsInput): Promise<DialRowsResult>
  /** Repeating it, or an older one after a newer one, changes nothing. */
  recordCampaign(input: {
    readonly campaignId: CampaignId
    readonly version: number
    readonly state: CampaignState
    readonly speed: CampaignSpeed
    readonly issue: CampaignIssue | null
    readonly at: string
  }): Promise<void>
  /** Texts the owner that it stands still, once for each time. */
  tellOfCampaignIssue(input: {
    readonly campaignId: CampaignId
    readonly issue: CampaignIssue
  }): Promise<void>
}

export interface OptOutCalleeInput {
  readonly outboundId: OutboundId
  /** National digits. */
  readonly calleeNumber: string
  readonly by: 'voice' | 'digit'
}

export interface OptOutActivities {
  /** Nobody calls them from now on, neither for what waits already. Repeating it changes nothing. */
  optOutCallee(input: OptOutCalleeInput): Promise<void>
}
