import { useTranslation } from 'react-i18next'
import type { LatencyView } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { Section } from '../../components/section.tsx'
import { formatDay, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './latency-page.module.css'

/** Hours or days, the newest first; the bar behind the 95th percentile makes slow ones stand out. */
export function LatencyTable({ view }: { readonly view: LatencyView }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const minute = useMinute()
  const { buckets, by, alarm } = view
  const longest = Math.max(1, ...buckets.map(({ wait }) => wait?.p95 ?? 0))
  return (
    <Section title={t('latency.over_time')}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t(`latency.by.${by}`)}</th>
            <th scope="col">{t('latency.turns')}</th>
            <th scope="col">{t('latency.p50')}</th>
            <th scope="col">{t('latency.p95')}</th>
            <th scope="col">{t('latency.p99')}</th>
          </tr>
        </thead>
        <tbody>
          {buckets.toReversed().map(({ from, turns, wait }) => {
            const p95 = wait?.p95 ?? 0
            const slow = alarm.limit > 0 && p95 > alarm.limit
            return (
              <tr key={from}>
                <th scope="row">
                  {by === 'day' ? formatDay(from, language, minute) : formatWhen(from, language, minute)}
                </th>
                <td>{turns.toLocaleString()}</td>
                <td>{wait?.p50.toLocaleString()}</td>
                <td data-slow={slow || undefined}>
                  <span
                    className={classes.measure}
                    style={{ inlineSize: `${(p95 / longest) * 100}%` }}
                    aria-hidden
                  />
                  <span className={classes.value}>{p95.toLocaleString()}</span>
                </td>
                <td>{wait?.p99.toLocaleString()}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Section>
  )
}
