import {
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconHelpCircle,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { OutboundRecord } from '../../api/types.ts'
import { Section } from '../../components/section.tsx'
import classes from './outbound-call-page.module.css'

type Answer = OutboundRecord['answers'][number]

const ICONS = {
  answered: IconCircleCheckFilled,
  unclear: IconHelpCircle,
  refused: IconCircleX,
  not_asked: IconCircleMinus,
  pending: IconCircleDashed,
} as const

/** The questions with what is known of each; they fill while the call goes on. */
export function Answers({ request }: { readonly request: OutboundRecord }) {
  const { t } = useTranslation()
  const { total, completed } = request.progress
  const progress = t('outbound.detail.progress', { total, completed })
  return (
    <Section
      title={t('outbound.detail.answers')}
      aside={
        <span className={classes.progress} role="status">
          {progress}
        </span>
      }
    >
      <div className={classes.bar} aria-hidden>
        <i style={{ width: `${(completed / Math.max(1, total)) * 100}%` }} />
      </div>
      <ol className={classes.answers}>
        {request.answers.map((answer, index) => (
          <Row key={answer.question_id} answer={answer} number={index + 1} isOver={request.is_over} />
        ))}
      </ol>
    </Section>
  )
}

interface RowProps {
  readonly answer: Answer
  readonly number: number
  readonly isOver: boolean
}

function Row({ answer, number, isOver }: RowProps) {
  const { t } = useTranslation()
  const status = answer.status === 'not_asked' && !isOver ? 'pending' : answer.status
  const Icon = ICONS[status]
  const isKnown = answer.answer_summary !== null || answer.answer_text !== null
  return (
    <li className={classes.answer} data-status={status}>
      <Icon size={19} stroke={1.8} aria-hidden className={classes.icon ?? ''} />
      <div className={classes.body}>
        <p className={classes.question}>
          <span className={classes.number}>Q{number}</span>
          {answer.question_text}
          <span className={classes.status}>{t(`outbound.detail.answer_status.${status}`)}</span>
        </p>
        {isKnown ? (
          <dl className={classes.found}>
            {answer.answer_summary === null ? null : (
              <div>
                <dt>{t('outbound.detail.answer')}</dt>
                <dd className={classes.short}>{answer.answer_summary}</dd>
              </div>
            )}
            <div>
              <dt>{t('outbound.detail.confidence')}</dt>
              <dd>{Math.round(answer.confidence * 100)}%</dd>
            </div>
            {answer.answer_text === null ? null : (
              <div className={classes.wide}>
                <dt>{t('outbound.detail.words')}</dt>
                <dd>“{answer.answer_text}”</dd>
              </div>
            )}
          </dl>
        ) : null}
      </div>
    </li>
  )
}
