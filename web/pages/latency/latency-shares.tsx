import { useTranslation } from 'react-i18next'
import type { LatencyView } from '../../api/types.ts'
import { Section } from '../../components/section.tsx'
import classes from './latency-page.module.css'

type Parts = NonNullable<LatencyView['total']['parts']>
const NAMES = ['decision', 'first_token', 'first_audio', 'first_packet'] as const

/** Where the time goes: one bar, and its parts in words. */
export function LatencyShares({ parts }: { readonly parts: Parts }) {
  const { t } = useTranslation()
  return (
    <Section title={t('latency.shares')}>
      <div className={classes.bar} aria-hidden>
        {NAMES.map((name) => (
          <span key={name} data-part={name} style={{ flexGrow: parts[name].share }} />
        ))}
      </div>
      <dl className={classes.parts}>
        {NAMES.map((name) => (
          <div key={name}>
            <dt>
              <i data-part={name} aria-hidden />
              {t(`latency.part.${name}`)}
            </dt>
            <dd>
              {Math.round(parts[name].share * 100)}%
              <span className={classes.note}>
                {t('latency.part_p95', { ms: parts[name].p95.toLocaleString() })}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
