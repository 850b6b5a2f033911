/** What the processes of the benchmark tell each other by IPC. */
import type { SpacingSummary } from './spacing.ts'

/** To each of them. */
export type Order =
  /** Caller: have that many calls up. Listeners: speak and listen on as many legs. */
  | { readonly type: 'scale'; readonly calls: number }
  /** Begin to measure. */
  | { readonly type: 'measure' }
  | { readonly type: 'report' }
  /** Subject: what it holds once the garbage collector has run. */
  | { readonly type: 'memory' }
  | { readonly type: 'stop' }

/** From each of them; `ready` first. */
export type Word =
  | { readonly type: 'ready'; readonly sipPort: number; readonly mediaSocketPort: number }
  | { readonly type: 'scaled' }
  | { readonly type: 'subject'; readonly report: SubjectReport }
  | { readonly type: 'memory'; readonly memory: MemoryReport }
  | { readonly type: 'caller'; readonly report: CallerReport }
  | { readonly type: 'listeners'; readonly report: ListenersReport }
  | { readonly type: 'turns'; readonly turns: readonly MeasuredTurn[] }

export interface SubjectReport {
  readonly legs: number
  readonly heapMegabytes: number
  /** Delay of the event loop beyond its timer. */
  readonly loopDelayP99Ms: number
  readonly loopDelayMaxMs: number
  /** Pauses of the garbage collector: together, and the longest. */
  readonly gcMs: number
  readonly gcLongestMs: number
  /** Anything that must be nothing when no call is up. */
  readonly inUse: Readonly<Record<string, number>>
}

/** MB. */
export interface MemoryReport {
  readonly resident: number
  /** In use in V8's heap, and what V8 has taken from the system for it. */
  readonly heapUsed: number
  readonly heapTotal: number
  /** Buffers outside of it. */
  readonly buffers: number
}

export interface CallerReport {
  readonly calls: number
  readonly failed: number
  readonly spacing: SpacingSummary
  /** Of what the gateway should have sent meanwhile, in percent. */
  readonly missingPercent: number
  /** The caller's own lateness: what is measured below it is not measured. */
  readonly loopDelayP99Ms: number
}

/** One turn, see TurnTimings of domain/dialogue.ts; `wireMs` is the gateway's own. */
export interface MeasuredTurn {
  readonly wireMs: number
  readonly endOfTurnMs: number
  readonly firstTokenMs: number
  readonly firstAudioMs: number
}

export interface ListenersReport {
  readonly sockets: number
  readonly framesHeard: number
  readonly speechStarts: number
  readonly utterancesSaid: number
}

export const SECRET = 'the secret of the gateway benchmark'

/** Leg of the n-th call: whoever listens knows it without being told. */
export const legHex = (call: number): string => call.toString(16).padStart(12, '0')
/** The caller's number carries it to the gateway. */
export const callerNumber = (call: number): string => `010${String(call).padStart(8, '0')}`
export const callOf = (number: string): number => Number(number.slice(3))
