/** What the gateway keeps up with its carrier: our registration, and the knowledge whether it is there. */
import type { SipSettings } from '../config/settings.ts'
import type { OutboundRoutes } from './outbound-route.ts'
import type { RegistrationState, SipEndpoint, SipLogger } from './sip/index.ts'

export interface CarrierLink {
  /** null: not known (not asked, or not yet). */
  readonly isUp: boolean | null
  /** null: we do not register. */
  readonly registration: RegistrationState | null
  /** Takes the registration back, so that no more calls are sent to us; resolves when the carrier has answered. */
  stop(): Promise<void>
}

export function openCarrierLink(
  sip: SipEndpoint,
  settings: Pick<SipSettings, 'registerAt' | 'trunkCheckSeconds'>,
  trunk: OutboundRoutes['trunk'],
  logger: SipLogger,
): CarrierLink {
  const { registerAt, trunkCheckSeconds } = settings
  const credentials = trunk?.credentials
  const watch =
    trunk === undefined || trunkCheckSeconds === 0
      ? null
      : sip.watch({
          target: trunk.hop,
          everyMs: trunkCheckSeconds * 1_000,
          onChange: (isUp) =>
            isUp ? logger.info({}, 'the carrier answers') : logger.warn({}, 'the carrier does not answer'),
        })
  const registration =
    trunk === undefined || registerAt === undefined || credentials === undefined
      ? null
      : sip.register({
          registrar: trunk.hop,
          domain: registerAt,
          username: credentials.username,
          credentials,
          onState: (state) => logger.info({ state }, 'registration at the carrier'),
        })
  return {
    get isUp() {
      return watch?.isUp ?? null
    },
    get registration() {
      return registration?.state ?? null
    },
    stop: async () => {
      watch?.stop()
      await registration?.stop()
    },
  }
}
