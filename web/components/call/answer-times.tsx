import { useTranslation } from 'react-i18next'
import type { CallDetail } from '../../api/types.ts'
import { Section } from '../section.tsx'
import classes from './answer-times.module.css'
import { answerFigures } from './call-figures.ts'

/** Answer times of the call: figures, and one bar an answer. */
export function AnswerTimes({ call }: { readonly call: CallDetail }) {
  const { t } = useTranslation()
  const figures = answerFigures(call.transcript)
  if (figures === null) return null
  return (
    <Section title={t('call.figures')}>
      <div className={classes.figures}>
        <Figure label={t('call.latency_median')} value={`${figures.medianMs} ms`} />
        <Figure label={t('call.latency_worst')} value={`${Math.round(figures.worstMs)} ms`} />
        <Figure label={t('call.answers')} value={String(figures.answers)} />
        <div className={classes.bars} aria-hidden>
          {figures.eachMs.map((ms, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: answers have an order and nothing else
            <i key={index} style={{ height: `${Math.max(6, (ms / figures.worstMs) * 100)}%` }} />
          ))}
        </div>
      </div>
    </Section>
  )
}

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <p className={classes.figureLabel}>{label}</p>
      <p className={classes.figure}>{value}</p>
    </div>
  )
}
