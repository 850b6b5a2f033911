/** Campaigns as their workflow would tell of them, without a workflow engine. */
import type { CampaignWorkflows } from '../../api/campaign-workflows.ts'
import { ApiProblem } from '../../api/problems.ts'
import { recordCampaign } from '../../db/queries/campaign-snapshots.ts'
import type { CampaignSpeed, CampaignState } from '../../domain/campaign.ts'
import type { CampaignId } from '../../domain/ids.ts'
import type { TestApi } from './test-api.ts'

export class ScriptedCampaigns implements CampaignWorkflows {
  readonly started: string[] = []
  /** Campaigns that heard of new rows. */
  readonly told: string[] = []
  /** The engine is away. */
  isAway = false
  /** It begins campaigns, but what it answers is lost. */
  isAnswerLost = false
  #api: TestApi | undefined
  #version = 0

  /** For what the workflow writes. */
  writesTo(api: TestApi): void {
    this.#api = api
  }

  async ensureReachable(): Promise<void> {
    if (this.isAway) throw new ApiProblem('workflow_engine_unavailable', 'away')
  }

  async start(campaignId: CampaignId, speed: CampaignSpeed): Promise<void> {
    if (this.isAway) throw new ApiProblem('workflow_engine_unavailable', 'away')
    this.started.push(campaignId)
    if (this.isAnswerLost) throw new ApiProblem('workflow_engine_unavailable', 'lost')
    await this.#record(campaignId, 'running', speed)
  }

  async change(campaignId: CampaignId, to: Parameters<CampaignWorkflows['change']>[1]) {
    if (!this.started.includes(campaignId)) return null
    const states = { pause: 'paused', resume: 'running', stop: 'stopped' } as const
    const state = typeof to === 'object' ? 'running' : states[to]
    await this.#record(campaignId, state, typeof to === 'object' ? to : { windowSize: 5, callsPerSecond: 1 })
    return state
  }

  async tellOfRows(campaignId: CampaignId): Promise<void> {
    this.told.push(campaignId)
  }

  async #record(campaignId: CampaignId, state: CampaignState, speed: CampaignSpeed) {
    if (this.#api === undefined) throw new Error('nothing to write to')
    const at = new Date().toISOString()
    await recordCampaign(
      this.#api.database,
      {
        campaignId,
        version: ++this.#version,
        state,
        speed,
        issue: null,
        at,
      },
      false,
    )
  }
}
