/** A dialogue worker's parts on a real leg: SIP, RTP, media socket, Speech SDK and Messages API over the wire. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createClaudeModel } from '../../activities/claude/model.ts'
import { LegSessions } from '../../activities/dialogue/leg-sessions.ts'
import { takeTurn } from '../../activities/dialogue/take-turn.ts'
import type { TurnDependencies } from '../../activities/dialogue/turn.ts'
import { createAzureRecognizer } from '../../activities/speech/azure-recognizer.ts'
import { createAzureVoice } from '../../activities/speech/azure-voice.ts'
import { loadSettings } from '../../config/settings.ts'
import type { DialogueMessage, TakeTurnInput, TakeTurnResult, TurnProgress } from '../../domain/dialogue.ts'
import { makeTurnId } from '../../domain/ids.ts'
import { EMPTY_ORDER } from '../../domain/order.ts'
import type { Leg } from '../../media-gateway/legs/leg.ts'
import { decodeG711, encodeG711 } from '../../media-gateway/rtp/index.ts'
import { createAzureSpeech } from '../../simulators/azure-speech/index.ts'
import { SpeechDecoder } from '../../simulators/azure-speech/modem/decode.ts'
import { encodeSpeech } from '../../simulators/azure-speech/modem/encode.ts'
import { FaultRegistry } from '../../simulators/faults.ts'
import { startWorld } from '../../simulators/world.ts'
import { openLegs, SECRET } from '../media-gateway/legs/harness.ts'

export type DialogueHarness = Awaited<ReturnType<typeof openDialogue>>

/** One attempt of a turn that can be killed. */
export interface TurnRun {
  readonly result: Promise<TakeTurnResult>
  /** The latest report. */
  readonly progress: () => TurnProgress | null
  readonly kill: () => void
}

export async function openDialogue() {
  const folder = await mkdtemp(join(tmpdir(), 'daeri-dialogue-'))
  const logger = pino({ level: process.env.TEST_LOG ?? 'silent' })
  const faults = new FaultRegistry()
  const settings = loadSettings({ DAERI_DATA_DIR: folder })
  const world = await startWorld({ settings, logger, port: 0, faults, parts: [createAzureSpeech] })
  const speech = { ...settings.speech, endpoint: `${world.origin.replace('http', 'ws')}/azure-speech` }
  const legs = await openLegs()
  const voice = createAzureVoice(speech)
  const workers: LegSessions[] = []

  return {
    faults,
    legs,
    phone: legs.phone,
    speech,
    /** Another dialogue worker: it knows nothing of the others. */
    worker(change: Partial<TurnDependencies> = {}): TurnDependencies {
      const sessions = new LegSessions()
      workers.push(sessions)
      return {
        sessions,
        voice,
        recognizer: createAzureRecognizer(speech),
        model: createClaudeModel({ ...settings.claude, baseUrl: `${world.origin}/anthropic` }),
        secret: SECRET,
        logger,
        workerQueue: `dialogue-${randomBytes(2).toString('hex')}`,
        ...change,
      }
    },
    input(leg: Leg, index: number, change: Partial<TakeTurnInput> = {}): TakeTurnInput {
      return {
        callId: leg.callId,
        legId: leg.legId,
        turnId: makeTurnId(leg.callId, index),
        mediaSocketUrl: `ws://127.0.0.1:${legs.server.port}/legs/${leg.legId}`,
        cursor: 0,
        opening: 'listen',
        context: {
          flow: 'order_intake',
          companyName: '대리 화환',
          language: 'ko',
          callerNumber: '01012345678',
          now: '2026-11-21T14:00:00+09:00',
          priceWon: 80_000,
          order: EMPTY_ORDER,
        },
        messages: [],
        toolResults: [],
        streak: { silences: 0, faults: 0 },
        ...change,
      }
    },
    run(deps: TurnDependencies, input: TakeTurnInput, earlier: TurnProgress | null = null): TurnRun {
      const killer = new AbortController()
      let progress = earlier
      const result = takeTurn(deps, input, {
        signal: killer.signal,
        progress: earlier,
        report: (reached) => {
          progress = reached
        },
      })
      result.catch(() => {})
      return {
        result,
        progress: () => progress,
        kill: () => {
          killer.abort(new Error('killed'))
          deps.sessions.close()
        },
      }
    },
    /** The caller speaks; resolves when it is out. */
    async say(text: string): Promise<void> {
      this.phone.speech.write(encodeG711('PCMU', encodeSpeech(text).pcm))
      await this.phone.speech.drained()
    },
    /** Everything the caller has said so far has reached the gateway. */
    async arrived(leg: Leg): Promise<void> {
      const sent = this.phone.rtp?.quality.packetsSent ?? 0
      await this.phone.until(() => (leg.media?.quality.packetsReceived ?? 0) >= sent)
    },
    /** Everything we said has reached the caller. */
    async heardOut(leg: Leg): Promise<void> {
      await leg.media?.playedOut()
      await this.phone.hear(20)
    },
    /** Resolves once the caller has heard so many letters; each frame is decoded once, as it comes. */
    async heardAtLeast(letters: number): Promise<void> {
      const decoder = new SpeechDecoder()
      let [frames, heard] = [0, 0]
      await this.phone.until(() => {
        for (const frame of this.phone.heard.slice(frames))
          heard += decoder.push(decodeG711('PCMU', frame)).length
        frames = this.phone.heard.length
        return heard >= letters
      })
    },
    /** Everything the caller has heard so far. */
    heard(): string {
      const decoder = new SpeechDecoder()
      const chars = this.phone.heard.flatMap((frame) => decoder.push(decodeG711('PCMU', frame)))
      return [...chars, ...decoder.push(new Int16Array(4000))].map(({ char }) => char).join('')
    },
    async close(): Promise<void> {
      for (const sessions of workers) sessions.close()
      voice.close()
      await legs.close()
      await world.stop()
      await rm(folder, { recursive: true })
    },
  }
}

/** What a call's workflow makes of a turn, as far as these tests need it. */
export function messagesAfter(result: TakeTurnResult): DialogueMessage[] {
  const messages: DialogueMessage[] = []
  if (result.caller !== null) messages.push({ role: 'caller', words: result.caller.words, toolResults: [] })
  messages.push({
    role: 'assistant',
    heard: result.spoken?.text ?? '',
    interrupted: false,
    toolCalls: result.toolCalls,
  })
  return messages
}
