/** Carriers: one file describes them all (`SIP_TRUNKS_FILE`), or SIP_TRUNK and its companions describe one. */
import { isIP, isIPv4 } from 'node:net'
import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'

const TRUNK_TRANSPORTS = ['udp', 'tcp', 'tls'] as const
export type TrunkTransport = (typeof TRUNK_TRANSPORTS)[number]

/** One SIP server of a carrier. */
export interface TrunkServer {
  readonly host: string
  /** undefined: the transport's own, 5060 or 5061. */
  readonly port: number | undefined
  readonly transport: TrunkTransport
  /** The lowest is tried first; those alike share the calls by weight (RFC 2782). */
  readonly priority: number
  readonly weight: number
}

/** One carrier: where it is, what it lets us do, and what we let it do. */
export interface TrunkSettings {
  readonly name: string
  readonly servers: readonly TrunkServer[]
  readonly credentials: { readonly username: string; readonly password: string } | undefined
  /** Answer challenges that know MD5 only. */
  readonly allowMd5: boolean
  /** Host of our address there; undefined: we do not register. */
  readonly registerAt: string | undefined
  /** From one OPTIONS to the next; 0: its servers are not asked whether they are there. */
  readonly checkSeconds: number
  /** Our numbers there: digits, or their beginning and `*`. */
  readonly numbers: readonly string[]
  /** Beginnings of the numbers that are called by it; '' is every number. */
  readonly prefixes: readonly string[]
  /** Numbers that may be shown as the caller's, like `numbers`; empty: any. */
  readonly callerIds: readonly string[]
  /** Where its calls come from beside its servers, as address or CIDR. */
  readonly inboundFrom: readonly string[] | 'any'
  /** Calls at a time, both ways together. */
  readonly channels: number
  /** Calls of ours that may begin in a second. */
  readonly callsPerSecond: number
  /** Says the caller's number in P-Asserted-Identity too (RFC 3325). */
  readonly assertsIdentity: boolean
  /** What may be spoken, the preferred first. */
  readonly codecs: readonly ('PCMU' | 'PCMA')[]
  /** Whether its sound is encrypted (SDES, RFC 4568); undefined: as SIP_SRTP says. */
  readonly srtp: 'off' | 'accept' | 'require' | undefined
}

const UNLIMITED = 10_000
const WITH_CREDENTIALS_MISSING = 'needs credentials'

const pattern = z.string().regex(/^\d+\*?$/, 'digits, perhaps with * at their end')
const addressRange = z.string().refine(isAddressRange, 'an IP address, or one with /bits')

const serverSchema = z.strictObject({
  host: z.string().regex(/^[\w.:-]+$/, 'a host name or an address'),
  port: z.int().min(1).max(65_535).optional(),
  transport: z.enum(TRUNK_TRANSPORTS).default('udp'),
  priority: z.int().min(0).max(65_535).default(10),
  weight: z.int().min(0).max(65_535).default(1),
})

const trunkSchema = z.strictObject({
  name: z.string().regex(/^[\w-]{1,32}$/, 'letters, digits, - and _, 32 at most'),
  servers: z.array(serverSchema).min(1),
  /** `password_env` names a variable of the environment, so that the file may be shown around. */
  credentials: z
    .strictObject({
      username: z.string().min(1),
      password: z.string().min(1).optional(),
      password_env: z.string().min(1).optional(),
    })
    .refine(
      ({ password, password_env }) => (password === undefined) !== (password_env === undefined),
      'password or password_env, one of them',
    )
    .optional(),
  allow_md5: z.boolean().default(false),
  register: z.boolean().default(false),
  domain: z.string().min(1).optional(),
  check_seconds: z.int().min(0).default(30),
  numbers: z.array(pattern).default([]),
  prefixes: z.array(z.string().regex(/^\d*$/, 'digits only')).min(1).default(['']),
  /** Unset: the pool of numbers. */
  caller_ids: z.array(pattern).optional(),
  inbound_from: z.array(addressRange).default([]),
  channels: z.int().min(1).default(UNLIMITED),
  calls_per_second: z.number().positive().default(UNLIMITED),
  asserts_identity: z.boolean().default(false),
  codecs: z
    .array(z.enum(['PCMU', 'PCMA']))
    .min(1)
    .default(['PCMU', 'PCMA']),
  srtp: z.enum(['off', 'accept', 'require']).optional(),
})

const fileSchema = z.strictObject({ trunks: z.array(trunkSchema) })
type TrunkEntry = z.infer<typeof trunkSchema>

/** What else of the settings decides whether a trunk can work. */
export interface TrunkSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** SIP by TCP and by TLS is on. */
  readonly hasTcp: boolean
  readonly hasTls: boolean
}

/** The trunks of a file, or everything that is wrong with it. */
export interface ReadTrunks {
  readonly trunks: readonly TrunkSettings[]
  readonly problems: readonly string[]
}

