/** What passes between a campaign and those who ask of it. */
import { defineSignal, defineUpdate } from '@temporalio/workflow'
import type { Pace } from '../domain/call-pacer.ts'
import type { CampaignIssue, CampaignSpeed, CampaignState } from '../domain/campaign.ts'
import type { CampaignId } from '../domain/ids.ts'

/** Start input of the workflow `campaign`; the list itself stays in the database. */
export interface CampaignInput {
  readonly campaignId: CampaignId
  readonly speed: CampaignSpeed
  /** Of the settings: how long one look at the list lasts, ms. */
  readonly sliceMs: number
  /** Where the run before this one stopped; absent: it begins. */
  readonly before?: CampaignStanding
  /** Only in tests: goes on as a new run after so many slices. */
  readonly slicesPerRun?: number
}

/** All that a campaign knows beside its list. */
export interface CampaignStanding {
  readonly state: CampaignState
  readonly issue: CampaignIssue | null
  /** From when calls count for the circuit breaker: its start, or the last time it was resumed. ISO 8601. */
  readonly resumedAt: string
  /** Of its last snapshot. */
  readonly version: number
  /** Of its last slice, where that had more to do. */
  readonly pace?: Pace
}

/** Refused with type `CampaignOver` once it has ended. */
export const pauseCampaign = defineUpdate<CampaignState>('pauseCampaign')
export const resumeCampaign = defineUpdate<CampaignState>('resumeCampaign')
/** Calls under way go on to their end; nobody else is called. */
export const stopCampaign = defineUpdate<CampaignState>('stopCampaign')
export const changeSpeed = defineUpdate<CampaignState, [CampaignSpeed]>('changeSpeed')
/** Its list has changed: rows came, or are due otherwise. */
export const rowsChanged = defineSignal('rowsChanged')

export const CAMPAIGN_OVER = 'CampaignOver'
/** Type of the workflow. */
export const CAMPAIGN_WORKFLOW = 'campaign'
