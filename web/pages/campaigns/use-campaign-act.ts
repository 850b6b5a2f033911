import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type CampaignStep, campaignKeys, changeSpeed, skipRow, steerCampaign } from '../../api/campaigns.ts'
import type { CampaignSpeed } from '../../api/types.ts'
import { showDone, showProblem, showRefusal } from '../../components/notices.ts'
import { refusalText } from './refusals.ts'

const DONE = { start: 'started', pause: 'paused', resume: 'resumed', stop: 'stopped' } as const

/** Steers a campaign, and says what came of it. */
export function useCampaignAct(id: string) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const failed = (error: unknown, title: string) => {
    const known = refusalText(error, t)
    if (known === null) showProblem(error, title, t)
    else showRefusal(title, known)
  }
  const settled = () =>
    Promise.all(
      [campaignKeys.list, campaignKeys.one(id), campaignKeys.answers(id)].map((queryKey) =>
        client.invalidateQueries({ queryKey }),
      ),
    )
  const steer = useMutation({
    mutationFn: (step: CampaignStep) => steerCampaign(id, step),
    onSuccess: (_campaign, step) => showDone(t(`campaign.act.${DONE[step]}`)),
    onError: (error, step) => failed(error, t(`campaign.act.${step}`)),
    onSettled: settled,
  })
  const speed = useMutation({
    mutationFn: (wanted: CampaignSpeed) => changeSpeed(id, wanted),
    onSuccess: () => showDone(t('campaign.speed.saved')),
    onError: (error) => failed(error, t('campaign.speed.save')),
    onSettled: settled,
  })
  const skip = useMutation({
    mutationFn: (rowId: number) => skipRow(id, rowId),
    onSuccess: () => showDone(t('campaign.rows.skipped')),
    onError: (error) => failed(error, t('campaign.rows.skip')),
    onSettled: settled,
  })
  return { steer, speed, skip }
}