/** @param text YAML (and so JSON): `trunks:` and a list; docs/trunks.md tells each key. */
export function readTrunks(text: string, surroundings: TrunkSurroundings): ReadTrunks {
  let content: unknown
  try {
    content = parse(text)
  } catch (error) {
    if (error instanceof YAMLParseError) return { trunks: [], problems: [error.message.split('\n')[0] ?? ''] }
    throw error
  }
  const parsed = fileSchema.safeParse(content)
  if (!parsed.success)
    return {
      trunks: [],
      problems: parsed.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`),
    }
  const { trunks } = parsed.data
  const problems = [
    ...trunks.flatMap((trunk, index) => problemsOf(trunk, `trunks[${index}]`, surroundings)),
    ...doubledNames(trunks),
  ]
  return { trunks: trunks.map((trunk) => settingsOf(trunk, surroundings)), problems }
}

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '') || 'file'

function problemsOf(trunk: TrunkEntry, at: string, surroundings: TrunkSurroundings): string[] {
  const { credentials, register, servers, numbers, caller_ids } = trunk
  const missing = credentials?.password_env
  const problems = servers.flatMap(({ transport }, index) => {
    const isOpen = transport === 'udp' || (transport === 'tcp' ? surroundings.hasTcp : surroundings.hasTls)
    return isOpen
      ? []
      : [`${at}.servers[${index}].transport: SIP_${transport.toUpperCase()}_PORT must be set for it`]
  })
  if (trunk.srtp === 'require' && servers.some(({ transport }) => transport !== 'tls'))
    problems.push(`${at}.srtp: its keys would be readable: every server must be reached by tls`)
  if (register && credentials === undefined) problems.push(`${at}.register: ${WITH_CREDENTIALS_MISSING}`)
  if (missing !== undefined && !surroundings.environment[missing])
    problems.push(`${at}.credentials.password_env: ${missing} is not set`)
  if (caller_ids?.length === 0 && numbers.length > 0)
    problems.push(`${at}.caller_ids: an empty list would allow every number; leave it out for the pool`)
  return problems
}

function doubledNames(trunks: readonly TrunkEntry[]): string[] {
  const seen = new Set<string>()
  return trunks.flatMap(({ name }, index) => {
    if (seen.has(name)) return [`trunks[${index}].name: ${name} is taken by another trunk`]
    seen.add(name)
    return []
  })
}

function settingsOf(trunk: TrunkEntry, { environment }: TrunkSurroundings): TrunkSettings {
  const { credentials } = trunk
  const password = credentials?.password ?? environment[credentials?.password_env ?? ''] ?? ''
  const [firstServer] = trunk.servers
  return {
    name: trunk.name,
    servers: trunk.servers.map(({ host, port, transport, priority, weight }) => ({
      host,
      port,
      transport,
      priority,
      weight,
    })),
    credentials: credentials && { username: credentials.username, password },
    allowMd5: trunk.allow_md5,
    registerAt: trunk.register ? (trunk.domain ?? firstServer?.host) : undefined,
    checkSeconds: trunk.check_seconds,
    numbers: trunk.numbers,
    prefixes: trunk.prefixes,
    callerIds: trunk.caller_ids ?? trunk.numbers,
    inboundFrom: trunk.inbound_from,
    channels: trunk.channels,
    callsPerSecond: trunk.calls_per_second,
    assertsIdentity: trunk.asserts_identity,
    codecs: trunk.codecs,
    srtp: trunk.srtp,
  }
}

export interface SingleTrunk {
  /** `host[:port][;transport=udp|tcp|tls]` */
  readonly address: string
  readonly credentials: TrunkSettings['credentials']
  readonly allowMd5: boolean
  readonly registerAt: string | undefined
  readonly checkSeconds: number
  readonly inboundFrom: TrunkSettings['inboundFrom']
}

/** The one carrier of SIP_TRUNK: every number, any caller, no limits of its own. */
export function singleTrunk({ address, ...given }: SingleTrunk): TrunkSettings {
  const [authority = '', transport = 'udp'] = address.toLowerCase().split(';transport=')
  const [host = '', port] = authority.split(':')
  const server = {
    host,
    port: port === undefined ? undefined : Number(port),
    transport: TRUNK_TRANSPORTS.find((known) => known === transport) ?? 'udp',
    priority: 10,
    weight: 1,
  }
  return {
    name: 'carrier',
    servers: [server],
    ...given,
    numbers: [],
    prefixes: [''],
    callerIds: [],
    channels: UNLIMITED,
    callsPerSecond: UNLIMITED,
    assertsIdentity: false,
    codecs: ['PCMU', 'PCMA'],
    srtp: undefined,
  }
}

/** An address, or a network as address/bits. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  if (isIP(address) === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv4(address) ? 32 : 128))
}
