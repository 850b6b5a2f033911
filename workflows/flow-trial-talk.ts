/** The conversation of a trial: the states of real calls, fed with what somebody writes instead of what is heard. */

import type { TrialTurnInput, TrialTurnResult } from '../activities/dialogue/trial-turn.ts'
import { chatFault, chatLanguage, labelled } from '../domain/chat-texts.ts'
import type { DialogueContext, TakeTurnResult, ToolCall, ToolResult } from '../domain/dialogue.ts'
import { spokenPhrase } from '../domain/flow-content.ts'
import { makeCallId, makeLegId } from '../domain/ids.ts'
import type { CallFacts, CallState } from './call-state.ts'
import { endOf } from './call-state.ts'
import type { FlowTrialInput, TrialLine, TrialView } from './flow-trial-messages.ts'
import { InboundCallState } from './inbound-call-state.ts'
import { distinctCalls } from './tool-calls.ts'
import { openTrialState, type TrialState } from './trial-state.ts'

const MAX_TURNS = 80
const CALL = {
  callId: makeCallId('000000000000'),
  legId: makeLegId('000000000000'),
  mediaSocketUrl: '',
  maxTurns: MAX_TURNS,
} as const

/** An order in writing differs from one on the telephone by its medium, and follows the customer's language. */
class WrittenOrderState extends InboundCallState {
  writtenIn: 'ko' | 'en' = 'ko'

  protected override context(now: string): DialogueContext {
    const context = super.context(now)
    if (context.flow !== 'order_intake') return context
    return { ...context, medium: 'text', language: this.writtenIn }
  }
}

export interface TrialTalkInput extends FlowTrialInput {
  /** Takes a turn; null: the model gave no answer. */
  readonly takeTurn: (input: TrialTurnInput) => Promise<TrialTurnResult | null>
  /** ISO 8601 +09:00, and epoch milliseconds. */
  readonly now: () => { readonly iso: string; readonly ms: number }
}

export class TrialTalk {
  readonly #input: TrialTalkInput
  readonly #state: CallState<CallFacts>
  readonly #order: InboundCallState | null
  readonly #play: TrialState['play']
  readonly #lines: TrialLine[] = []
  #end: string | null = null

  constructor(input: TrialTalkInput) {
    const { flow, edition, companyName, priceWon } = input
    this.#input = input
    const isWritten = flow === 'order_chat'
    const trial = openTrialState({
      flow,
      edition,
      companyName,
      priceWon,
      call: CALL,
      ...(isWritten ? { openOrder: (facts) => new WrittenOrderState(facts) } : {}),
    })
    this.#state = trial.state
    this.#order = trial.order
    this.#play = trial.play
  }

  get isOver(): boolean {
    return this.#end !== null
  }

  view(): TrialView {
    return {
      lines: this.#lines,
      order: this.#order?.order ?? null,
      placed: this.#order?.orderConfirmed ?? false,
      end: this.#end,
    }
  }

  /** A call is opened by our greeting; in a chat the customer has the first word. */
  async open(): Promise<void> {
    if (this.#input.flow === 'order_chat') return
    await this.#turn(null)
  }

  /** @param words empty: silence. */
  async say(words: string): Promise<void> {
    this.#lines.push({ speaker: 'person', text: words, tools: [], fault: false })
    if (this.#state instanceof WrittenOrderState && words !== '') this.#state.writtenIn = chatLanguage(words)
    // A chat is not greeted by the model, but its state begins as that of a call.
    if (this.#input.flow === 'order_chat' && this.#state.turnIndex === 0)
      this.#state.turnTaken(this.#resultOf({ text: '', toolCalls: [] }, null, false))
    await this.#turn(words)
    for (let step = this.#state.next(); ; step = this.#state.next()) {
      if (step.do === 'hang_up' || step.do === 'finish') {
        this.#end = step.do === 'hang_up' ? step.reason : 'finished'
        return
      }
      if (step.do === 'turn' && step.opening === 'listen') return
      await this.#turn(null)
    }
  }

  async #turn(words: string | null): Promise<void> {
    const state = this.#state
    const turnInput = state.turnInput(this.#input.now().iso)
    const { context, opening, closing, messages, toolResults, streak } = turnInput
    const input = { context, opening, messages, toolResults, streak, words }
    const answered = await this.#input.takeTurn(closing === undefined ? input : { ...input, closing })
    const turn = answered ?? { text: this.#faultWords(context), toolCalls: [] }
    const calls = distinctCalls(turn.toolCalls)
    const results = this.#play(calls, this.#input.now().ms)
    // In a chat nothing has gone out yet: what was written before a result that needs an answer is not said.
    const unsaid =
      this.#input.flow === 'order_chat' && results.some(({ mustTell }) => mustTell) && answered !== null
    const said = unsaid ? { ...turn, text: '' } : turn
    this.#note(said.text, calls, results, answered === null)
    state.turnTaken(this.#resultOf({ ...said, toolCalls: calls }, words, answered === null))
    if (calls.length > 0) state.toolsDone(results, endOf(calls))
  }

  #faultWords(context: DialogueContext): string {
    const { companyName } = context
    // A trial is written in a language that the owner has words in.
    const language = context.language === 'ko' ? 'ko' : 'en'
    if (this.#input.flow === 'order_chat') return chatFault(language)
    const { phrases } = this.#input.edition.content
    return spokenPhrase(phrases, 'fault', { language, values: { company: companyName } })?.join(' ') ?? ''
  }

  #note(text: string, calls: readonly ToolCall[], results: readonly ToolResult[], fault: boolean): void {
    const tools = calls.map(({ name, input }, index) => ({
      name,
      input,
      ok: results[index]?.ok ?? false,
      result: results[index]?.content ?? '',
    }))
    if (text === '' && tools.length === 0) return
    const isFirst = !this.#lines.some((line) => line.speaker === 'ai' && line.text !== '')
    const { flow, companyName } = this.#input
    const language = this.#state instanceof WrittenOrderState ? this.#state.writtenIn : 'ko'
    const shown =
      flow === 'order_chat' && text !== ''
        ? labelled(text, 'ai', isFirst ? null : 'ai', companyName, language)
        : text
    this.#lines.push({ speaker: 'ai', text: shown, tools, fault })
  }

  /** As if it had been heard and spoken in no time. */
  #resultOf({ text, toolCalls }: TrialTurnResult, words: string | null, fault: boolean): TakeTurnResult {
    const caller = words === null || words === '' ? null : { words, confidence: 1, startMs: 0, endMs: 0 }
    return {
      end: 'answered',
      caller,
      silent: words === '',
      fault,
      spoken: text === '' ? null : { utteranceId: this.#state.turnId, text, startMs: 0, endMs: 0 },
      interruptions: [],
      toolCalls,
      cursor: 0,
      timings: { endOfTurnMs: null, firstTokenMs: null, firstAudioMs: null, wireLatencyMs: null },
      workerQueue: '',
    }
  }
}
