/**
 * Every setting of Daeri: its environment key, unit, default and check. The one place that reads the
 * environment. `.env` in the working folder is read first; real environment variables win over it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import { LATE_WARNING_SECONDS, type OrderPolicy, TYPO_REFUND_WON } from '../domain/order-policy.ts'
import type { PaymentFees } from '../domain/payment-fees.ts'

/** Below the API's address: Temporal's Web UI, for the owner. */
export const TEMPORAL_UI_PATH = '/temporal'

/** Phones of the stand-in telephone network: where the owner and the vendor's clerk answer. */
const STAND_IN_OWNER_PHONE = '01090001000'
const STAND_IN_VENDOR_PHONE = '0318887777'

const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback)
const optionalPort = z.coerce.number().int().min(0).max(65535).optional()
const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false', '1', '0', 'on', 'off'])
    .default(fallback ? 'true' : 'false')
    .transform((value) => value === 'true' || value === '1' || value === 'on')
/** Minutes after midnight of a wall clock. */
const clockTime = (fallback: string) =>
  z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')
    .default(fallback)
    .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))
const optional = z.string().trim().min(1).optional()
const phone = z
  .string()
  .regex(/^\d{8,11}$/, 'digits only, 8 to 11')
  .optional()
const key32 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits (32 bytes)')
  .optional()

const sipPhones = z
  .string()
  .transform((text) => text.trim().split(/\s+/))
  .pipe(
    z.array(
      z.string().regex(/^[\w.-]+:[^:\s]{8,}:\d+(\+\d+)*$/, 'username:password:number, 8 letters at least'),
    ),
  )
  .transform((phones) =>
    phones.map((phone) => {
      const [username = '', password = '', numbers = ''] = phone.split(':')
      return { username, password, numbers: numbers.split('+') }
    }),
  )
  .optional()

