/** Where one model is reached. */
export interface ClaudeEndpointSettings {
  readonly apiKey: string
  readonly baseUrl: string | undefined
  readonly model: string
}

/** Settings after defaults and stand-ins are filled in. */
import type { DialRules } from '../domain/agent-dialling.ts'
import type { CallBackPolicy } from '../domain/call-back.ts'
import type { OrderPolicy } from '../domain/order-policy.ts'
import type { OutboundSettings } from '../domain/outbound-policy.ts'
import type { PaymentFees } from '../domain/payment-fees.ts'
import type { TrunkSettings } from './trunks.ts'

/** How the owner hears of Issues. */
export interface AlarmSettings {
  readonly gatherSeconds: number
  readonly callAfterSeconds: number
  readonly callRepeatSeconds: number
  readonly maxCalls: number
}

/** The gateway's side of SIP. */
export interface SipSettings {
  /** None: there is no carrier, only phones of ours are called. */
  readonly trunks: readonly TrunkSettings[]
  readonly phones: readonly {
    readonly username: string
    readonly password: string
    readonly numbers: readonly string[]
  }[]
  readonly realm: string
  /** Of the phones, the preferred first. */
  readonly phoneDigests: readonly ('SHA-256' | 'MD5')[]
  readonly rport: boolean
  readonly publicHost: string
  /** Carriers tell at which address they see us; false where the setting tells it. */
  readonly learnsAddress: boolean
  /** Whether sound is encrypted with keys in SDP (RFC 4568). */
  readonly srtp: 'off' | 'accept' | 'require'
  /** A model of speech is asked before a caller's voice stops ours. */
  readonly judgesPersons: boolean
  /** File of that model. */
  readonly speechModelFile: string | undefined
  readonly channels: number
  readonly drainSeconds: number
  readonly gatewayHost: string | undefined
  readonly botAuthToken: string | undefined
  /** Where the app's softphones register, ws://host:port; undefined: at any of the gateways. */
  readonly softphoneGateway: string | undefined
  /** Transports beside UDP; undefined: off. */
  readonly ports: Readonly<Record<'tcp' | 'tls' | 'ws' | 'wss', number | undefined>>
  /** Paths of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string | undefined } | undefined
}

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
    readonly webRtcMin: number
    readonly webRtcMax: number
  }
  /** host:port of the media socket of each gateway. */
  readonly gateways: readonly string[]
  /** Host at which others reach that of this gateway. */
  readonly mediaSocketHost: string
  /** Days; 0: for ever. */
  readonly retention: {
    readonly recordingDays: number
    readonly signallingDays: number
    readonly captureDays: number
    readonly requestDays: number
  }
  readonly outbound: OutboundSettings
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
  /** What our people may dial by hand, and whether that is recorded. */
  readonly agentCalls: DialRules & { readonly recorded: boolean }
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
    /** Another region, asked where the first fails; absent: there is none. */
    readonly fallback?: {
      readonly endpoint: string | undefined
      readonly region: string | undefined
      readonly key: string
    }
  }
  readonly claude: ClaudeEndpointSettings & {
    /** Another model or place, asked where the first fails; absent: there is none. */
    readonly fallback?: ClaudeEndpointSettings
  }
  /** Of the services that calls take; US dollars, and won per dollar. */
  readonly prices: {
    /** By name of the model, per million tokens. */
    readonly models: Readonly<
      Record<
        string,
        {
          readonly input: number
          readonly output: number
          readonly cacheRead: number
          readonly cacheWrite: number
        }
      >
    >
    readonly recognitionUsdPerHour: number
    readonly voiceUsdPerMillion: number
    readonly wonPerUsd: number
  }
  /** When a region or a model that fails is left alone. */
  readonly providerBreaker: {
    readonly failures: number
    readonly windowMs: number
    readonly openMs: number
  }
  /** When callers wait too long for answers. */
  readonly latencyAlarm: { readonly limitMs: number; readonly windowMinutes: number }
  readonly toss: { readonly apiUrl: string; readonly secretKey: string }
  readonly solapi: {
    readonly apiUrl: string | undefined
    readonly apiKey: string
    readonly apiSecret: string
    readonly webhookSecret: string
  }
  /** Whether, and when, callers who were cut off by us are called back by our AI. */
  readonly callBack: CallBackPolicy
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
