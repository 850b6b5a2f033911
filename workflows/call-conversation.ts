/** A conversation on a leg that is live: turn by turn until nothing is left to do. */
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow'
import type { CallerSpeech, ClosingReason, TakeTurnResult, ToolCall, ToolResult } from '../domain/dialogue.ts'
import type { TurnId } from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import type { Hearing } from '../domain/read-back.ts'
import type { CallLeg } from './call-leg.ts'
import { type CallEnd, type CallFacts, type CallState, endOf } from './call-state.ts'
import { takeTurnSomewhere } from './call-turn.ts'

export interface ConversationInput {
  readonly leg: CallLeg
  readonly state: CallState<CallFacts>
  /** From the answer; then the call is ended politely. */
  readonly maxDurationMs: number
  readonly onTurn: (turnId: TurnId, turnIndex: number, result: TakeTurnResult) => void
  /**
   * @param spokenAtMs when the other side said what they are about, ms from the answer.
   * @param hearing how surely it was heard.
   */
  readonly runTools: (
    calls: readonly ToolCall[],
    spokenAtMs: number | null,
    hearing: Hearing,
  ) => Promise<readonly ToolResult[]>
}

export class Conversation {
  /** No turn could say goodbye: the gateway has to. */
  speechless = false
  readonly #input: ConversationInput
  #lastSpoken: Pick<CallerSpeech, 'startMs' | 'confidence' | 'heard'> | null = null
  #turnScope: CancellationScope | null = null
  /** Somebody else talks now. */
  #left = false
  /** The turn under way was given up by us. */
  #turnDropped = false

  constructor(input: ConversationInput) {
    this.#input = input
  }

  async run(): Promise<CallEnd | 'caller_hung_up'> {
    const { leg, state, maxDurationMs } = this.#input
    const limit = new CancellationScope()
    limit
      .run(() => sleep(maxDurationMs, { summary: '최대 통화 시간' }))
      .then(
        () => this.close('time_limit'),
        () => {},
      )
    try {
      for (;;) {
        if (leg.over) state.legEnded()
        else if (this.#left) return 'taken_over'
        const step = state.next()
        switch (step.do) {
          case 'turn':
            await this.#turn()
            break
          case 'tools':
            await this.#runTools(step.calls)
            break
          case 'hang_up':
            return step.reason
          case 'finish':
            return 'caller_hung_up'
        }
      }
    } finally {
      limit.cancel()
    }
  }

  /** The listening turn is given up, so that the goodbye can be said. */
  close(reason: ClosingReason): void {
    this.#input.state.closeFor(reason)
    this.attend()
  }

  /** The turn under way is given up: something else is to be said or done (`CallState.want`). */
  attend(): void {
    this.#turnDropped = true
    this.#turnScope?.cancel()
  }

  /** A person talks with them from now on: the turn under way is given up, and nothing is said any more. */
  leave(): void {
    this.#left = true
    this.attend()
  }

  async #turn(): Promise<void> {
    const { state, onTurn } = this.#input
    const scope = new CancellationScope()
    this.#turnScope = scope
    this.#turnDropped = false
    const { turnId, turnIndex } = state
    try {
      const turnInput = state.turnInput(koreanIso(Date.now()))
      const result = await scope.run(() => takeTurnSomewhere(turnInput, state.workerQueue))
      state.turnTaken(result)
      this.#lastSpoken = result.caller ?? this.#lastSpoken
      onTurn(turnId, turnIndex, result)
    } catch (error) {
      if (isCancellation(error) && !this.#turnDropped) throw error
      // Nobody can take turns: what is known is kept; nobody is left in silence.
      if (this.#turnDropped) state.turnAbandoned()
      else {
        this.speechless = true
        state.giveUp()
      }
    } finally {
      this.#turnScope = null
    }
  }

  async #runTools(calls: readonly ToolCall[]): Promise<void> {
    const { state, runTools } = this.#input
    const { startMs = null, confidence = null, heard } = this.#lastSpoken ?? {}
    const hearing = { confidence, ...(heard === undefined ? {} : { heard }) }
    state.toolsDone(await runTools(calls, startMs, hearing), endOf(calls))
  }
}
