/** From the settings to the SIP endpoint's options. */
import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import type { SipSettings } from '../config/settings.ts'
import type { OutboundRoutes } from './outbound-route.ts'
import type {
  SipEndpointOptions,
  SipHop,
  SipProtocol,
  SipTransportOptions,
  TlsIdentity,
} from './sip/index.ts'

const DEFAULT_PORTS: Partial<Record<SipProtocol, number>> = { UDP: 5060, TCP: 5060, TLS: 5061 }

/**
 * @param trunk `host[:port][;transport=udp|tcp|tls]`. A name is looked up once at the start, but for TLS, whose
 *   certificate is checked against it.
 */
export async function resolveTrunk(trunk: string): Promise<SipHop> {
  const [authority = '', transport = 'udp'] = trunk.split(/;transport=/i)
  const protocol = transport.toUpperCase() as SipProtocol
  const [name = '', port = DEFAULT_PORTS[protocol]] = authority.split(':')
  const host = protocol === 'TLS' ? name : (await lookup(name, { family: 4 })).address
  const address = { host, port: Number(port) }
  return protocol === 'UDP' ? address : { ...address, protocol }
}

/** The carrier of the settings and what it asks us for; undefined where there is none. */
export async function sipTrunk(
  sip: Pick<SipSettings, 'trunk' | 'trunkCredentials' | 'allowMd5'>,
): Promise<OutboundRoutes['trunk']> {
  if (sip.trunk === undefined) return undefined
  const { trunkCredentials, allowMd5 } = sip
  const credentials = trunkCredentials === undefined ? undefined : { ...trunkCredentials, allowMd5 }
  return { hop: await resolveTrunk(sip.trunk), credentials }
}

/** The registrar for the phones of the settings; without any there is none. */
export function sipPhones(
  sip: Pick<SipSettings, 'phones' | 'realm' | 'phoneDigests'>,
): Pick<SipEndpointOptions, 'phones'> {
  if (sip.phones.length === 0) return {}
  const byName = new Map(sip.phones.map((phone) => [phone.username, phone]))
  return {
    phones: {
      realm: sip.realm,
      users: { find: (username) => byName.get(username) ?? null },
      algorithms: sip.phoneDigests,
    },
  }
}

/** @throws where a certificate file can't be read. */
export async function sipTransports(settings: {
  readonly sip: Pick<SipSettings, 'ports' | 'tls'>
  readonly publicUrl: string
}): Promise<SipTransportOptions> {
  const { ports, tls: files } = settings.sip
  const identity = files === undefined ? undefined : await readIdentity(files)
  const ours = new URL(settings.publicUrl).origin
  // Browsers tell the page's origin; a page of somebody else must not phone with our agents' credentials.
  const isOriginAllowed = (origin: string | undefined) => origin === undefined || origin === ours
  return {
    ...(ports.tcp === undefined ? {} : { tcp: { port: ports.tcp } }),
    ...(ports.tls === undefined || identity === undefined ? {} : { tls: { port: ports.tls, ...identity } }),
    ...(ports.ws === undefined ? {} : { ws: { port: ports.ws, isOriginAllowed } }),
    ...(ports.wss === undefined || identity === undefined
      ? {}
      : { wss: { port: ports.wss, isOriginAllowed, ...identity } }),
  }
}

async function readIdentity(files: NonNullable<SipSettings['tls']>): Promise<TlsIdentity> {
  const [cert, key] = await Promise.all([readFile(files.cert), readFile(files.key)])
  return files.ca === undefined ? { cert, key } : { cert, key, ca: await readFile(files.ca) }
}
