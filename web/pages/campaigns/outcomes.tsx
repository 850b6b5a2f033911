import { useTranslation } from 'react-i18next'
import type { Campaign, OutboundState } from '../../api/types.ts'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { type Bar, Bars } from './bars.tsx'

interface CountsProps {
  readonly counts: Campaign['counts']
}

const TONES: Readonly<Partial<Record<OutboundState, Bar['tone']>>> = {
  completed: 'progress',
  no_answer: 'warn',
  busy: 'warn',
  rejected: 'issue',
  failed: 'issue',
}

const byCount = (a: readonly [string, number], b: readonly [string, number]) => b[1] - a[1]

/** How the calls of those who are done ended. */
export function Outcomes({ counts }: CountsProps) {
  const { t } = useTranslation()
  const outcomes = (Object.entries(counts.outcomes) as [OutboundState, number][]).toSorted(byCount)
  return (
    <Section title={t('campaign.outcomes')}>
      {outcomes.length === 0 ? (
        <SectionEmpty>{t('campaign.no_outcomes')}</SectionEmpty>
      ) : (
        <Bars
          label={t('campaign.outcomes')}
          bars={outcomes.map(([state, count]) => ({
            key: state,
            label: t(`outbound.state.${state}`),
            share: count / Math.max(1, counts.done),
            figure: <Figure count={count} of={counts.done} />,
            tone: TONES[state] ?? 'quiet',
          }))}
        />
      )}
    </Section>
  )
}

/** Why people of the list were not called. */
export function Reasons({ counts }: CountsProps) {
  const { t } = useTranslation()
  type Reason = keyof Campaign['counts']['not_called_reasons']
  const reasons = (Object.entries(counts.not_called_reasons) as [Reason, number][]).toSorted(byCount)
  return (
    <Section title={t('campaign.reasons')}>
      {reasons.length === 0 ? (
        <SectionEmpty>{t('campaign.no_reasons')}</SectionEmpty>
      ) : (
        <Bars
          label={t('campaign.reasons')}
          bars={reasons.map(([reason, count]) => ({
            key: reason,
            label: t(`campaign.why.${reason}`),
            share: count / Math.max(1, counts.not_called),
            figure: <Figure count={count} of={counts.not_called} />,
            tone: 'quiet',
          }))}
        />
      )}
    </Section>
  )
}

/** "31명 · 62%". */
export function Figure({ count, of }: { readonly count: number; readonly of: number }) {
  const { t } = useTranslation()
  return (
    <>
      {t('campaign.people', { count })} · {Math.round((count / Math.max(1, of)) * 100)}%
    </>
  )
}
