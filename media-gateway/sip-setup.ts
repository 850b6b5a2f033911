/** From the settings to the SIP endpoint's options. */
import { readFile } from 'node:fs/promises'
import type { SipSettings } from '../config/settings.ts'
import type { SipEndpointOptions, SipTransportOptions, TlsIdentity } from './sip/index.ts'

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
