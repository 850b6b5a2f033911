import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { gatewaysQuery } from '../../api/telephone.ts'
import type { Gateways } from '../../api/types.ts'
import { Pill } from '../../components/pill.tsx'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import classes from './gateways-section.module.css'

type Gateway = Gateways['gateways'][number]
type Trunk = Gateway['trunks'][number]

const READINESS_TONES = {
  ready: 'progress',
  draining: 'warn',
  temporal_unreachable: 'issue',
  unreachable: 'issue',
} as const

/** Media gateways and their carriers, as they are now; for the owner. */
export function GatewaysSection() {
  const { t } = useTranslation()
  const gateways = useQuery(gatewaysQuery)
  return (
    <Section title={t('system.trunks')}>
      {gateways.isError ? (
        <ProblemPanel error={gateways.error} onRetry={() => void gateways.refetch()} />
      ) : (
        gateways.data?.gateways.map((gateway) => <Host key={gateway.name} gateway={gateway} />)
      )}
    </Section>
  )
}

function Host({ gateway }: { readonly gateway: Gateway }) {
  const { t } = useTranslation()
  return (
    <div className={classes.host}>
      <p className={classes.hostHead}>
        <span className={classes.hostName}>{gateway.name}</span>
        <Pill tone={READINESS_TONES[gateway.readiness]} dot>
          {t(`system.gateway.${gateway.readiness}`)}
        </Pill>
        <span className={classes.fact}>{t('system.gateway_legs', { count: gateway.legs })}</span>
      </p>
      {gateway.trunks.length === 0 ? (
        <SectionEmpty>{t('system.no_trunks')}</SectionEmpty>
      ) : (
        <ul className={classes.trunks}>
          {gateway.trunks.map((trunk) => (
            <TrunkRow key={trunk.name} trunk={trunk} />
          ))}
        </ul>
      )}
    </div>
  )
}

/** More than anybody has: no limit was set. */
const UNLIMITED = 10_000

function TrunkRow({ trunk }: { readonly trunk: Trunk }) {
  const { t } = useTranslation()
  const inUse =
    trunk.channels >= UNLIMITED
      ? t('system.trunk_calls', { count: trunk.channels_in_use })
      : t('system.trunk_channels', { used: trunk.channels_in_use, all: trunk.channels })
  return (
    <li className={classes.trunk}>
      <p className={classes.trunkHead}>
        <span className={classes.trunkName}>{trunk.name}</span>
        <span className={classes.fact}>{inUse}</span>
        {trunk.registration === null ? null : (
          <Pill tone={trunk.registration === 'registered' ? 'progress' : 'warn'}>
            {t(`system.registration.${trunk.registration}`)}
          </Pill>
        )}
      </p>
      <ul className={classes.servers}>
        {trunk.servers.map((server) => (
          <li key={`${server.transport} ${server.address}`} className={classes.server}>
            <code>{server.address}</code>
            <span className={classes.fact}>{server.transport.toUpperCase()}</span>
            <ServerPill server={server} />
            {server.address === trunk.registrar ? (
              <span className={classes.fact}>{t('system.registered_here')}</span>
            ) : null}
          </li>
        ))}
      </ul>
    </li>
  )
}

function ServerPill({ server }: { readonly server: Trunk['servers'][number] }) {
  const { t } = useTranslation()
  if (server.held_seconds > 0)
    return <Pill tone="warn">{t('system.server_held', { seconds: server.held_seconds })}</Pill>
  if (server.is_up === null) return <Pill tone="done">{t('system.server_unknown')}</Pill>
  return (
    <Pill tone={server.is_up ? 'progress' : 'issue'}>
      {t(server.is_up ? 'system.server_up' : 'system.server_down')}
    </Pill>
  )
}
