/** A telephone line on which words are handed over as text: who is on it, what was said, and how it ended. */
import type { LegReport } from '../../domain/call.ts'
import type { TakeTurnResult } from '../../domain/dialogue.ts'
import type { LegId, TurnId } from '../../domain/ids.ts'
import type { WorldCall } from '../../scripts/scenario/world-client.ts'
import type { CallerAct, CallerMind } from '../../simulators/people/caller-mind.ts'

/** What is taken for the time that a syllable takes: nobody waits for it, but records have times. */
const SYLLABLE_MS = 160
/** Part of an utterance that somebody who breaks in has heard. */
const HEARD_BEFORE_BREAK_IN = 0.4

const durationMs = (text: string): number => [...text].length * SYLLABLE_MS

type TextSpoken = NonNullable<TakeTurnResult['spoken']>

/** What one turn of the caller was, on the line's own clock, ms since the answer. */
export interface CallerTurn {
  readonly act: CallerAct
  readonly startMs: number
  readonly endMs: number
  /** Our utterance that they broke into, and what they heard of it. */
  readonly cut: { readonly utteranceId: string; readonly heard: string } | null
}

export interface TextLineInput {
  readonly id: string
  readonly legId: LegId
  readonly from: string
  readonly to: string
  readonly mind: CallerMind
}

export class TextLine {
  readonly id: string
  readonly legId: LegId
  /** Resolves when somebody has hung up. */
  readonly over: Promise<void>
  readonly #input: TextLineInput
  readonly #startedAt = new Date()
  readonly #transcript: WorldCall['transcript'] = []
  readonly #turns = new Map<TurnId, Promise<CallerTurn>>()
  readonly #said = new Map<string, TextSpoken>()
  #markOver: () => void = () => {}
  #heard = ''
  #newest: string | null = null
  #clockMs = 0
  #endedBy: 'me' | 'them' | null = null
  #endedAt: Date | null = null

  constructor(input: TextLineInput) {
    this.#input = input
    this.id = input.id
    this.legId = input.legId
    this.over = new Promise((resolve) => {
      this.#markOver = resolve
    })
  }

  get isOver(): boolean {
    return this.#endedBy !== null
  }

  /** What the caller does in this turn: asked once, however often the turn is tried. */
  callerTurn(turnId: TurnId): Promise<CallerTurn> {
    const known = this.#turns.get(turnId)
    if (known !== undefined) return known
    const heard = this.#heard
    this.#heard = ''
    const turn = this.#input.mind.answer(heard).then(
      (act) => this.#note(act),
      (error: unknown) => {
        // The next try of the turn asks again.
        this.#turns.delete(turnId)
        this.#heard = heard
        throw error
      },
    )
    this.#turns.set(turnId, turn)
    return turn
  }

  /** We say something. @returns what was said: where an earlier try of the turn spoke, its words. */
  say(utteranceId: string, text: string): TextSpoken | null {
    const known = this.#said.get(utteranceId)
    if (known !== undefined) return known
    if (text === '' || this.isOver) return null
    const startMs = this.#clockMs
    const spoken = { utteranceId, text, startMs, endMs: startMs + durationMs(text) }
    this.#said.set(utteranceId, spoken)
    this.#newest = utteranceId
    this.#heard = this.#heard === '' ? text : `${this.#heard} ${text}`
    this.#speak('them', text)
    return spoken
  }

  /** @param by `me` is the caller, as in the records of telephones. */
  hangUp(by: 'me' | 'them'): void {
    if (this.#endedBy !== null) return
    this.#endedBy = by
    this.#endedAt = new Date()
    this.#markOver()
  }

  /** As the telephone that phoned would tell it. */
  record(): WorldCall {
    return {
      id: this.id,
      from: this.#input.from,
      to: this.#input.to,
      state: this.isOver ? 'ended' : 'live',
      sip_code: 200,
      ended_by: this.#endedBy,
      started_at: this.#startedAt.toISOString(),
      answered_at: this.#startedAt.toISOString(),
      transcript: this.#transcript,
    }
  }

  report(): LegReport {
    const endedAt = this.#endedAt ?? new Date()
    return {
      legId: this.legId,
      outcome: this.#endedBy === 'them' ? 'completed_by_us' : 'completed_by_remote',
      sipCode: 200,
      startedAt: this.#startedAt.toISOString(),
      answeredAt: this.#startedAt.toISOString(),
      endedAt: endedAt.toISOString(),
      durationMs: endedAt.getTime() - this.#startedAt.getTime(),
      codec: null,
      quality: null,
      recordingKey: null,
      latencies: [],
    }
  }

  #note(act: CallerAct): CallerTurn {
    const cut = act.do === 'say' && act.interrupts === true ? this.#cutNewest() : null
    const startMs = this.#clockMs
    if (act.do === 'say') this.#speak('me', act.text)
    return { act, startMs, endMs: this.#clockMs, cut }
  }

  #cutNewest(): CallerTurn['cut'] {
    const text = this.#newest === null ? undefined : this.#said.get(this.#newest)?.text
    if (this.#newest === null || text === undefined) return null
    const words = text.split(' ')
    const heard = words.slice(0, Math.floor(words.length * HEARD_BEFORE_BREAK_IN)).join(' ')
    const last = this.#transcript.findLast(({ speaker }) => speaker === 'them')
    if (last !== undefined) last.text = heard
    return { utteranceId: this.#newest, heard }
  }

  #speak(speaker: 'me' | 'them', text: string): void {
    const at_ms = this.#clockMs
    this.#clockMs += durationMs(text)
    this.#transcript.push({ at_ms, end_ms: this.#clockMs, speaker, text })
  }
}
