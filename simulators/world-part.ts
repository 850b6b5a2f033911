/** What each part of the outside world is given, and what it hands back to be served. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Hono } from 'hono'
import type { Logger } from 'pino'
import type { Settings } from '../config/settings.ts'
import type { FaultRegistry } from './faults.ts'
import type { LiveEvents } from './live-events.ts'
import type { PeopleDirectory } from './people/directory.ts'
import type { PictureStore } from './pictures/store.ts'

/** The settings the world reads; the rest of `Settings` is of no concern to it. */
export type WorldSettings = Pick<
  Settings,
  | 'dataDir'
  | 'host'
  | 'publicUrl'
  | 'ports'
  | 'company'
  | 'owner'
  | 'vendor'
  | 'claude'
  | 'toss'
  | 'solapi'
  | 'smsInbound'
  | 'kakao'
  | 'bankFeed'
  | 'vendorErp'
  | 'speech'
  | 'sip'
  | 'standIns'
>

/** How fast the world goes. Tests make it fast. */
export interface WorldPace {
  /** From one delivery status of the vendor to the next. */
  readonly erpStepMs: number
  /** From the acceptance of a text message to its delivery. */
  readonly smsDeliveryMs: number
  /** Waits between the tries of a webhook that is not answered with 200; their number limits the tries. */
  readonly webhookRetryMs: readonly number[]
  /** Kakao waits so long for the answer to a skill request. */
  readonly kakaoSkillMs: number
}

export interface WorldContext {
  readonly settings: WorldSettings
  readonly pace: WorldPace
  readonly logger: Logger
  readonly faults: FaultRegistry
  /** Everything that happens, for the world page and for the simulated people. */
  readonly live: LiveEvents
  /** Who owns which number. */
  readonly people: PeopleDirectory
  /** Pictures that people and companies send each other. */
  readonly pictures: PictureStore
  /** Folder of what survives a restart; exists. */
  readonly folder: string
  /** `http://host:port` of the world itself; known once it listens. */
  readonly origin: () => string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface WorldPart {
  /** Mounted at the root: its paths are complete. */
  readonly routes?: Hono
  /** Takes a WebSocket upgrade, or leaves it (false) to the next part. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean
  /** Called once the server listens. */
  readonly start?: () => Promise<void>
  readonly stop?: () => Promise<void>
}

/** Each folder of the world exports one. */
export type CreateWorldPart = (context: WorldContext) => WorldPart | Promise<WorldPart>
