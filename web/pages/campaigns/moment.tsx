import { useMinute } from '../../app/clock.ts'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'

/** A time as people say it, and exactly for who points at it. */
export function Moment({ at }: { readonly at: string }) {
  const language = useLanguage()
  const now = useMinute()
  return (
    <time dateTime={at} title={formatExact(at)}>
      {formatWhen(at, language, now)}
    </time>
  )
}
