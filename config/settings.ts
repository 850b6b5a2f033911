/**
 * Every setting of Daeri: its environment key, unit, default and check. The one place that reads the
 * environment. `.env` in the working folder is read first; real environment variables win over it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { z } from 'zod'
import { settingsSchema } from './settings-schema.ts'
import type { Settings } from './settings-types.ts'
import { type ReadTrunks, readTrunks, singleTrunk, type TrunkSettings } from './trunks.ts'

export type * from './settings-types.ts'

/** Below the API's address: Temporal's Web UI, for the owner. */
export const TEMPORAL_UI_PATH = '/temporal'

/** Phones of the stand-in telephone network: where the owner and the vendor's clerk answer. */
const STAND_IN_OWNER_PHONE = '01090001000'
const STAND_IN_VENDOR_PHONE = '0318887777'

/** From where the stand-in telephone network calls. */
const THIS_MACHINE = ['127.0.0.0/8', '::1']

type Environment = Readonly<Record<string, string | undefined>>

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
  const trunks = readTrunksFile(environment)
  problems.push(...missingPartners(environment), ...(trunks?.problems ?? []))
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems)
  return fill(parsed.data, trunks?.trunks ?? null)
}

/** Keys that make sense only together. */
function missingPartners(environment: Environment): string[] {
  const pairs: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['AZURE_SPEECH_KEY', ['AZURE_SPEECH_REGION', 'AZURE_SPEECH_ENDPOINT']],
    ['OUTBOUND_WEBHOOK_URL', ['OUTBOUND_WEBHOOK_SECRET']],
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
  if (environment.SIP_TRUNKS_FILE !== undefined && environment.SIP_TRUNK !== undefined)
    problems.push('SIP_TRUNKS_FILE is set, so SIP_TRUNK must not be set too')
  const low = Number(environment.RTP_PORT_MIN ?? 20000)
  const high = Number(environment.RTP_PORT_MAX ?? 20999)
  if (high - low < 3) problems.push('RTP_PORT_MAX must be at least RTP_PORT_MIN + 3: a call takes two ports')
  if (Number(environment.VENDOR_CALL_FROM_HOUR ?? 8) >= Number(environment.VENDOR_CALL_TO_HOUR ?? 21))
    problems.push('VENDOR_CALL_TO_HOUR must be later than VENDOR_CALL_FROM_HOUR')
  if (Number(environment.CALL_BACK_FROM_HOUR ?? 7) >= Number(environment.CALL_BACK_TO_HOUR ?? 23))
    problems.push('CALL_BACK_TO_HOUR must be later than CALL_BACK_FROM_HOUR')
  return problems
}

