/** From the settings to the SIP endpoint's options. */
import { readFile } from 'node:fs/promises'
import type { SipSettings } from '../config/settings.ts'
import { findSoftphoneUser } from '../domain/softphone.ts'
import type { SipEndpointOptions, SipTransportOptions, SipUser, TlsIdentity } from './sip/index.ts'

/** The registrar for the phones of the settings and for the softphones of the app; without a way in there is none. */
export function sipPhones({
  sip,
  secret,
}: {
  readonly sip: Pick<SipSettings, 'phones' | 'realm' | 'phoneDigests' | 'ports'>
  readonly secret: string
}): Pick<SipEndpointOptions, 'phones'> {
  const takesBrowsers = sip.ports.ws !== undefined || sip.ports.wss !== undefined
  if (sip.phones.length === 0 && !takesBrowsers) return {}
  const byName = new Map(sip.phones.map((phone) => [phone.username, phone]))
  return {
    phones: {
      realm: sip.realm,
      users: { find: (username) => byName.get(username) ?? browserUser(secret, username) },
      algorithms: sip.phoneDigests,
      // sip.js knows no SHA-256. Its passwords are 256 random bits that end within hours, so MD5 gives nothing away.
      browserAlgorithms: ['MD5'],
    },
  }
}

function browserUser(secret: string, username: string): SipUser | null {
  const user = findSoftphoneUser(secret, username, Date.now() / 1_000)
  return user === null ? null : { ...user, numbers: [user.extension] }
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
