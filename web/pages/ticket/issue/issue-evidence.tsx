import {
  IconBuildingStore,
  IconClockExclamation,
  IconPhoto,
  IconPlayerPlayFilled,
  IconQuote,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { IssueDetail, IssueEvidenceView, OrderField } from '../../../api/types.ts'
import { useMinute } from '../../../app/clock.ts'
import { useRecordings } from '../../../components/call/recording.tsx'
import { ChannelIcon } from '../../../components/channel-icon.tsx'
import { saidText } from '../../../components/issue/said-text.ts'
import { formatDuration, formatWhen } from '../../../format/time.ts'
import { openText } from '../../../i18n/open-text.ts'
import { useLanguage } from '../../../i18n/use-language.ts'
import classes from './issue-panel.module.css'

const ICON = { size: 16, stroke: 1.8, 'aria-hidden': true } as const

/** What the Issue rests on: words, answers, pictures, times. */
export function IssueEvidence({ issue }: { readonly issue: IssueDetail }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const wanted = Object.entries(issue.wanted) as [OrderField, string | null][]
  if (issue.evidence.length === 0 && wanted.length === 0) return null
  return (
    <div>
      <h3 className={classes.subheading}>{t('issue.evidence.heading')}</h3>
      <ul className={classes.evidence}>
        {issue.evidence.map((item, index) => (
          // Evidence has no name of its own and never changes its order.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={index} className={classes.proof}>
            <Evidence item={item} />
          </li>
        ))}
        {wanted.length === 0 ? null : (
          <li className={classes.proof}>
            <IconQuote {...ICON} />
            <div>
              <p className={classes.proofHead}>{t('issue.evidence.wanted_fields')}</p>
              <dl className={classes.wanted}>
                {wanted.map(([field, value]) => (
                  <div key={field}>
                    <dt>{t(`ticket.field.${field}`)}</dt>
                    <dd>
                      {field === 'deliver_by' && value !== null
                        ? formatWhen(value, language, now)
                        : (value ?? '–')}
                    </dd>
                  </div>
                ))}
              </dl>
            </div>
          </li>
        )}
      </ul>
    </div>
  )
}

function Evidence({ item }: { readonly item: IssueEvidenceView }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  switch (item.kind) {
    case 'words':
      return <Words item={item} />
    case 'vendor_answer':
      return (
        <>
          <IconBuildingStore {...ICON} />
          <div>
            <p className={classes.proofHead}>
              {item.method === null
                ? t('issue.evidence.vendor')
                : t('issue.evidence.vendor_by', { way: t(`vendor.method.${item.method}`) })}
            </p>
            <p>{saidText(item.code, item.reason, t, language)}</p>
            <p className={classes.proofFoot}>{t('issue.evidence.code', { code: item.code })}</p>
          </div>
        </>
      )
    case 'file': {
      const shown = item.method === null ? item.label : t(`vendor.method.${item.method}`)
      const label = t('issue.evidence.picture', { label: shown })
      return (
        <>
          <IconPhoto {...ICON} />
          <div>
            <p className={classes.proofHead}>{label}</p>
            <a href={item.url} target="_blank" rel="noreferrer">
              <img className={classes.picture} src={item.url} alt={label} loading="lazy" />
            </a>
          </div>
        </>
      )
    }
    case 'timing':
      return (
        <>
          <IconClockExclamation {...ICON} />
          <dl className={classes.wanted}>
            <div>
              <dt>{t('issue.evidence.wanted')}</dt>
              <dd>{formatWhen(item.wanted, language, now)}</dd>
            </div>
            <div>
              <dt>{t('issue.evidence.vendor_status')}</dt>
              <dd>
                {item.status === null
                  ? t('issue.evidence.unknown_status')
                  : openText('ticket.vendor_status', item.status)}
              </dd>
            </div>
          </dl>
        </>
      )
  }
}

/** What somebody said; on the phone it can be heard from that moment on. */
function Words({ item }: { readonly item: Extract<IssueEvidenceView, { kind: 'words' }> }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const { canPlay, playFrom } = useRecordings()
  const { call_id: callId, at_ms: atMs } = item
  const time = formatDuration((atMs ?? 0) / 1000)
  return (
    <>
      <ChannelIcon channel={item.channel} />
      <div>
        <blockquote className={classes.words}>{item.text}</blockquote>
        <p className={classes.proofFoot}>
          {t(`ticket.channel.${item.channel}`)} · {formatWhen(item.at, language, now)}
          {callId !== null && canPlay(callId) ? (
            <button
              type="button"
              className={classes.play}
              onClick={() => playFrom(callId, (atMs ?? 0) / 1000)}
            >
              <IconPlayerPlayFilled size={10} aria-hidden />
              {t('issue.evidence.play', { time })}
            </button>
          ) : null}
        </p>
      </div>
    </>
  )
}
