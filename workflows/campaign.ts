/**
 * Calls to many, by a window that slides over a list in the database: running <-> paused -> done or stopped. The list
 * never passes the workflow; what is in its history is a line for each slice of time, and each run begins anew after some.
 */
import {
  ActivityCancellationType,
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { CampaignActivities, DialRowsResult } from '../activities/campaign-types.ts'
import type { Pace } from '../domain/call-pacer.ts'
import type { CampaignIssue, CampaignSpeed, CampaignState } from '../domain/campaign.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { CAMPAIGN_STATE } from '../temporal/search-attributes.ts'
import {
  CAMPAIGN_OVER,
  type CampaignInput,
  changeSpeed,
  pauseCampaign,
  resumeCampaign,
  rowsChanged,
  stopCampaign,
} from './campaign-messages.ts'

/** A worker that is gone is noticed by its silence; the next attempt goes on with what the table says. */
const { dialRows } = proxyActivities<CampaignActivities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '10s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', maximumInterval: '30s' },
  summary: '명단에서 전화 걸기',
})
const { recordCampaign } = proxyActivities<CampaignActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
  summary: '캠페인 상태 기록',
})
/** It is on the screens as well. */
const { tellOfCampaignIssue } = proxyActivities<CampaignActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '5s', maximumInterval: '1m', maximumAttempts: 10 },
  summary: '캠페인 중단 알림',
})

/** Some 10 events each: a run stays far below the history's limits. */
const SLICES_PER_RUN = 200
/** A list without anything due is looked at again so often: a clock may have been wrong. */
const LONGEST_WAIT_MS = 3_600_000

export async function campaign(input: CampaignInput): Promise<CampaignState> {
  return await new Campaign(input).run()
}

class Campaign {
  readonly #input: CampaignInput
  #state: CampaignState
  #speed: CampaignSpeed
  #issue: CampaignIssue | null
  #resumedAt: string
  #version: number
  #pace: Pace | undefined
  /** The slice under way; its cancellation ends it. */
  #slice: CancellationScope | null = null
  /** Somebody has changed something since the last slice. */
  #isNews = false
  #written: Promise<void> = Promise.resolve()

  constructor(input: CampaignInput) {
    this.#input = input
    this.#speed = input.speed
    this.#state = input.before?.state ?? 'running'
    this.#issue = input.before?.issue ?? null
    this.#resumedAt = input.before?.resumedAt ?? koreanIso(Date.now())
    this.#version = input.before?.version ?? 0
    this.#pace = input.before?.pace
    setHandler(pauseCampaign, () => this.#change('paused'), { validator: () => this.#refuseWhenOver() })
    setHandler(resumeCampaign, () => this.#change('running'), { validator: () => this.#refuseWhenOver() })
    setHandler(stopCampaign, () => this.#change('stopped'), { validator: () => this.#refuseWhenOver() })
    setHandler(changeSpeed, (speed) => this.#changeSpeed(speed), {
      validator: (_speed) => this.#refuseWhenOver(),
    })
    setHandler(rowsChanged, () => {
      this.#isNews = true
    })
  }

  async run(): Promise<CampaignState> {
    if (this.#input.before === undefined) this.#tell()
    const { slicesPerRun = SLICES_PER_RUN } = this.#input
    let slices = 0
    while (!this.#isOver) {
      if (slices >= slicesPerRun || workflowInfo().continueAsNewSuggested) await this.#goOnAnew()
      if (this.#state === 'paused') await condition(() => this.#state !== 'paused')
      else {
        slices++
        await this.#advance()
      }
    }
    await this.#written
    await condition(allHandlersFinished)
    return this.#state
  }

  get #isOver(): boolean {
    return this.#state === 'stopped' || this.#state === 'done'
  }

  #refuseWhenOver(): void {
    if (this.#isOver) throw ApplicationFailure.nonRetryable('The campaign is over.', CAMPAIGN_OVER, 'over')
  }

  /** One slice of time, and the wait for the next one. */
  async #advance(): Promise<void> {
    this.#isNews = false
    const result = await this.#dial()
    this.#pace = result?.pace
    if (result === null || this.#state !== 'running') return
    if (result.tripped !== null) return await this.#trip(result.tripped)
    if (this.#isNews) return
    if (result.isEmpty) {
      this.#state = 'done'
      this.#tell()
    } else if (result.nextAt !== null) {
      const waitMs = Math.min(LONGEST_WAIT_MS, Date.parse(result.nextAt) - Date.now())
      if (waitMs > 0) await condition(() => this.#isNews || this.#state !== 'running', waitMs)
    }
  }

  /** @returns null where somebody changed something meanwhile. */
  async #dial(): Promise<DialRowsResult | null> {
    const { campaignId, sliceMs } = this.#input
    const scope = new CancellationScope()
    this.#slice = scope
    try {
      return await scope.run(() =>
        dialRows({
          campaignId,
          speed: this.#speed,
          forMs: sliceMs,
          resumedAt: this.#resumedAt,
          ...(this.#pace === undefined ? {} : { pace: this.#pace }),
        }),
      )
    } catch (error) {
      if (!isCancellation(error) || CancellationScope.current().consideredCancelled) throw error
      return null
    } finally {
      this.#slice = null
    }
  }

  /** Something is wrong with us or the line: nobody else is rung until a person has looked. */
  async #trip({ failed, ended }: { readonly failed: number; readonly ended: number }): Promise<void> {
    const issue: CampaignIssue = { cause: 'breaker', failed, ended, at: koreanIso(Date.now()) }
    this.#state = 'paused'
    this.#issue = issue
    this.#tell()
    await this.#written
    const told = tellOfCampaignIssue({ campaignId: this.#input.campaignId, issue }).catch(() => {})
    // Who resumes it meanwhile does not wait for a text to the owner.
    await Promise.race([told, condition(() => this.#state !== 'paused')])
  }

  async #change(state: 'running' | 'paused' | 'stopped'): Promise<CampaignState> {
    if (this.#state === state) return state
    this.#state = state
    if (state === 'running') {
      this.#issue = null
      this.#resumedAt = koreanIso(Date.now())
    }
    return await this.#changed()
  }

  async #changeSpeed(speed: CampaignSpeed): Promise<CampaignState> {
    this.#speed = speed
    return await this.#changed()
  }

  /** Accepted once the screens say so; the slice under way ends at once. */
  async #changed(): Promise<CampaignState> {
    this.#isNews = true
    this.#slice?.cancel()
    this.#tell()
    await this.#written
    return this.#state
  }

  async #goOnAnew(): Promise<never> {
    await this.#written
    await condition(allHandlersFinished)
    const before = {
      state: this.#state,
      issue: this.#issue,
      resumedAt: this.#resumedAt,
      version: this.#version,
      ...(this.#pace === undefined ? {} : { pace: this.#pace }),
    }
    return await continueAsNew<typeof campaign>({ ...this.#input, speed: this.#speed, before })
  }

  /** How it stands from now on, for the row and the screens; writes follow each other. */
  #tell(): void {
    const { campaignId } = this.#input
    const snapshot = {
      campaignId,
      version: ++this.#version,
      state: this.#state,
      speed: this.#speed,
      issue: this.#issue,
      at: koreanIso(Date.now()),
    }
    this.#written = this.#written.then(() => CancellationScope.nonCancellable(() => recordCampaign(snapshot)))
    // Awaited at the end; a workflow must not fail by an unhandled rejection before.
    this.#written.catch(() => {})
    upsertSearchAttributes([{ key: CAMPAIGN_STATE, value: this.#state }])
    setCurrentDetails(`캠페인 ${campaignId}: ${this.#state}`)
  }
}
