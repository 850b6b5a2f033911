/**
 * What is done with a leg while it lives: short activities on the queue of the gateway that holds it. Each may be tried
 * again without harm: conference and audio say how it shall be, the others are known to their leg by an id.
 */
import { Context } from '@temporalio/activity'
import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import type { Logger } from 'pino'
import type { LegId } from '../../domain/ids.ts'
import type {
  AttachBotInput,
  AttachBotResult,
  ConferenceState,
  GatherDigitsInput,
  GatherDigitsResult,
  PlayAudioInput,
  PlayAudioResult,
  RecordingState,
  SendLegDigitsInput,
  SetConferenceInput,
  SetLegAudioInput,
  SetRecordingInput,
  TellTransferInput,
} from '../../domain/leg-operations.ts'
import { playAnnouncement, readAnnouncement } from '../legs/announcements.ts'
import type { Conferences } from '../legs/conferences.ts'
import { gatherDigits } from '../legs/gather-digits.ts'
import type { LegMedia } from '../legs/leg-media.ts'
import type { LegRegistry } from '../legs/leg-registry.ts'
import { attachBot } from '../legs/twilio/media-stream.ts'
import { LEG_FAILURE, legLost } from './leg-failures.ts'

const HEARTBEAT_MS = 1_000

export interface LegOperationsOptions {
  readonly legs: LegRegistry
  readonly conferences: Conferences
  /** Folder of the sound files. */
  readonly announcements: string
  /** Signs our requests to bots; undefined: they are not signed. */
  readonly botAuthToken: string | undefined
  readonly logger: Logger
}

export interface LegOperations {
  /** Who talks with whom from now on; see `SetConferenceInput`. */
  setConference(input: SetConferenceInput): Promise<ConferenceState>
  /** Hold, mute, and an end to our own speech. */
  setLegAudio(input: SetLegAudioInput): Promise<void>
  /** Leaves what is said now out of the recording, or records again. */
  setRecording(input: SetRecordingInput): Promise<RecordingState>
  /** Resolves when it was played, or why not. Cancellation stops it. */
  playAudio(input: PlayAudioInput): Promise<PlayAudioResult>
  /** Resolves when the number is complete. Cancellation gives up. */
  gatherDigits(input: GatherDigitsInput): Promise<GatherDigitsResult>
  /** Lasts as long as a bot talks with the leg; cancellation detaches it. */
  attachBot(input: AttachBotInput): Promise<AttachBotResult>
  /** The telephone on the leg is told what comes of its transfer; a leg that is over is fine too. */
  tellTransfer(input: TellTransferInput): Promise<void>
  /** Dials on the line; an attempt that may have dialled is not repeated. */
  sendLegDigits(input: SendLegDigitsInput): Promise<void>
}

/** Work that belongs to a leg: a second attempt joins the first one. */
class WorkOfLegs {
  readonly #work = new WeakMap<LegMedia, Map<string, Promise<unknown>>>()

  once<Result>(media: LegMedia, key: string, begin: () => Promise<Result>): Promise<Result> {
    const works = this.#work.get(media) ?? new Map<string, Promise<unknown>>()
    this.#work.set(media, works)
    const known = works.get(key) as Promise<Result> | undefined
    if (known !== undefined) return known
    const work = begin()
    works.set(key, work)
    // What has failed, or was given up, may be begun anew.
    work.catch(() => works.delete(key))
    return work
  }
}

export function createLegOperations(options: LegOperationsOptions): LegOperations {
  const { legs, conferences, announcements, botAuthToken: authToken, logger } = options
  const works = new WorkOfLegs()

  /** undefined: the leg is over. */
  function mediaOf(legId: LegId): LegMedia | undefined {
    const leg = legs.get(legId)
    if (leg === undefined && legs.report(legId) !== undefined) return undefined
    if (leg === undefined) throw legLost(legId)
    if (leg.media === undefined)
      throw ApplicationFailure.retryable(`leg ${legId} is not answered yet`, LEG_FAILURE.notAnswered)
    return leg.media
  }

  return {
    setConference: (input) => translated(() => conferences.set(input)),

    async setLegAudio({ legId, hold, muted, silencesUs }) {
      const media = mediaOf(legId)
      if (media === undefined) throw legLost(legId)
      if (hold !== undefined) media.output.hold(hold)
      if (muted !== undefined) media.output.muted = muted
      if (silencesUs === true) media.silenceUs()
    },

    async setRecording({ legId, paused }) {
      const recorder = mediaOf(legId)?.recorder
      if (recorder === undefined) throw legLost(legId)
      if (paused) recorder.pause()
      else recorder.resume()
      return { pauses: recorder.spans }
    },

    async tellTransfer({ legId, transferId, sipCode }) {
      legs.get(legId)?.tellTransfer(transferId, sipCode)
    },

    async playAudio(input) {
      const media = mediaOf(input.legId)
      if (media === undefined) return { outcome: 'leg_ended' }
      return whileAlive((signal) =>
        works.once(media, `play ${input.utteranceId}`, async () => {
          const audio = await readAnnouncement(announcements, input.file, media.codec)
          return playAnnouncement(media, input, audio, signal)
        }),
      )
    },

    async gatherDigits(input) {
      const media = mediaOf(input.legId)
      if (media === undefined) return { digits: '', reason: 'leg_ended' }
      return whileAlive((signal) =>
        works.once(media, `gather ${input.gatherId}`, () => gatherDigits(media, input, signal)),
      )
    },

    async attachBot(input) {
      const media = mediaOf(input.legId)
      const callId = legs.get(input.legId)?.callId
      if (media === undefined || callId === undefined) return { outcome: 'leg_ended', durationMs: 0 }
      return whileAlive((signal) =>
        works.once(media, `bot ${input.streamId}`, () =>
          attachBot({ media, callId, input, authToken, logger, signal }),
        ),
      )
    },

    async sendLegDigits({ legId, digits }) {
      const media = mediaOf(legId)
      if (media === undefined) throw legLost(legId)
      if (!/^[0-9*#A-D]{1,64}$/.test(digits))
        throw ApplicationFailure.nonRetryable('not keys of a telephone', LEG_FAILURE.badInput)
      const { activityId, workflowExecution } = Context.current().info
      await works.once(media, `dial ${workflowExecution?.workflowId} ${activityId}`, async () => {
        for (const digit of digits) media.sendDigit(digit, 100)
      })
    },
  }
}

/** Heartbeats while the work goes on; the server's wish to end it reaches the work. */
async function whileAlive<Result>(begin: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const context = Context.current()
  const heartbeat = setInterval(() => context.heartbeat(), HEARTBEAT_MS)
  const stop = new AbortController()
  const work = translated(() => begin(stop.signal))
  try {
    return await Promise.race([work, context.cancelled])
  } catch (error) {
    // An attempt that the server merely gave up leaves the work to the next one.
    if (error instanceof CancelledFailure && context.cancellationDetails?.cancelRequested === true)
      stop.abort()
    throw error
  } finally {
    clearInterval(heartbeat)
  }
}

/** Our errors say whether another try may help. */
async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error) || !('retryable' in error) || error instanceof ApplicationFailure)
      throw error
    throw error.retryable === true
      ? ApplicationFailure.retryable(error.message, LEG_FAILURE.notNow)
      : ApplicationFailure.nonRetryable(error.message, LEG_FAILURE.badInput)
  }
}
