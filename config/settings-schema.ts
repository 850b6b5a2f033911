/** The environment as it may be: each key with its unit, default and check. */
import { z } from 'zod'
import { LATE_WARNING_SECONDS, TYPO_REFUND_WON, VENDOR_CALLS } from '../domain/order-policy.ts'
import {
  MACHINE_POLICIES,
  OUTBOUND_LIMITS,
  PERSON_TRANSFER_MODES,
  RETRIED_STATES,
  TRANSFER_TO_DESK,
} from '../domain/outbound-policy.ts'
import { isAddressRange } from './trunks.ts'

/** Value of SIP_INBOUND_FROM: whoever may send calls. */
const ANYWHERE = 'any'

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
    .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'HH:MM, at most 24:00')
    .default(fallback)
    .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))
/** Four amounts with commas: input, output, cache read, cache write. */
const tokenPrices = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.number().min(0)).length(4))
    .transform(([input = 0, output = 0, cacheRead = 0, cacheWrite = 0]) => ({
      input,
      output,
      cacheRead,
      cacheWrite,
    }))
const transferTarget = z
  .string()
  .trim()
  .regex(/^(?:desk|none|\+?[\d-]{3,20})$/, 'desk, none or a number')
const optional = z.string().trim().min(1).optional()
const phone = z
  .string()
  .regex(/^\d{8,11}$/, 'digits only, 8 to 11')
  .optional()
/** Beginnings of telephone numbers with commas between them; empty: none. */
const beginnings = (fallback: string) =>
  z
    .string()
    .regex(/^(\d+(,\d+)*)?$/, 'digits with commas between them, e.g. 0,1')
    .default(fallback)
    .transform((text) => text.split(',').filter((beginning) => beginning !== ''))
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

