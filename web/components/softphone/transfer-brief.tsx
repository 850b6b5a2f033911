import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { myTransferQuery } from '../../api/person-transfers.ts'
import classes from './transfer-brief.module.css'

/** What a call is about that the AI puts through to this telephone; nothing in any other call. */
export function TransferBrief() {
  const { t } = useTranslation()
  const { data } = useQuery({ ...myTransferQuery, staleTime: 0 })
  if (data === undefined || data.transfer === null) return null
  const { transfer, answers } = data
  return (
    <div className={classes.brief} role="status">
      <strong className={classes.purpose}>{transfer.purpose}</strong>
      {transfer.reason === null ? null : <p className={classes.reason}>{transfer.reason}</p>}
      <dl className={classes.answers}>
        {answers.map(({ question_text: question, answer }) => (
          <div key={question}>
            <dt>{question}</dt>
            <dd data-open={answer === null || undefined}>{answer ?? t('softphone.brief_open')}</dd>
          </div>
        ))}
      </dl>
      <Link to="/outbound/$outboundId" params={{ outboundId: transfer.outbound_id }}>
        {t('softphone.brief_more')}
      </Link>
    </div>
  )
}
