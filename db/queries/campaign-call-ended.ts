/** What a campaign makes of a call that is over. */
import { afterCall, type CampaignPlan } from '../../domain/campaign.ts'
import type { CampaignId } from '../../domain/ids.ts'
import { TOO_LATE } from '../../domain/outbound-request.ts'
import type { OutboundSnapshot } from '../../domain/outbound-snapshot.ts'
import { isAllSettled } from '../../domain/question-answers.ts'
import type { DatabaseTransaction } from '../database.ts'
import { notifyScreens } from './notify.ts'

/**
 * The call of a row is over: it is done, or called again later. Part of the transaction that writes the call's end, so
 * that no slot of a window is ever lost. Calls that no campaign made are left alone.
 */
export async function campaignCallEnded(
  trx: DatabaseTransaction,
  snapshot: Pick<OutboundSnapshot, 'outboundId' | 'progress' | 'task'>,
): Promise<void> {
  const { outboundId, progress, task } = snapshot
  const row = await trx
    .selectFrom('campaign_rows')
    .innerJoin('campaigns', 'campaigns.id', 'campaign_rows.campaign')
    .select(['campaign_rows.id', 'campaign_rows.attempts', 'campaigns.plan', 'campaigns.campaign_id'])
    .select('campaigns.state as campaign_state')
    .where('campaign_rows.outbound_id', '=', outboundId)
    .where('campaign_rows.state', '=', 'calling')
    .forUpdate('campaign_rows')
    .executeTakeFirst()
  if (row === undefined) return
  const endedAtMs = progress.completedAt === null ? Date.now() : Date.parse(progress.completedAt)
  const isDialled = progress.startedAt !== null
  const attempts = isDialled ? row.attempts : row.attempts - 1
  const wasTooLate = !isDialled && progress.failureReason === TOO_LATE
  const next = wasTooLate
    ? ({ state: 'waiting', dueAtMs: endedAtMs, why: 'closed_hours' } as const)
    : afterCall(
        { outcome: progress.state, attempts: row.attempts, endedAtMs },
        row.plan as unknown as CampaignPlan,
      )
  const isStopped = row.campaign_state === 'stopped' || row.campaign_state === 'done'
  // A call that broke off in its goodbye has all that was wanted.
  const isAnswered = isDialled && isAllSettled(task)
  const goesOn = next.state === 'waiting' && !isStopped && task.optedOut !== true && !isAnswered
  await trx
    .updateTable('campaign_rows')
    .set({
      attempts,
      outcome: wasTooLate ? null : progress.state,
      state: goesOn ? 'waiting' : isDialled || !isStopped ? 'done' : 'not_called',
      why: goesOn ? next.why : whyOver(task.optedOut === true, isStopped && next.state === 'waiting'),
      ...(goesOn ? { due_at: new Date(next.dueAtMs) } : {}),
      ended_at: new Date(endedAtMs),
    })
    .where('id', '=', row.id)
    .execute()
  await notifyScreens(trx, { type: 'campaign_changed', campaign_id: row.campaign_id as CampaignId })
}

const whyOver = (isOptedOut: boolean, isStopped: boolean): string | null =>
  isOptedOut ? 'opted_out' : isStopped ? 'campaign_stopped' : null