export const settingsSchema = z.object({
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
  /** UDP ports of browsers' calls (ICE), both included; each takes one. */
  WEBRTC_PORT_MIN: port(21000),
  WEBRTC_PORT_MAX: port(21199),

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
  /** Hours of the Korean day in which a vendor without doors is phoned about deliveries, the second excluded. */
  VENDOR_CALL_FROM_HOUR: z.coerce.number().int().min(0).max(23).default(VENDOR_CALLS.fromHour),
  VENDOR_CALL_TO_HOUR: z.coerce.number().int().min(1).max(24).default(VENDOR_CALLS.toHour),
  /** After such a call without an answer, and past the wanted time after one with an answer. */
  VENDOR_CALL_RETRY_SECONDS: z.coerce.number().int().min(1).default(VENDOR_CALLS.retrySeconds),
  VENDOR_CALL_REPEAT_SECONDS: z.coerce.number().int().min(1).default(VENDOR_CALLS.repeatSeconds),
  /** Such calls about one order, and those in a row without an answer, before a person is asked. */
  VENDOR_CALLS_MAX: z.coerce.number().int().min(1).default(VENDOR_CALLS.maxCalls),
  VENDOR_CALLS_UNHEARD_MAX: z.coerce.number().int().min(1).default(VENDOR_CALLS.maxUnheard),
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
  /** A second region, asked where the first fails, and its key; unset: there is none (with the stand-ins: a second one). */
  AZURE_SPEECH_FALLBACK_REGION: optional,
  AZURE_SPEECH_FALLBACK_ENDPOINT: optional,
  AZURE_SPEECH_FALLBACK_KEY: optional,
  ANTHROPIC_API_KEY: optional,
  ANTHROPIC_BASE_URL: z.url().optional(),
  CLAUDE_MODEL: z.string().default('claude-haiku-4-5'),
  /** Asked where the first fails; `none`: nobody is. */
  CLAUDE_FALLBACK_MODEL: z.string().default('claude-sonnet-4-6'),
  /** Where that one is reached, if not where the first is. */
  CLAUDE_FALLBACK_BASE_URL: z.url().optional(),
  CLAUDE_FALLBACK_API_KEY: optional,
  /** US dollars per million tokens of the two models: input, output, read from the prompt cache, written to it. */
  CLAUDE_PRICES: tokenPrices('1,5,0.1,1.25'),
  CLAUDE_FALLBACK_PRICES: tokenPrices('3,15,0.3,3.75'),
  /** US dollars: an hour of recognition, a million characters that are spoken. */
  AZURE_RECOGNITION_PRICE: z.coerce.number().min(0).default(1),
  AZURE_VOICE_PRICE: z.coerce.number().min(0).default(15),
  WON_PER_USD: z.coerce.number().positive().default(1_450),
  /** A region or model that failed so often within the window is left alone, then asked by one request. */
  PROVIDER_BREAKER_FAILURES: z.coerce.number().int().min(1).default(5),
  PROVIDER_BREAKER_WINDOW_SECONDS: z.coerce.number().positive().default(30),
  PROVIDER_BREAKER_OPEN_SECONDS: z.coerce.number().positive().default(15),
  /**
   * An alarm goes up when 95 of 100 callers waited up to longer than this for an answer (ms, on the wire), within the last so
   * many minutes; 0: none.
   */
  LATENCY_ALARM_P95_MS: z.coerce.number().int().min(0).default(2_500),
  LATENCY_ALARM_MINUTES: z.coerce.number().int().min(1).max(1_440).default(15),
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
  /**
   * Beginnings of the numbers that our people may dial by hand, or transfer a call to, and of those that they may not; the
   * longest that fits decides. 00: abroad.
   */
  AGENT_DIAL_PREFIXES: beginnings('0,1'),
  AGENT_DIAL_FORBIDDEN: beginnings('00,060'),
  /** Whether calls that our people make to the outside are recorded, as all others are. */
  AGENT_CALL_RECORDING: flag(true),
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
  /**
   * From where the carrier's calls come beside its own address: addresses or CIDR, with commas; `any`: from anywhere. Unset:
   * from its own address only, and those of the stand-in network from this machine.
   */
  SIP_INBOUND_FROM: z
    .string()
    .transform((text) => (text.trim() === 'any' ? [ANYWHERE] : text.split(',').map((range) => range.trim())))
    .pipe(
      z.array(
        z
          .string()
          .refine((range) => range === ANYWHERE || isAddressRange(range), 'an IP address, or one with /bits'),
      ),
    )
    .transform((ranges) => (ranges.includes(ANYWHERE) ? ANYWHERE : ranges))
    .optional(),
  /** Several carriers, in YAML (docs/trunks.md), instead of SIP_TRUNK and its companions. */
  SIP_TRUNKS_FILE: optional,
  /** Ask carriers to answer at the port that they see us at (RFC 3581): for a gateway behind a NAT that changes ports. */
  SIP_RPORT: flag(false),
  /**
   * Address the gateway puts into SIP and SDP; the host that carriers reach. Unset: HOST, and for carriers what their answers to
   * REGISTER and OPTIONS tell of us.
   */
  SIP_PUBLIC_HOST: optional,
  /**
   * Encrypted sound (SRTP with keys in SDP, RFC 4568; worth something with SIP over TLS): `accept` where the other side
   * offers it, `require` always, `off` never.
   */
  SIP_SRTP: z.enum(['off', 'accept', 'require']).default('accept'),
  /**
   * Whether a model of speech (Silero VAD) is asked before somebody's voice stops ours: music and noise then don't. Unset: on
   * where people phone, off for the stand-in's, whose voice is made of tones. Whispering is not heard as a person.
   */
  BARGE_IN_MODEL: z.enum(['on', 'off']).optional(),
  /** File of that model (ONNX). `npm start` fetches it where it is needed; elsewhere `npm run speech-model` does. */
  SPEECH_MODEL_FILE: z.string().min(1).optional(),
  /** Ports of SIP by TCP, TLS and secure WebSocket (RFC 7118). Unset: off. */
  SIP_TCP_PORT: optionalPort,
  SIP_TLS_PORT: optionalPort,
  /** SIP by WebSocket: the app's softphones reach it through the API, which needs no certificate of its own for it. */
  SIP_WS_PORT: port(4502),
  /** The one gateway at which softphones of the app register, ws://host:port. Unset: any of MEDIA_GATEWAYS that takes calls. */
  SOFTPHONE_GATEWAY: z.url({ protocol: /^wss?$/ }).optional(),
  SIP_WSS_PORT: optionalPort,
  /** PEM files: certificate with its chain, its key, and whom to trust as a carrier (unset: the known authorities). */
  SIP_TLS_CERT: optional,
  SIP_TLS_KEY: optional,
  SIP_TLS_CA: optional,
  /** Name of the gateway host in its task queues; unset: the machine's name and the SIP port. */
  GATEWAY_HOST: optional,
  /** A caller who was cut off by us is called back at once by our AI, in these hours of the Korean day, the second excluded. */
  CALL_BACK: flag(true),
  CALL_BACK_FROM_HOUR: z.coerce.number().int().min(0).max(23).default(7),
  CALL_BACK_TO_HOUR: z.coerce.number().int().min(1).max(24).default(23),
  /**
   * Live calls may go on for this long after a gateway was told to stop; then they are hung up. All other processes wait for
   * that, so that who is on the phone is served to the end.
   */
  GATEWAY_DRAIN_SECONDS: z.coerce.number().int().min(0).max(3_600).default(8),
  /**
   * Media sockets of all gateways, host:port with commas, as API, workers and the gateways themselves reach them. Unset: one, at
   * HOST and MEDIA_SOCKET_PORT.
   */
  MEDIA_GATEWAYS: z
    .string()
    .transform((text) => text.split(',').map((address) => address.trim()))
    .pipe(z.array(z.string().regex(/^([\w.-]+|\[[0-9a-f:]+\]):\d{1,5}$/i, 'host:port')).min(1))
    .optional(),
  /** Host at which others reach the media socket of this gateway, where HOST is 0.0.0.0. Unset: HOST. */
  MEDIA_SOCKET_HOST: optional,
  /** Days after which recordings of calls, and the SIP messages of their legs, are deleted; 0: never. */
  RECORDING_DAYS: z.coerce.number().int().min(0).default(1_095),
  SIGNALLING_DAYS: z.coerce.number().int().min(0).default(90),
  /** Days after which packets that somebody had captured, with the voices in them, are deleted; 0: never. */
  CAPTURE_DAYS: z.coerce.number().int().min(0).default(14),
  /** Days after their end for which requested calls are kept, with their answers, transcripts and recordings; 0: for ever. */
  OUTBOUND_RETENTION_DAYS: z.coerce.number().int().min(0).default(1_095),
  /** Phone channels of one gateway host. */
  GATEWAY_CHANNELS: z.coerce.number().int().min(1).default(100),
  /** Calls that people and scripts ask for. False: none are taken. */
  OUTBOUND_ENABLED: flag(true),
  /** How many of them one gateway has at once; the others wait. */
  OUTBOUND_MAX_CALLS: z.coerce.number().int().min(1).default(5),
  OUTBOUND_RING_SECONDS: z.coerce.number().int().min(5).max(120).default(30),
  /** From the answer; no request may ask for more. */
  OUTBOUND_MAX_DURATION_SECONDS: z.coerce.number().int().min(OUTBOUND_LIMITS.minDurationSeconds).default(300),
  /** Whether, how often and after how long numbers are called again. */
  OUTBOUND_RETRY: flag(true),
  OUTBOUND_MAX_RETRIES: z.coerce.number().int().min(0).max(OUTBOUND_LIMITS.maxRetries).default(2),
  OUTBOUND_RETRY_SECONDS: z.coerce.number().int().min(1).default(300),
  /** How a call must have ended for that, by commas: no_answer, busy, rejected, failed. */
  OUTBOUND_RETRY_ON: z
    .string()
    .default('no_answer,busy')
    .transform((text) => text.split(',').map((state) => state.trim()))
    .pipe(z.array(z.enum(RETRIED_STATES))),
  /** Turns of the AI in one such call. */
  OUTBOUND_MAX_TURNS: z.coerce.number().int().min(1).max(100).default(20),
  /** Numbers that may call, by commas, digits only; COMPANY_PHONE always may. */
  OUTBOUND_CALLER_NUMBERS: z
    .string()
    .regex(/^(\d{8,11}(,\d{8,11})*)?$/, 'digits only, by commas')
    .default('')
    .transform((text) => text.split(',').filter((number) => number !== '')),
  /** Requests a day (Korean time), and requests a minute of one person or key. */
  OUTBOUND_DAILY_LIMIT: z.coerce.number().int().min(1).default(1_000),
  OUTBOUND_RATE_PER_MINUTE: z.coerce.number().int().min(1).default(60),
  /** Who is put on the line for a callee who asks for a person: `desk` (a free colleague's softphone), `none`, or a number. */
  OUTBOUND_TRANSFER_TO: transferTarget.default(TRANSFER_TO_DESK),
  /** warm: the person hears what it is about first. */
  OUTBOUND_TRANSFER_MODE: z.enum(PERSON_TRANSFER_MODES).default('warm'),
  OUTBOUND_TRANSFER_RING_SECONDS: z.coerce.number().int().min(5).max(120).default(20),
  /** Told of each result; signed with the secret. */
  OUTBOUND_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  OUTBOUND_WEBHOOK_SECRET: z.string().min(16).optional(),
  OUTBOUND_GREETING: z
    .string()
    .min(1)
    .default('안녕하세요, {display_name} AI 비서입니다. {purpose} 관련하여 연락드렸습니다.'),
  OUTBOUND_CLOSING: z.string().min(1).default('확인 감사합니다. 좋은 하루 되세요.'),
  /** What is done with an answering machine: called again as if nobody had answered, or a message after its beep. */
  OUTBOUND_MACHINE: z.enum(MACHINE_POLICIES).default('retry'),
  OUTBOUND_MACHINE_MESSAGE: z
    .string()
    .min(1)
    .default(
      '안녕하세요, {display_name} AI 비서입니다. {purpose} 관련하여 연락드렸습니다. 확인하시면 이 번호로 연락 부탁드립니다.',
    ),
  /** A call ends as soon as everything is asked; false: only when they want it to. */
  OUTBOUND_TASK_COMPLETION_CHECK: flag(true),
  OUTBOUND_SAVE_TRANSCRIPT: flag(true),
  OUTBOUND_SAVE_RECORDING: flag(true),
  /** What a model makes of the call when it is over. */
  OUTBOUND_SUMMARY: flag(true),

  /** Signs our requests to bots as Twilio's auth token does (`X-Twilio-Signature`). Unset: they are not signed. */
  BOT_AUTH_TOKEN: optional,

  /** Play one demonstration order by phone after the start. */
  DEMO: flag(true),
  /** Start the stand-ins of the outside world. */
  SIMULATORS: flag(true),
  /** How long the stand-in of the vendor takes for each step of an order: made, under way, delivered. */
  WORLD_ERP_STEP_SECONDS: z.coerce.number().positive().default(6),
})