const settingsSchema = z.object({
  /** Folder of everything that must survive a restart: databases, recordings, photos. */
  DAERI_DATA_DIR: z.string().default('data'),
  /** Address at which customers and staff reach the API; goes into every link that is texted. */
  DAERI_PUBLIC_URL: z.url().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Secret behind signed links, sessions and the sockets between our own processes. */
  DAERI_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
  /** AES-256 key of Temporal payloads and personal data columns. */
  DAERI_DATA_KEY: key32,

  HOST: z.string().default('127.0.0.1'),
  API_PORT: port(4000),
  WORLD_PORT: port(4100),
  MEDIA_SOCKET_PORT: port(4200),
  POSTGRES_PORT: port(4300),
  TEMPORAL_PORT: port(4400),
  TEMPORAL_UI_PORT: port(4401),
  SIP_PORT: port(4500),
  /** SIP port of the stand-in telephone network. */
  WORLD_SIP_PORT: port(4501),
  RTP_PORT_MIN: port(20000),
  RTP_PORT_MAX: port(20999),

  /** Unset: an embedded Postgres is started on POSTGRES_PORT. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** host:port of a Temporal server. Unset: a development server is started on TEMPORAL_PORT. */
  TEMPORAL_ADDRESS: optional,
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_API_KEY: optional,
  /** Web UI of another server. Unset: the development server's, which the API serves at TEMPORAL_UI_PATH. */
  TEMPORAL_UI_URL: z.url().optional(),

  COMPANY_NAME: z.string().default('대리 화환'),
  /** The number customers call and the sender of text messages; digits only. */
  COMPANY_PHONE: z
    .string()
    .regex(/^\d{8,11}$/, 'digits only, 8 to 11')
    .default('15880000'),
  /** Where the owner is texted and called when something needs them; digits only. Unset: only the screens tell. */
  OWNER_PHONE: phone,
  /** Where the vendor takes orders by phone; digits only. Unset: the vendor is not called. */
  VENDOR_PHONE: phone,
  /** Name of the first vendor; more are kept in the app. */
  VENDOR_NAME: z.string().trim().min(1).default('화환 외주업체'),
  OWNER_EMAIL: z.email().default('owner@example.com'),
  /** First password of the owner. Unset: one is made and printed at first start. */
  OWNER_PASSWORD: z.string().min(10).optional(),

  /** Issues that are raised within this become one text to the owner. */
  ALARM_GATHER_SECONDS: z.coerce.number().int().min(0).default(60),
  /** An Issue that nobody has acknowledged by then is told by phone. */
  ALARM_CALL_MINUTES: z.coerce.number().positive().default(10),
  /** From one such call to the next, and how many there are at most. */
  ALARM_CALL_REPEAT_MINUTES: z.coerce.number().positive().default(5),
  ALARM_MAX_CALLS: z.coerce.number().int().min(0).max(3).default(3),
  /** HH:MM in Korea. Orders from then on belong to the next morning's view … */
  NIGHT_FROM: clockTime('18:00'),
  /** … which ends now, when the digest is texted to the owner. */
  MORNING_AT: clockTime('10:00'),

  /** Won. */
  WREATH_PRICE: z.coerce.number().int().positive().default(80_000),
  /** Won. */
  WREATH_COST: z.coerce.number().int().positive().default(40_000),
  EDIT_WINDOW_SECONDS: z.coerce.number().int().min(1).default(600),
  /** Time after which an unpaid order is cancelled. */
  PAYMENT_EXPIRY_SECONDS: z.coerce.number().int().min(1).default(86_400),
  /** How long the link to a customer's order page holds from the day it is sent. */
  ORDER_LINK_DAYS: z.coerce.number().int().min(1).max(365).default(30),
  /** How long before the wanted time a wreath that has not departed is late. */
  LATE_WARNING_SECONDS: z.coerce.number().int().min(0).default(LATE_WARNING_SECONDS),
  /** Won given back with the apology when a wreath is wrong. */
  TYPO_REFUND_WON: z.coerce.number().int().positive().default(TYPO_REFUND_WON),
  /** How long before that the customer is reminded; unset: a quarter of it. 0 never. */
  PAYMENT_REMINDER_SECONDS: z.coerce.number().int().min(0).optional(),
  /** How often the company's bank account is read. */
  BANK_POLL_SECONDS: z.coerce.number().int().min(1).default(60),
  /** How often our payments are compared with the gateway's. */
  RECONCILIATION_SECONDS: z.coerce.number().int().min(10).default(900),
  /** What the gateway keeps of a card payment, in hundredths of a percent, VAT included. */
  PG_FEE_CARD_BASIS_POINTS: z.coerce.number().int().min(0).max(10_000).default(352),
  /** Won, for each virtual account that is paid, VAT included. */
  PG_FEE_VIRTUAL_ACCOUNT: z.coerce.number().int().min(0).default(440),
  /** How often the vendor's ERP is asked about a delivery. */
  VENDOR_POLL_SECONDS: z.coerce.number().int().min(1).default(60),
  /** Rounds in which a vendor out of reach is tried again, and how long before it becomes an Issue. */
  VENDOR_ROUND_SECONDS: z.coerce.number().int().min(1).default(300),
  VENDOR_PATIENCE_SECONDS: z.coerce.number().int().min(1).default(21_600),
  /** How often and how long a failing step is tried before it becomes an Issue. */
  STEP_MAX_ATTEMPTS: z.coerce.number().int().min(1).default(6),
  STEP_RETRY_SECONDS: z.coerce.number().positive().default(5),

  /** After the newest message of a customer, for more of them to come, before they are answered. */
  CHAT_QUIET_SECONDS: z.coerce.number().min(0).max(60).default(3),
  /** Without a word a conversation by text or Kakao ends; the next message begins another. */
  CHAT_IDLE_DAYS: z.coerce.number().positive().max(365).default(7),

  AZURE_SPEECH_KEY: optional,
  AZURE_SPEECH_REGION: optional,
  /** ws(s) address of the speech service; unset with a key: derived from the region. */
  AZURE_SPEECH_ENDPOINT: optional,
  AZURE_SPEECH_VOICE: z.string().default('ko-KR-SunHiNeural'),
  ANTHROPIC_API_KEY: optional,
  ANTHROPIC_BASE_URL: z.url().optional(),
  CLAUDE_MODEL: z.string().default('claude-haiku-4-5'),
  TOSS_SECRET_KEY: optional,
  TOSS_API_URL: z.url().optional(),
  SOLAPI_API_KEY: optional,
  SOLAPI_API_SECRET: optional,
  SOLAPI_API_URL: z.url().optional(),
  /** Shared secret of Solapi's delivery-report webhook. */
  SOLAPI_WEBHOOK_SECRET: optional,
  /** Shared secret of the texts that customers send us: key of their signature, bearer of their pictures. */
  SMS_INBOUND_SECRET: optional,
  /** Value of the header X-Kakao-Skill-Token, set in the settings of our skill at Kakao. */
  KAKAO_SKILL_TOKEN: optional,
  /** Our channel at Kakao, as Solapi names it, and the template of the delivery notice: with both it goes by AlimTalk. */
  KAKAO_PF_ID: optional,
  KAKAO_TEMPLATE_DELIVERED: optional,
  /** Transactions of the company's own bank account (docs/bank-feed.md), without the path. */
  BANK_FEED_URL: z.url().optional(),
  BANK_FEED_KEY: optional,
  VENDOR_ERP_URL: z.url().optional(),
  VENDOR_ERP_API_KEY: optional,
  /** Web pages of the vendor's system; unset: beneath VENDOR_ERP_URL. */
  VENDOR_ERP_WEB_URL: z.url().optional(),
  /** Account of those pages. */
  VENDOR_ERP_WEB_USER: z.string().default('reseller'),
  /** Unset: the API key. */
  VENDOR_ERP_WEB_PASSWORD: optional,
  /** Shared secret of the vendor's delivery webhook. */
  VENDOR_ERP_WEBHOOK_SECRET: optional,
  /**
   * host:port of the carrier's SIP gateway, with `;transport=tcp` or `tls` by that. Unset: the stand-in network. `none`:
   * only phones of ours are called.
   */
  SIP_TRUNK: z
    .string()
    .regex(
      /^[^\s;]+(;transport=(udp|tcp|tls))?$/i,
      'host:port, perhaps with ;transport=tcp or ;transport=tls',
    )
    .optional(),
  /** What the carrier asks our calls for. */
  SIP_TRUNK_USER: optional,
  SIP_TRUNK_PASSWORD: optional,
  /** Register there with that name, so that the carrier knows where to send calls. */
  SIP_TRUNK_REGISTER: flag(false),
  /** Host of our address at the carrier; unset: that of SIP_TRUNK. */
  SIP_TRUNK_DOMAIN: optional,
  /** How often the carrier is asked by OPTIONS whether it is there; 0: never. The stand-in is not asked. */
  SIP_TRUNK_CHECK_SECONDS: z.coerce.number().int().min(0).default(30),
  /** Softphones of ours: `username:password:number`, several numbers joined by +, several phones by blanks. Unset: none. */
  SIP_PHONES: sipPhones,
  /** Name in our challenges to them. */
  SIP_REALM: z
    .string()
    .regex(/^[^"\\]+$/, 'without quotes')
    .default('daeri'),
  /**
   * What they may answer by, the preferred first: SHA-256, MD5 or both with a comma. Some, sip.js among them, read the
   * first alone and know MD5 only.
   */
  SIP_PHONE_DIGESTS: z
    .string()
    .default('SHA-256')
    .transform((text) => text.split(',').map((name) => name.trim().toUpperCase()))
    .pipe(z.array(z.enum(['SHA-256', 'MD5'])).min(1)),
  /** Answer a carrier that knows MD5 only. */
  SIP_ALLOW_MD5: flag(false),
  /** Address the gateway puts into SIP and SDP; the host that carriers reach. */
  SIP_PUBLIC_HOST: optional,
  /** Ports of SIP by TCP, TLS, WebSocket (RFC 7118) and secure WebSocket. Unset: off. */
  SIP_TCP_PORT: optionalPort,
  SIP_TLS_PORT: optionalPort,
  SIP_WS_PORT: optionalPort,
  SIP_WSS_PORT: optionalPort,
  /** PEM files: certificate with its chain, its key, and whom to trust as a carrier (unset: the known authorities). */
  SIP_TLS_CERT: optional,
  SIP_TLS_KEY: optional,
  SIP_TLS_CA: optional,
  /** Name of the gateway host in its task queues; unset: the machine's name and the SIP port. */
  GATEWAY_HOST: optional,
  /** Phone channels of one gateway host. */
  GATEWAY_CHANNELS: z.coerce.number().int().min(1).default(100),

  /** Play one demonstration order by phone after the start. */
  DEMO: flag(true),
  /** Start the stand-ins of the outside world. */
  SIMULATORS: flag(true),
  /** How long the stand-in of the vendor takes for each step of an order: made, under way, delivered. */
  WORLD_ERP_STEP_SECONDS: z.coerce.number().positive().default(6),
})

/** How the owner hears of Issues. */
export interface AlarmSettings {
  readonly gatherSeconds: number
  readonly callAfterSeconds: number
  readonly callRepeatSeconds: number
  readonly maxCalls: number
}

/** The gateway's side of SIP. */
export interface SipSettings {
  /** undefined: there is no carrier, only phones of ours are called. */
  readonly trunk: string | undefined
  readonly trunkCredentials: { readonly username: string; readonly password: string } | undefined
  /** Host of our address at the carrier; undefined: we do not register. */
  readonly registerAt: string | undefined
  /** 0: the carrier is not asked whether it is there. */
  readonly trunkCheckSeconds: number
  readonly phones: readonly {
    readonly username: string
    readonly password: string
    readonly numbers: readonly string[]
  }[]
  readonly realm: string
  /** Of the phones, the preferred first. */
  readonly phoneDigests: readonly ('SHA-256' | 'MD5')[]
  /** Of the carrier. */
  readonly allowMd5: boolean
  readonly publicHost: string
  readonly channels: number
  readonly gatewayHost: string | undefined
  /** Transports beside UDP; undefined: off. */
  readonly ports: Readonly<Record<'tcp' | 'tls' | 'ws' | 'wss', number | undefined>>
  /** Paths of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string | undefined } | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** One outside party and whether we talk to the real one. */
export type PartyName =
  | 'speech'
  | 'claude'
  | 'payments'
  | 'bank'
  | 'sms'
  | 'kakao'
  | 'vendor_erp'
  | 'telephone'

/** Settings after defaults and stand-ins are filled in: nothing is optional that a process needs. */
export interface Settings {
  readonly dataDir: string
  readonly logLevel: string
  readonly secret: string
  /** 64 hexadecimal digits. */
  readonly dataKey: string
  readonly host: string
  readonly publicUrl: string
  readonly ports: {
    readonly api: number
    readonly world: number
    readonly mediaSocket: number
    readonly postgres: number
    readonly temporal: number
    readonly temporalUi: number
    readonly sip: number
    readonly worldSip: number
    readonly rtpMin: number
    readonly rtpMax: number
  }
  readonly databaseUrl: string
  readonly ownsDatabase: boolean
  readonly temporal: {
    readonly address: string
    readonly namespace: string
    readonly apiKey: string | undefined
    readonly uiUrl: string
    /** Where the Web UI listens that the API serves at TEMPORAL_UI_PATH; absent when it is on its own. */
    readonly uiUpstream?: string
    readonly owned: boolean
  }
  readonly company: { readonly name: string; readonly phone: string }
  readonly alarm: AlarmSettings
  /** Minutes after midnight in Korea. */
  readonly morning: { readonly nightFrom: number; readonly morningAt: number }
  readonly owner: {
    readonly email: string
    readonly password: string | undefined
    readonly phone: string | undefined
  }
  /** The first vendor, until the owner changes it in the app. */
  readonly vendor: { readonly name: string; readonly phone: string | undefined }
  readonly order: OrderPolicy
  readonly chat: { readonly quietMs: number; readonly idleMs: number }
  readonly orderLinkDays: number
  readonly money: {
    readonly bankPollSeconds: number
    readonly reconciliationSeconds: number
    readonly fees: PaymentFees
  }
  readonly speech: {
    readonly endpoint: string | undefined
    readonly region: string | undefined
    readonly key: string
    readonly voice: string
  }
  readonly claude: { readonly apiKey: string; readonly baseUrl: string | undefined; readonly model: string }
  readonly toss: { readonly apiUrl: string; readonly secretKey: string }
  readonly solapi: {
    readonly apiUrl: string | undefined
    readonly apiKey: string
    readonly apiSecret: string
    readonly webhookSecret: string
  }
  readonly smsInbound: { readonly secret: string }
  readonly kakao: {
    readonly skillToken: string
    readonly pfId: string | undefined
    readonly templateDelivered: string | undefined
  }
  readonly bankFeed: { readonly url: string; readonly key: string }
  readonly vendorErp: {
    readonly url: string
    readonly apiKey: string
    readonly webhookSecret: string
    readonly web: { readonly url: string; readonly user: string; readonly password: string }
  }
  readonly sip: SipSettings
  readonly demo: boolean
  readonly simulators: boolean
  readonly worldErpStepSeconds: number
  /** Which outside parties are stand-ins. */
  readonly standIns: Readonly<Record<PartyName, boolean>>
}

/** All mistakes in the configuration at once; a restart without a change will not help. */
export class SettingsError extends Error {
  readonly retryable = false
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} mistake(s):\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    )
    this.name = 'SettingsError'
    this.problems = problems
  }
}

