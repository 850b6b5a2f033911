import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { campaignAnswersQuery } from '../../api/campaigns.ts'
import type { CampaignAnswers } from '../../api/types.ts'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import classes from './answers-part.module.css'
import { Bars } from './bars.tsx'
import { Figure } from './outcomes.tsx'

interface AnswersProps {
  readonly id: string
  readonly isRunning: boolean
}
type Question = CampaignAnswers['questions'][number]

/** A question with so few different answers is one of choice. */
const MOST_CHOICES = 6

const isChoice = ({ answers }: Question): boolean =>
  answers.length <= MOST_CHOICES && answers.some(({ count }) => count > 1)

/** What people answered, question by question. */
export function CampaignAnswersPart({ id, isRunning }: AnswersProps) {
  const { t } = useTranslation()
  const { data, error } = useQuery(campaignAnswersQuery(id, isRunning))
  const mean = data?.mean_seconds ?? null
  return (
    <Section
      title={t('campaign.answers.title')}
      aside={
        data === undefined || mean === null ? null : (
          <span className={classes.mean}>
            {[
              t('campaign.answers.mean', { seconds: Math.round(mean) }),
              ...(data.cost_per_completed_won === null
                ? []
                : [
                    t('campaign.answers.cost', {
                      all: Math.round(data.cost_won).toLocaleString('en-US'),
                      each: Math.round(data.cost_per_completed_won).toLocaleString('en-US'),
                    }),
                  ]),
            ].join(' · ')}
          </span>
        )
      }
    >
      {data === undefined ? (
        error === null ? null : (
          <InlineProblem error={error} />
        )
      ) : data.questions.every(({ answered, unclear, refused }) => answered + unclear + refused === 0) ? (
        <SectionEmpty>{t('campaign.answers.none')}</SectionEmpty>
      ) : (
        <ol className={classes.questions}>
          {data.questions.map((question, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: questions keep their places, and may be worded alike
            <li key={index} className={classes.question}>
              <h3 className={classes.words}>
                <span className={classes.number}>Q{index + 1}</span>
                {question.question}
              </h3>
              <Answered question={question} />
              <p className={classes.statuses}>
                {(['answered', 'unclear', 'refused', 'not_asked'] as const)
                  .filter((status) => question[status] > 0)
                  .map((status) => (
                    <span key={status}>{t(`campaign.answers.${status}`, { count: question[status] })}</span>
                  ))}
              </p>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}

/** Choices as bars; what people said in their own words as a list. */
function Answered({ question }: { readonly question: Question }) {
  const { t } = useTranslation()
  if (question.answers.length === 0) return null
  if (isChoice(question))
    return (
      <Bars
        label={question.question}
        bars={question.answers.map(({ answer, count }) => ({
          key: answer,
          label: answer,
          share: count / Math.max(1, question.answered),
          figure: <Figure count={count} of={question.answered} />,
        }))}
      />
    )
  return (
    <ul className={classes.open} aria-label={question.question}>
      {question.answers.map(({ answer, count }) => (
        <li key={answer}>
          “{answer}”{count > 1 ? <b>{t('campaign.answers.count', { count })}</b> : null}
        </li>
      ))}
    </ul>
  )
}

/** At which hour people answer their phones. */
export function AnswerRates({ id, isRunning }: AnswersProps) {
  const { t } = useTranslation()
  const { data } = useQuery(campaignAnswersQuery(id, isRunning))
  if (data === undefined || data.hours.length === 0) return null
  return (
    <Section title={t('campaign.answers.hours')}>
      <Bars
        label={t('campaign.answers.hours')}
        bars={data.hours.map(({ hour, calls, answered }) => ({
          key: String(hour),
          label: t('campaign.answers.hour', { hour }),
          share: answered / Math.max(1, calls),
          figure: (
            <>
              {t('campaign.answers.of', { calls, answered })} ·{' '}
              {Math.round((answered / Math.max(1, calls)) * 100)}%
            </>
          ),
          tone: 'live',
        }))}
      />
    </Section>
  )
}