/** @param fileTrunks null: SIP_TRUNK tells. */
function fill(env: z.infer<typeof settingsSchema>, fileTrunks: readonly TrunkSettings[] | null): Settings {
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
    telephone: env.SIP_TRUNK === undefined && fileTrunks === null,
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
      webRtcMin: env.WEBRTC_PORT_MIN,
      webRtcMax: env.WEBRTC_PORT_MAX,
    },
    gateways: env.MEDIA_GATEWAYS ?? [`${env.HOST}:${env.MEDIA_SOCKET_PORT}`],
    mediaSocketHost: env.MEDIA_SOCKET_HOST ?? env.HOST,
    retention: {
      recordingDays: env.RECORDING_DAYS,
      signallingDays: env.SIGNALLING_DAYS,
      captureDays: env.CAPTURE_DAYS,
      requestDays: env.OUTBOUND_RETENTION_DAYS,
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
    agentCalls: {
      allowed: env.AGENT_DIAL_PREFIXES,
      forbidden: env.AGENT_DIAL_FORBIDDEN,
      recorded: env.AGENT_CALL_RECORDING,
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
      vendorCalls: {
        fromHour: env.VENDOR_CALL_FROM_HOUR,
        toHour: env.VENDOR_CALL_TO_HOUR,
        retrySeconds: env.VENDOR_CALL_RETRY_SECONDS,
        maxUnheard: env.VENDOR_CALLS_UNHEARD_MAX,
        repeatSeconds: env.VENDOR_CALL_REPEAT_SECONDS,
        maxCalls: env.VENDOR_CALLS_MAX,
      },
      stepMaxAttempts: env.STEP_MAX_ATTEMPTS,
      stepRetrySeconds: env.STEP_RETRY_SECONDS,
      lateWarningSeconds: env.LATE_WARNING_SECONDS,
      typoRefundWon: env.TYPO_REFUND_WON,
    },
    outbound: {
      enabled: env.OUTBOUND_ENABLED,
      maxCalls: env.OUTBOUND_MAX_CALLS,
      ringSeconds: env.OUTBOUND_RING_SECONDS,
      maxDurationSeconds: env.OUTBOUND_MAX_DURATION_SECONDS,
      maxRetries: env.OUTBOUND_MAX_RETRIES,
      retry: {
        enabled: env.OUTBOUND_RETRY,
        intervalSeconds: env.OUTBOUND_RETRY_SECONDS,
        on: env.OUTBOUND_RETRY_ON,
      },
      maxTurns: env.OUTBOUND_MAX_TURNS,
      callerNumbers: [...new Set([env.COMPANY_PHONE, ...env.OUTBOUND_CALLER_NUMBERS])],
      dailyLimit: env.OUTBOUND_DAILY_LIMIT,
      ratePerMinute: env.OUTBOUND_RATE_PER_MINUTE,
      words: { greeting: env.OUTBOUND_GREETING, closing: env.OUTBOUND_CLOSING },
      webhook:
        env.OUTBOUND_WEBHOOK_URL === undefined || env.OUTBOUND_WEBHOOK_SECRET === undefined
          ? null
          : { url: env.OUTBOUND_WEBHOOK_URL, secret: env.OUTBOUND_WEBHOOK_SECRET },
      machine: env.OUTBOUND_MACHINE,
      machineMessage: env.OUTBOUND_MACHINE_MESSAGE,
      checksCompletion: env.OUTBOUND_TASK_COMPLETION_CHECK,
      saveTranscript: env.OUTBOUND_SAVE_TRANSCRIPT,
      saveRecording: env.OUTBOUND_SAVE_RECORDING,
      generateSummary: env.OUTBOUND_SUMMARY,
      transfer: {
        to: env.OUTBOUND_TRANSFER_TO,
        mode: env.OUTBOUND_TRANSFER_MODE,
        ringTimeoutSeconds: env.OUTBOUND_TRANSFER_RING_SECONDS,
      },
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
      ...speechFallback(env),
    },
    claude: {
      apiKey: env.ANTHROPIC_API_KEY ?? 'stand-in',
      baseUrl: env.ANTHROPIC_BASE_URL ?? (standIns.claude ? `${world}/anthropic` : undefined),
      model: env.CLAUDE_MODEL,
      ...claudeFallback(env),
    },
    prices: {
      models: {
        [env.CLAUDE_FALLBACK_MODEL]: env.CLAUDE_FALLBACK_PRICES,
        [env.CLAUDE_MODEL]: env.CLAUDE_PRICES,
      },
      recognitionUsdPerHour: env.AZURE_RECOGNITION_PRICE,
      voiceUsdPerMillion: env.AZURE_VOICE_PRICE,
      wonPerUsd: env.WON_PER_USD,
    },
    providerBreaker: {
      failures: env.PROVIDER_BREAKER_FAILURES,
      windowMs: env.PROVIDER_BREAKER_WINDOW_SECONDS * 1_000,
      openMs: env.PROVIDER_BREAKER_OPEN_SECONDS * 1_000,
    },
    latencyAlarm: { limitMs: env.LATENCY_ALARM_P95_MS, windowMinutes: env.LATENCY_ALARM_MINUTES },
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
    callBack: { isOn: env.CALL_BACK, fromHour: env.CALL_BACK_FROM_HOUR, toHour: env.CALL_BACK_TO_HOUR },
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
      trunks: fileTrunks ?? trunksOf(env),
      phones: env.SIP_PHONES ?? [],
      realm: env.SIP_REALM,
      phoneDigests: env.SIP_PHONE_DIGESTS,
      rport: env.SIP_RPORT,
      publicHost: env.SIP_PUBLIC_HOST ?? env.HOST,
      learnsAddress: env.SIP_PUBLIC_HOST === undefined,
      srtp: env.SIP_SRTP,
      judgesPersons:
        env.BARGE_IN_MODEL === undefined
          ? !standIns.telephone && !standIns.speech
          : env.BARGE_IN_MODEL === 'on',
      speechModelFile: env.SPEECH_MODEL_FILE,
      channels: env.GATEWAY_CHANNELS,
      drainSeconds: env.GATEWAY_DRAIN_SECONDS,
      gatewayHost: env.GATEWAY_HOST,
      botAuthToken: env.BOT_AUTH_TOKEN,
      softphoneGateway: env.SOFTPHONE_GATEWAY,
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

/** The second region; that of the stand-in is another path of it. */
function speechFallback(env: z.infer<typeof settingsSchema>): Pick<Settings['speech'], 'fallback'> {
  const isStandIn = env.AZURE_SPEECH_KEY === undefined
  const region = env.AZURE_SPEECH_FALLBACK_REGION
  const endpoint =
    env.AZURE_SPEECH_FALLBACK_ENDPOINT ??
    (isStandIn ? `ws://${env.HOST}:${env.WORLD_PORT}/azure-speech/second` : undefined)
  if (region === undefined && endpoint === undefined) return {}
  const key = env.AZURE_SPEECH_FALLBACK_KEY ?? env.AZURE_SPEECH_KEY ?? 'stand-in'
  return { fallback: { endpoint, region, key } }
}

function claudeFallback(env: z.infer<typeof settingsSchema>): Pick<Settings['claude'], 'fallback'> {
  const isStandIn = env.ANTHROPIC_API_KEY === undefined
  const baseUrl = env.CLAUDE_FALLBACK_BASE_URL ?? env.ANTHROPIC_BASE_URL
  const apiKey = env.CLAUDE_FALLBACK_API_KEY ?? env.ANTHROPIC_API_KEY ?? 'stand-in'
  if (env.CLAUDE_FALLBACK_MODEL === 'none') return {}
  return {
    fallback: {
      apiKey,
      baseUrl: baseUrl ?? (isStandIn ? `http://${env.HOST}:${env.WORLD_PORT}/anthropic` : undefined),
      model: env.CLAUDE_FALLBACK_MODEL,
    },
  }
}

/** The one carrier of SIP_TRUNK, or the stand-in. */
function trunksOf(env: z.infer<typeof settingsSchema>): TrunkSettings[] {
  if (env.SIP_TRUNK === 'none') return []
  const { SIP_TRUNK: real, SIP_TRUNK_USER: username, SIP_TRUNK_PASSWORD: password } = env
  return [
    singleTrunk({
      address: real ?? `${env.HOST}:${env.WORLD_SIP_PORT}`,
      credentials: username === undefined || password === undefined ? undefined : { username, password },
      allowMd5: env.SIP_ALLOW_MD5,
      registerAt: env.SIP_TRUNK_REGISTER ? (env.SIP_TRUNK_DOMAIN ?? real?.split(/[:;]/)[0]) : undefined,
      checkSeconds: real === undefined ? 0 : env.SIP_TRUNK_CHECK_SECONDS,
      inboundFrom: env.SIP_INBOUND_FROM ?? (real === undefined ? THIS_MACHINE : []),
    }),
  ]
}

/** null: there is no file of trunks. */
function readTrunksFile(environment: Environment): ReadTrunks | null {
  const file = environment.SIP_TRUNKS_FILE
  if (file === undefined) return null
  const hasTls = environment.SIP_TLS_PORT !== undefined
  const hasTcp = environment.SIP_TCP_PORT !== undefined
  const named = (problem: string) => `SIP_TRUNKS_FILE: ${problem}`
  let text: string
  try {
    text = readFileSync(resolve(file), 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error'
    return { trunks: [], problems: [named(`${file} can't be read (${code})`)] }
  }
  const { trunks, problems } = readTrunks(text, { environment, hasTcp, hasTls })
  return { trunks, problems: problems.map(named) }
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