/**
 * `.env` of the given folder overlaid with the environment; empty values count as unset.
 * DAERI_ENV_FILE=off leaves the file out (tests, scenarios on a system of their own).
 */
export function readEnvironment(folder = process.cwd(), environment: Environment = process.env): Environment {
  const file = join(folder, '.env')
  const fromFile =
    environment.DAERI_ENV_FILE !== 'off' && existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const merged: Record<string, string | undefined> = { ...fromFile }
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) merged[name] = value
  for (const [name, value] of Object.entries(merged)) if (value?.trim() === '') delete merged[name]
  return merged
}

/**
 * Checks the environment and fills in defaults.
 * @throws SettingsError naming every wrong key at once.
 */
export function loadSettings(environment: Environment = readEnvironment()): Settings {
  const parsed = settingsSchema.safeParse(environment)
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  problems.push(...missingPartners(environment))
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems)
  return fill(parsed.data)
}

/** Keys that make sense only together. */
function missingPartners(environment: Environment): string[] {
  const pairs: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['AZURE_SPEECH_KEY', ['AZURE_SPEECH_REGION', 'AZURE_SPEECH_ENDPOINT']],
    ['SOLAPI_API_KEY', ['SOLAPI_API_SECRET']],
    ['SOLAPI_API_SECRET', ['SOLAPI_API_KEY']],
    ['VENDOR_ERP_URL', ['VENDOR_ERP_API_KEY']],
    ['BANK_FEED_URL', ['BANK_FEED_KEY']],
    ['SIP_TRUNK_USER', ['SIP_TRUNK_PASSWORD']],
    ['SIP_TRUNK_PASSWORD', ['SIP_TRUNK_USER']],
    ['SIP_TLS_PORT', ['SIP_TLS_CERT']],
    ['SIP_WSS_PORT', ['SIP_TLS_CERT']],
    ['SIP_TLS_CERT', ['SIP_TLS_KEY']],
    ['SIP_TLS_KEY', ['SIP_TLS_CERT']],
    ['KAKAO_PF_ID', ['KAKAO_TEMPLATE_DELIVERED']],
    ['KAKAO_TEMPLATE_DELIVERED', ['KAKAO_PF_ID']],
  ]
  const problems = pairs
    .filter(
      ([name, partners]) =>
        environment[name] !== undefined && partners.every((p) => environment[p] === undefined),
    )
    .map(([name, partners]) => `${name} is set, so ${partners.join(' or ')} must be set too`)
  const registers = ['true', '1', 'on'].includes(environment.SIP_TRUNK_REGISTER ?? '')
  if (registers && (environment.SIP_TRUNK ?? 'none') === 'none')
    problems.push('SIP_TRUNK_REGISTER is set, so SIP_TRUNK must name a carrier')
  if (registers && environment.SIP_TRUNK_USER === undefined)
    problems.push('SIP_TRUNK_REGISTER is set, so SIP_TRUNK_USER must be set too')
  const low = Number(environment.RTP_PORT_MIN ?? 20000)
  const high = Number(environment.RTP_PORT_MAX ?? 20999)
  if (high - low < 3) problems.push('RTP_PORT_MAX must be at least RTP_PORT_MIN + 3: a call takes two ports')
  return problems
}

