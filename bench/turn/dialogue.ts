/**
 * The dialogue worker of the benchmark `turn`: takes turns on every leg, one after the other, as in a call. Only ear, model
 * and voice are replaced by ones that take no time, so that what is measured is our own.
 */
import { pino } from 'pino'
import type { DialogueModel } from '../../activities/claude/model.ts'
import { LegSessions, type SessionLease } from '../../activities/dialogue/leg-sessions.ts'
import { takeTurn } from '../../activities/dialogue/take-turn.ts'
import type { TurnDependencies } from '../../activities/dialogue/turn.ts'
import type { SpeechRecognizer, SpeechVoice } from '../../activities/speech/ports.ts'
import type { DialogueMessage } from '../../domain/dialogue.ts'
import { decodeG711Into } from '../../domain/g711.ts'
import { makeCallId, makeLegId, makeTurnId } from '../../domain/ids.ts'
import { FRAME_SAMPLES, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { EMPTY_ORDER } from '../../domain/order.ts'
import { legHex, type MeasuredTurn, type Order, SECRET, type Word } from '../gateway/messages.ts'
import { speechFrames } from '../gateway/speech.ts'

/** Our answer is a question that "네" answers: the shortest silence that is chosen, see END_SILENCE_MS. */
const QUESTION = '주문하시겠어요?'
const SENTENCE_MS = 300
/** A sample louder than this is voice. */
const VOICE = 200
/** Silence after which the words are settled. */
const SETTLED_MS = 60
const LATENCY_LIMIT_MS = 5_000

const [mediaSocketPort = '0'] = process.argv.slice(2)
const tell = (word: Word) => process.send?.(word)

/** Hears "네" in whatever is voice, as soon as it sounds. */
const recognizer: SpeechRecognizer = {
  open: ({ onHypothesis, onFinal }) => {
    let heardMs = 0
    let voice: { readonly startMs: number; endMs: number } | null = null
    const pcm = new Int16Array(FRAME_SAMPLES)
    const hear = (frame: Uint8Array) => {
      decodeG711Into('PCMU', frame, pcm)
      const frameMs = frame.length / SAMPLES_PER_MS
      heardMs += frameMs
      if (pcm.subarray(0, frame.length).some((sample) => Math.abs(sample) > VOICE)) {
        voice ??= { startMs: heardMs - frameMs, endMs: heardMs }
        voice.endMs = heardMs
        onHypothesis({ text: '네', ...voice, confidence: null })
      } else if (voice !== null && heardMs - voice.endMs >= SETTLED_MS) {
        onFinal({ text: '네.', ...voice, confidence: 0.95 })
        voice = null
      }
    }
    return {
      push: (audio) => {
        for (let at = 0; at < audio.length; at += FRAME_SAMPLES) hear(audio.subarray(at, at + FRAME_SAMPLES))
      },
      close: () => {},
    }
  },
}
const model: DialogueModel = {
  async *stream() {
    yield { type: 'text', text: QUESTION }
    yield { type: 'done' }
  },
}
const spoken = Buffer.concat(speechFrames(SENTENCE_MS, 0))
const voice: SpeechVoice = {
  async *speak() {
    yield new Uint8Array(spoken)
  },
  close: () => {},
}

/** Sessions that can be looked at: the gateway tells of a turn's latency once the turn is over. */
class SeenSessions extends LegSessions {
  readonly seen = new Map<string, SessionLease['session']>()

  override acquire(options: Parameters<LegSessions['acquire']>[0]): SessionLease {
    const lease = super.acquire(options)
    this.seen.set(options.legId, lease.session)
    return lease
  }
}

const sessions = new SeenSessions()
const deps: TurnDependencies = {
  sessions,
  recognizer,
  voice,
  model,
  secret: SECRET,
  logger: pino({ level: 'warn' }, pino.destination(2)),
  workerQueue: 'bench',
}
const stopped = new AbortController()
let measured: MeasuredTurn[] = []

const MESSAGES: readonly DialogueMessage[] = [
  { role: 'assistant', heard: QUESTION, interrupted: false, toolCalls: [] },
]

async function converse(call: number): Promise<void> {
  const hex = legHex(call)
  const [legId, callId] = [makeLegId(hex), makeCallId(hex)]
  let cursor = 0
  for (let index = 0; !stopped.signal.aborted; index++) {
    const turnId = makeTurnId(callId, index)
    const result = await takeTurn(
      deps,
      {
        callId,
        legId,
        turnId,
        mediaSocketUrl: `ws://127.0.0.1:${mediaSocketPort}/legs/${legId}`,
        cursor,
        opening: 'listen',
        context: {
          flow: 'order_intake',
          companyName: 'bench',
          language: 'ko',
          callerNumber: '01012345678',
          now: '2026-11-21T14:00:00+09:00',
          priceWon: 80_000,
          order: EMPTY_ORDER,
        },
        messages: MESSAGES,
        toolResults: [],
        streak: { silences: 0, faults: 0 },
      },
      { signal: stopped.signal, progress: null, report: () => {} },
    )
    if (result.end === 'leg_ended') return
    cursor = result.cursor
    const { endOfTurnMs, firstTokenMs, firstAudioMs } = result.timings
    const wireMs = await latencyOf(legId, turnId)
    if (wireMs !== null && endOfTurnMs !== null)
      measured.push({ wireMs, endOfTurnMs, firstTokenMs: firstTokenMs ?? 0, firstAudioMs: firstAudioMs ?? 0 })
  }
}

async function latencyOf(legId: string, turnId: string): Promise<number | null> {
  const session = sessions.seen.get(legId)
  const limit = performance.now() + LATENCY_LIMIT_MS
  while (session !== undefined && performance.now() < limit) {
    const ms = session.state.latencies.get(turnId)
    if (ms !== undefined) return ms
    await session.changed(100, stopped.signal)
  }
  return null
}

let calls = 0
process.on('message', (order: Order) => {
  if (order.type === 'scale') {
    for (; calls < order.calls; calls++) void converse(calls).catch(() => {})
    tell({ type: 'scaled' })
  }
  if (order.type === 'measure') measured = []
  if (order.type === 'report') tell({ type: 'turns', turns: measured })
  if (order.type === 'stop') {
    stopped.abort()
    sessions.close()
    process.exit(0)
  }
})
process.on('disconnect', () => process.exit(0))
tell({ type: 'ready', sipPort: 0, mediaSocketPort: 0 })
