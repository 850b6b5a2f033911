import {
  IconApi,
  IconBuildingBank,
  IconChevronRight,
  IconCreditCard,
  IconMessage2,
  IconMessageCircle,
  IconMicrophone,
  IconPhone,
  IconRoute,
  IconSparkles,
  IconTruckDelivery,
  IconWorld,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../../api/session.ts'
import { systemQuery } from '../../api/system.ts'
import type { Party, SystemInfo } from '../../api/types.ts'
import { useLiveStatus } from '../../app/live.tsx'
import { usePageTitle } from '../../app/page-title.ts'
import pageClasses from '../../components/page.module.css'
import { PageSkeleton } from '../../components/page-skeleton.tsx'
import { Pill } from '../../components/pill.tsx'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { Section } from '../../components/section.tsx'
import { formatWon } from '../../format/text.ts'
import { formatDuration } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { GatewaysSection } from './gateways-section.tsx'
import classes from './system-page.module.css'

const ICON = { size: 20, stroke: 1.6, 'aria-hidden': true } as const
const PARTY_ICONS = {
  telephone: IconPhone,
  speech: IconMicrophone,
  claude: IconSparkles,
  sms: IconMessage2,
  payments: IconCreditCard,
  bank: IconBuildingBank,
  kakao: IconMessageCircle,
  vendor_erp: IconTruckDelivery,
} satisfies Record<Party, unknown>

/** How the outside world is connected, and where to look further. */
export function SystemPage() {
  const { t } = useTranslation()
  usePageTitle(t('system.title'))
  const system = useQuery(systemQuery)
  if (system.data !== undefined) return <System system={system.data} />
  if (!system.isError) return <PageSkeleton />
  return <ProblemPanel error={system.error} onRetry={() => void system.refetch()} />
}

function System({ system }: { readonly system: SystemInfo }) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const standIns = system.parties.filter((party) => party.stand_in).length
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('system.title')}</h1>
        <p className={pageClasses.lead}>{t('system.lead')}</p>
      </header>
      <Section
        title={t('system.parties')}
        aside={
          <span className={classes.summary}>
            {t('system.summary', { real: system.parties.length - standIns, stand_in: standIns })}
          </span>
        }
      >
        <ul className={classes.parties}>
          {system.parties.map(({ name, stand_in }) => {
            const Icon = PARTY_ICONS[name]
            return (
              <li key={name} className={classes.party}>
                <span className={classes.icon}>
                  <Icon {...ICON} />
                </span>
                <span className={classes.name}>
                  {t(`system.party.${name}`)}
                  <span className={classes.vendor}>{t(`system.vendor.${name}`)}</span>
                </span>
                <Pill tone={stand_in ? 'warn' : 'progress'}>
                  {t(stand_in ? 'system.stand_in' : 'system.real')}
                </Pill>
              </li>
            )
          })}
        </ul>
        {standIns > 0 ? <p className={classes.hint}>{t('system.stand_in_hint')}</p> : null}
      </Section>
      <Section title={t('system.links')}>
        <ul className={classes.links}>
          <Destination url={system.links.outside_world} name="world" icon={<IconWorld {...ICON} />} />
          <Destination url={system.links.temporal_ui} name="temporal" icon={<IconRoute {...ICON} />} />
          <Destination url={system.links.api_docs} name="api_docs" icon={<IconApi {...ICON} />} />
        </ul>
      </Section>
      {me?.role === 'admin' ? <GatewaysSection /> : null}
      <Facts system={system} />
    </div>
  )
}

interface DestinationProps {
  readonly url: string | null
  readonly name: 'world' | 'temporal' | 'api_docs'
  readonly icon: ReactNode
}

function Destination({ url, name, icon }: DestinationProps) {
  const { t } = useTranslation()
  const body = (
    <>
      <span className={classes.icon}>{icon}</span>
      <span className={classes.name}>
        {t(`system.${name}`)}
        <span className={classes.vendor}>
          {url === null ? t('system.unavailable') : t(`system.${name}_text`)}
        </span>
      </span>
      {url === null ? null : <IconChevronRight size={18} stroke={1.7} aria-hidden />}
    </>
  )
  return (
    <li>
      {url === null ? (
        <span className={classes.link} data-off>
          {body}
        </span>
      ) : (
        <a className={classes.link} href={url} target="_blank" rel="noreferrer">
          {body}
        </a>
      )}
    </li>
  )
}

function Facts({ system }: { readonly system: SystemInfo }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const live = useLiveStatus()
  const reachable = system.workflow_engine_reachable
  return (
    <Section title={system.company.name}>
      <dl className={classes.facts}>
        <Fact label={t('system.phone')}>{system.company.phone}</Fact>
        <Fact label={t('system.price')}>{formatWon(system.price, language)}</Fact>
        <Fact label={t('system.edit_window')}>{formatDuration(system.edit_window_seconds)}</Fact>
        <Fact label={t('system.engine')}>
          <Pill tone={reachable ? 'progress' : 'issue'} dot>
            {t(reachable ? 'system.engine_ok' : 'system.engine_away')}
          </Pill>
        </Fact>
        <Fact label={t('system.connection')}>
          <Pill tone={live === 'live' ? 'progress' : 'warn'} dot>
            {t(`live.${live}`)}
          </Pill>
        </Fact>
        <Fact label={t('system.version')}>{system.version}</Fact>
      </dl>
    </Section>
  )
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
