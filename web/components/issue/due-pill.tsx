import { IconClockExclamation, IconClockHour4 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useMinute } from '../../app/clock.ts'
import { formatExact, formatSpan } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { Pill } from '../pill.tsx'

/** Less than this and it is nearly too late. */
const SOON_MS = 30 * 60_000

/** How long an Issue can still wait. */
export function DuePill({ dueAt }: { readonly dueAt: string | null }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  if (dueAt === null)
    return (
      <Pill tone="done" quiet>
        {t('issue.due.none')}
      </Pill>
    )
  const left = Date.parse(dueAt) - now
  const time = formatSpan(left, language)
  const over = left < 0
  const Icon = over ? IconClockExclamation : IconClockHour4
  return (
    <Pill
      tone={over ? 'issue' : left < SOON_MS ? 'warn' : 'done'}
      icon={<Icon size={13} stroke={2} aria-hidden />}
      title={formatExact(dueAt)}
    >
      {over ? t('issue.due.over', { time }) : t('issue.due.left', { time })}
    </Pill>
  )
}
