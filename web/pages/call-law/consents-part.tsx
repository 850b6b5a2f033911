import { Button } from '@mantine/core'
import { IconUserCheck } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { consentsQuery, withdrawConsent } from '../../api/call-law.ts'
import type { CallConsentView } from '../../api/types.ts'
import { Pill } from '../../components/pill.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import type { Tone } from '../../components/tone.ts'
import classes from './call-law-page.module.css'
import { CONSENT_STATES, PURPOSES } from './call-law-search.ts'
import { ConsentHistoryDialog } from './consent-history-dialog.tsx'
import { Choice, LawFilters, useLawSearch } from './law-filters.tsx'
import { LawTable, PhoneCell, WhenCell } from './law-table.tsx'
import { ReasonDialog } from './reason-dialog.tsx'

export const CONSENT_TONES: Readonly<Record<CallConsentView['state'], Tone>> = {
  given: 'progress',
  expired: 'warn',
  withdrawn: 'done',
}

/** What counts now of each number and purpose. */
export function ConsentsPart({ mayWithdraw }: { readonly mayWithdraw: boolean }) {
  const { t } = useTranslation()
  const { search, choose } = useLawSearch()
  const { q, purpose, state } = search
  const list = useInfiniteQuery({
    ...consentsQuery({ q, purpose, state }),
    placeholderData: keepPreviousData,
  })
  const [asked, setAsked] = useState<CallConsentView | null>(null)
  const [told, setTold] = useState<CallConsentView | null>(null)
  const consents = list.data?.pages.flatMap((page) => page.consents) ?? []
  const nameOf = ({ phone }: CallConsentView) => phone ?? t('call_law.forgotten')
  const about = (consent: CallConsentView) => ({
    phone: nameOf(consent),
    purpose: t(`call_law.purpose.${consent.purpose}`),
  })
  return (
    <>
      <LawFilters>
        <Choice
          label={t('call_law.filter.purpose')}
          all={t('call_law.filter.all_purposes')}
          value={purpose}
          choices={PURPOSES.map((value) => ({ value, label: t(`call_law.purpose.${value}`) }))}
          onChange={(value) => choose({ purpose: value })}
        />
        <Choice
          label={t('call_law.filter.state')}
          all={t('call_law.filter.all_states')}
          value={state}
          choices={CONSENT_STATES.map((value) => ({ value, label: t(`call_law.state.${value}`) }))}
          onChange={(value) => choose({ state: value })}
        />
      </LawFilters>
      <LawTable
        label={t('call_law.tab.consents')}
        columns={(['phone', 'purpose', 'state', 'how', 'at', 'by', 'act'] as const).map((name) => ({
          name,
          label: t(`call_law.col.${name}`),
        }))}
        list={list}
        isEmpty={consents.length === 0}
        empty={
          <StatePanel
            icon={<IconUserCheck size={24} stroke={1.7} />}
            title={t('call_law.consents.empty')}
            text={t('call_law.consents.empty_text')}
          />
        }
      >
        {consents.map((consent) => (
          <tr key={consent.consent_id} className={classes.row}>
            <PhoneCell phone={consent.phone} />
            <td data-column="purpose">{t(`call_law.purpose.${consent.purpose}`)}</td>
            <td data-column="state">
              <Pill tone={CONSENT_TONES[consent.state]}>{t(`call_law.state.${consent.state}`)}</Pill>
            </td>
            <td className={classes.reason} data-column="how">
              {consent.source}
            </td>
            <WhenCell at={consent.at}>
              {consent.expires_at === null ? null : (
                <span className={classes.until}>
                  {t('call_law.consents.until', { day: consent.expires_at.slice(0, 10) })}
                </span>
              )}
            </WhenCell>
            <td className={classes.by} data-column="by">
              {consent.recorded_by}
            </td>
            <td className={classes.act} data-column="act">
              <Button
                size="compact-xs"
                variant="default"
                aria-label={t('call_law.consents.history_of', { phone: nameOf(consent) })}
                onClick={() => setTold(consent)}
              >
                {t('call_law.consents.history')}
              </Button>
              {mayWithdraw && consent.state !== 'withdrawn' && consent.phone !== null ? (
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={t('call_law.consents.withdraw_of', about(consent))}
                  onClick={() => setAsked(consent)}
                >
                  {t('call_law.consents.withdraw')}
                </Button>
              ) : null}
            </td>
          </tr>
        ))}
      </LawTable>
      <ConsentHistoryDialog consent={told} onClose={() => setTold(null)} />
      <ReasonDialog
        id={asked?.consent_id ?? null}
        title={asked === null ? '' : t('call_law.consents.withdraw_ask', about(asked))}
        text={t('call_law.consents.withdraw_text')}
        label={t('call_law.consents.withdraw_reason')}
        action={t('call_law.consents.withdraw')}
        done={t('call_law.consents.withdrawn')}
        act={withdrawConsent}
        onClose={() => setAsked(null)}
      />
    </>
  )
}
