import { IconMoodEmpty, IconMoodSad, IconMoodSmile } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { CallDetail } from '../../api/types.ts'
import { Pill } from '../../components/pill.tsx'
import type { Tone } from '../../components/tone.ts'
import classes from './call-reading.module.css'

type Reading = NonNullable<CallDetail['analysis']>

const MOODS: Readonly<Record<Reading['sentiment'], { tone: Tone; Icon: typeof IconMoodSmile }>> = {
  positive: { tone: 'progress', Icon: IconMoodSmile },
  neutral: { tone: 'done', Icon: IconMoodEmpty },
  negative: { tone: 'issue', Icon: IconMoodSad },
}

/** What the call came to, how the customer was through it, and what is left to do. */
export function CallReading({ reading }: { readonly reading: Reading }) {
  const { t } = useTranslation()
  const { tone, Icon } = MOODS[reading.sentiment]
  return (
    <div className={classes.reading}>
      <div className={classes.pills}>
        <Pill tone="brand">{t(`call.outcome.${reading.outcome}`)}</Pill>
        <Pill tone={tone} icon={<Icon size={14} stroke={1.9} aria-hidden />}>
          {t(`call.sentiment.${reading.sentiment}`)}
        </Pill>
        {reading.language === 'ko' ? null : <Pill tone="live">{t(`call.language.${reading.language}`)}</Pill>}
        <span className={classes.course} role="img" aria-label={courseLabel(reading, t)}>
          {reading.sentiments.map((sentiment, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: what was said has an order and nothing else
            <i key={index} data-sentiment={sentiment} />
          ))}
        </span>
      </div>
      {reading.follow_ups.length === 0 ? null : (
        <div className={classes.left}>
          <h2 className={classes.leftTitle}>{t('call.follow_ups')}</h2>
          <ul>
            {reading.follow_ups.map((task) => (
              <li key={task}>{task}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

function courseLabel(
  { sentiments }: Reading,
  t: (key: 'call.course', values: { count: number; positive: number; negative: number }) => string,
): string {
  const count = (wanted: Reading['sentiment']) => sentiments.filter((one) => one === wanted).length
  return t('call.course', {
    count: sentiments.length,
    positive: count('positive'),
    negative: count('negative'),
  })
}