function fill(env: z.infer<typeof settingsSchema>): Settings {
  const world = `http://${env.HOST}:${env.WORLD_PORT}`
  const publicUrl = env.DAERI_PUBLIC_URL ?? `http://${env.HOST}:${env.API_PORT}`
  const standIns = {
    speech: env.AZURE_SPEECH_KEY === undefined,
    claude: env.ANTHROPIC_API_KEY === undefined,
    payments: env.TOSS_SECRET_KEY === undefined,
    bank: env.BANK_FEED_URL === undefined,
    sms: env.SOLAPI_API_KEY === undefined,
    kakao: env.KAKAO_SKILL_TOKEN === undefined,
    vendor_erp: env.VENDOR_ERP_URL === undefined,
    telephone: env.SIP_TRUNK === undefined,
  }
  return {
    dataDir: resolve(env.DAERI_DATA_DIR),
    logLevel: env.LOG_LEVEL,
    secret: env.DAERI_SECRET ?? 'development-secret-not-for-production',
    dataKey: env.DAERI_DATA_KEY ?? '00'.repeat(32),
    host: env.HOST,
    publicUrl,
    ports: {
      api: env.API_PORT,
      world: env.WORLD_PORT,
      mediaSocket: env.MEDIA_SOCKET_PORT,
      postgres: env.POSTGRES_PORT,
      temporal: env.TEMPORAL_PORT,
      temporalUi: env.TEMPORAL_UI_PORT,
      sip: env.SIP_PORT,
      worldSip: env.WORLD_SIP_PORT,
      rtpMin: env.RTP_PORT_MIN,
      rtpMax: env.RTP_PORT_MAX,
    },
    databaseUrl: env.DATABASE_URL ?? `postgres://daeri:daeri@${env.HOST}:${env.POSTGRES_PORT}/daeri`,
    ownsDatabase: env.DATABASE_URL === undefined,
    temporal: {
      address: env.TEMPORAL_ADDRESS ?? `${env.HOST}:${env.TEMPORAL_PORT}`,
      namespace: env.TEMPORAL_NAMESPACE,
      apiKey: env.TEMPORAL_API_KEY,
      ...temporalUi(env, publicUrl),
      owned: env.TEMPORAL_ADDRESS === undefined,
    },
    company: { name: env.COMPANY_NAME, phone: env.COMPANY_PHONE },
    alarm: {
      gatherSeconds: env.ALARM_GATHER_SECONDS,
      callAfterSeconds: env.ALARM_CALL_MINUTES * 60,
      callRepeatSeconds: env.ALARM_CALL_REPEAT_MINUTES * 60,
      maxCalls: env.ALARM_MAX_CALLS,
    },
    morning: { nightFrom: env.NIGHT_FROM, morningAt: env.MORNING_AT },
    owner: {
      email: env.OWNER_EMAIL,
      password: env.OWNER_PASSWORD,
      phone: env.OWNER_PHONE ?? (standIns.telephone ? STAND_IN_OWNER_PHONE : undefined),
    },
    vendor: {
      name: env.VENDOR_NAME,
      phone: env.VENDOR_PHONE ?? (standIns.telephone ? STAND_IN_VENDOR_PHONE : undefined),
    },
    order: {
      priceWon: env.WREATH_PRICE,
      costWon: env.WREATH_COST,
      editWindowSeconds: env.EDIT_WINDOW_SECONDS,
      paymentExpirySeconds: env.PAYMENT_EXPIRY_SECONDS,
      ...(env.PAYMENT_REMINDER_SECONDS === undefined
        ? {}
        : { paymentReminderSeconds: env.PAYMENT_REMINDER_SECONDS }),
      vendorPollSeconds: env.VENDOR_POLL_SECONDS,
      vendorRoundSeconds: env.VENDOR_ROUND_SECONDS,
      vendorPatienceSeconds: env.VENDOR_PATIENCE_SECONDS,
      stepMaxAttempts: env.STEP_MAX_ATTEMPTS,
      stepRetrySeconds: env.STEP_RETRY_SECONDS,
      lateWarningSeconds: env.LATE_WARNING_SECONDS,
      typoRefundWon: env.TYPO_REFUND_WON,
    },
    orderLinkDays: env.ORDER_LINK_DAYS,
    chat: { quietMs: env.CHAT_QUIET_SECONDS * 1_000, idleMs: env.CHAT_IDLE_DAYS * 86_400_000 },
    money: {
      bankPollSeconds: env.BANK_POLL_SECONDS,
      reconciliationSeconds: env.RECONCILIATION_SECONDS,
      fees: {
        cardBasisPoints: env.PG_FEE_CARD_BASIS_POINTS,
        virtualAccountWon: env.PG_FEE_VIRTUAL_ACCOUNT,
      },
    },
    speech: {
      endpoint:
        env.AZURE_SPEECH_ENDPOINT ??
        (standIns.speech ? `ws://${env.HOST}:${env.WORLD_PORT}/azure-speech` : undefined),
      region: env.AZURE_SPEECH_REGION,
      key: env.AZURE_SPEECH_KEY ?? 'stand-in',
      voice: env.AZURE_SPEECH_VOICE,
    },
    claude: {
      apiKey: env.ANTHROPIC_API_KEY ?? 'stand-in',
      baseUrl: env.ANTHROPIC_BASE_URL ?? (standIns.claude ? `${world}/anthropic` : undefined),
      model: env.CLAUDE_MODEL,
    },
    toss: {
      apiUrl: env.TOSS_API_URL ?? (standIns.payments ? `${world}/toss` : 'https://api.tosspayments.com'),
      secretKey: env.TOSS_SECRET_KEY ?? 'test_sk_stand_in',
    },
    solapi: {
      apiUrl: env.SOLAPI_API_URL ?? (standIns.sms ? `${world}/solapi` : undefined),
      apiKey: env.SOLAPI_API_KEY ?? 'NCSSTANDIN000000',
      apiSecret: env.SOLAPI_API_SECRET ?? 'stand-in-secret-stand-in-secret-',
      webhookSecret: env.SOLAPI_WEBHOOK_SECRET ?? 'stand-in-webhook-secret',
    },
    smsInbound: { secret: env.SMS_INBOUND_SECRET ?? 'stand-in-sms-inbound-secret' },
    kakao: {
      skillToken: env.KAKAO_SKILL_TOKEN ?? 'stand-in-kakao-skill-token',
      pfId: env.KAKAO_PF_ID,
      templateDelivered: env.KAKAO_TEMPLATE_DELIVERED,
    },
    bankFeed: {
      url: env.BANK_FEED_URL ?? `${world}/bank`,
      key: env.BANK_FEED_KEY ?? 'stand-in-bank-feed-key',
    },
    vendorErp: {
      url: env.VENDOR_ERP_URL ?? `${world}/vendor-erp`,
      apiKey: env.VENDOR_ERP_API_KEY ?? 'stand-in-erp-key',
      webhookSecret: env.VENDOR_ERP_WEBHOOK_SECRET ?? 'stand-in-erp-webhook-secret',
      web: {
        url: env.VENDOR_ERP_WEB_URL ?? env.VENDOR_ERP_URL ?? `${world}/vendor-erp`,
        user: env.VENDOR_ERP_WEB_USER,
        password: env.VENDOR_ERP_WEB_PASSWORD ?? env.VENDOR_ERP_API_KEY ?? 'stand-in-erp-key',
      },
    },
    sip: {
      trunk: env.SIP_TRUNK === 'none' ? undefined : (env.SIP_TRUNK ?? `${env.HOST}:${env.WORLD_SIP_PORT}`),
      trunkCredentials:
        env.SIP_TRUNK_USER === undefined || env.SIP_TRUNK_PASSWORD === undefined
          ? undefined
          : { username: env.SIP_TRUNK_USER, password: env.SIP_TRUNK_PASSWORD },
      registerAt: env.SIP_TRUNK_REGISTER
        ? (env.SIP_TRUNK_DOMAIN ?? env.SIP_TRUNK?.split(/[:;]/)[0])
        : undefined,
      trunkCheckSeconds: standIns.telephone ? 0 : env.SIP_TRUNK_CHECK_SECONDS,
      phones: env.SIP_PHONES ?? [],
      realm: env.SIP_REALM,
      phoneDigests: env.SIP_PHONE_DIGESTS,
      allowMd5: env.SIP_ALLOW_MD5,
      publicHost: env.SIP_PUBLIC_HOST ?? env.HOST,
      channels: env.GATEWAY_CHANNELS,
      gatewayHost: env.GATEWAY_HOST,
      ports: { tcp: env.SIP_TCP_PORT, tls: env.SIP_TLS_PORT, ws: env.SIP_WS_PORT, wss: env.SIP_WSS_PORT },
      tls:
        env.SIP_TLS_CERT === undefined || env.SIP_TLS_KEY === undefined
          ? undefined
          : { cert: env.SIP_TLS_CERT, key: env.SIP_TLS_KEY, ca: env.SIP_TLS_CA },
    },
    demo: env.DEMO,
    simulators: env.SIMULATORS,
    worldErpStepSeconds: env.WORLD_ERP_STEP_SECONDS,
    standIns,
  }
}

/** The Web UI has no sign-in of its own: ours is reached through the API, by the owner only. */
function temporalUi(
  env: z.infer<typeof settingsSchema>,
  publicUrl: string,
): Pick<Settings['temporal'], 'uiUrl' | 'uiUpstream'> {
  const upstream = `http://${env.HOST}:${env.TEMPORAL_UI_PORT}`
  if (env.TEMPORAL_UI_URL !== undefined) return { uiUrl: env.TEMPORAL_UI_URL }
  if (env.TEMPORAL_ADDRESS !== undefined) return { uiUrl: upstream }
  return { uiUrl: `${publicUrl}${TEMPORAL_UI_PATH}`, uiUpstream: upstream }
}
