import { Modal, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { consentHistoryQuery } from '../../api/call-law.ts'
import type { CallConsentView } from '../../api/types.ts'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { Pill } from '../../components/pill.tsx'
import { formatExact } from '../../format/time.ts'
import classes from './call-law-page.module.css'

interface ConsentHistoryDialogProps {
  /** Null: closed. */
  readonly consent: CallConsentView | null
  readonly onClose: () => void
}

/** All that the owner of a number ever said, the newest first. */
export function ConsentHistoryDialog({ consent, onClose }: ConsentHistoryDialogProps) {
  const { t } = useTranslation()
  const phone = consent?.phone ?? t('call_law.forgotten')
  return (
    <Modal
      opened={consent !== null}
      onClose={onClose}
      title={t('call_law.consents.history_of', { phone })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {consent === null ? null : <History id={consent.consent_id} />}
    </Modal>
  )
}

function History({ id }: { readonly id: number }) {
  const { t } = useTranslation()
  const { data, error } = useQuery(consentHistoryQuery(id))
  if (error !== null) return <InlineProblem error={error} />
  if (data === undefined) return <Skeleton height={90} />
  return (
    <ol className={classes.history}>
      {data.consents.map((line) => (
        <li key={line.consent_id}>
          <p className={classes.historyHead}>
            <Pill tone={line.state === 'withdrawn' ? 'done' : 'progress'}>
              {t(line.state === 'withdrawn' ? 'call_law.state.withdrawn' : 'call_law.state.given')}
            </Pill>
            <span>{t(`call_law.purpose.${line.purpose}`)}</span>
            <time dateTime={line.at}>{formatExact(line.at)}</time>
          </p>
          <p className={classes.historyText}>
            {line.source} · {line.recorded_by}
          </p>
        </li>
      ))}
    </ol>
  )
}
