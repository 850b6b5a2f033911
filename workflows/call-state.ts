/**
 * What a call's workflow knows of the conversation, and what is to be done next. Pure: fed with turns and tool
 * results, asked for the next step. What is told in a call of one kind is added by the classes below it.
 */
import { type AnsweredBy, type AnsweringPolicy, stepAfter } from '../domain/answering.ts'
import type {
  ClosingReason,
  DialogueContext,
  DialogueMessage,
  TakeTurnInput,
  TakeTurnResult,
  ToolCall,
  ToolResult,
  TurnOpening,
  TurnStreak,
} from '../domain/dialogue.ts'
import type { FlowEdition } from '../domain/flow-content.ts'
import type { CallId, LegId, TurnId } from '../domain/ids.ts'
import { makeTurnId } from '../domain/ids.ts'
import type { TalkLanguage } from '../domain/talk-language.ts'
import { missesAfter, offersPerson } from '../domain/talk-misses.ts'
import { distinctCalls } from './tool-calls.ts'

/** What is known of a call before its first turn. */
export interface CallFacts {
  readonly callId: CallId
  readonly legId: LegId
  readonly mediaSocketUrl: string
  readonly companyName: string
  readonly language: TalkLanguage
  readonly maxTurns: number
  /** What is said and offered; absent: as it was shipped. */
  readonly edition?: FlowEdition
  /** Only of calls that we place: who answers is told apart. Absent: whoever answers is talked to. */
  readonly answering?: AnsweringPolicy & {
    /** Sentences for a machine. */
    readonly message: readonly string[]
  }
}

/** What the workflow does next. */
export type CallStep =
  | { readonly do: 'turn'; readonly opening: TurnOpening }
  /** In the order in which the model asked for them. */
  | { readonly do: 'tools'; readonly calls: readonly ToolCall[] }
  /** Everything was said; the goodbye may still be playing. */
  | { readonly do: 'hang_up'; readonly reason: CallEnd }
  /** The leg is over. */
  | { readonly do: 'finish' }

/** Why we hang up. */
export type CallEnd =
  | 'order_placed'
  | 'caller_request'
  | 'nothing_more'
  | 'abuse'
  /** A person of ours talks with them instead. */
  | 'taken_over'
  /** What we called for is done. */
  | 'task_done'
  /** Nobody was there but a machine. */
  | 'machine'
  | ClosingReason

const END_CALL_REASONS: ReadonlySet<string> = new Set<CallEnd>([
  'order_placed',
  'caller_request',
  'nothing_more',
  'abuse',
  'silence',
  'task_done',
])

/** The model may speak without the caller so often in a row; then the caller has the word. */
const MAX_CONTINUATIONS = 3
const MAX_SILENCES = 3
const MAX_FAULTS = 2

/** One line of the conversation, for the summary. */
export interface SpokenLine {
  readonly speaker: 'ai' | 'customer'
  readonly text: string
}

interface AssistantTurn {
  readonly utteranceId: string
  readonly index: number
}

/** The state of any call: `Facts` is what is known of it before it begins. */
export abstract class CallState<Facts extends CallFacts = CallFacts> {
  /** Queue of the worker that took the last turn. */
  workerQueue: string | null = null
  turnIndex = 0
  protected facts: Facts
  readonly #messages: DialogueMessage[] = []
  /** Where each utterance stands in `#messages`, to be cut when the caller broke into it. */
  readonly #spoken: AssistantTurn[] = []
  #cursor = 0
  #opening: TurnOpening = 'greet'
  /** Opening of the turn under way. */
  #asked: TurnOpening = 'greet'
  #toolCalls: readonly ToolCall[] = []
  #toolResults: readonly ToolResult[] = []
  #continuations = 0
  #streak: TurnStreak = { silences: 0, faults: 0 }
  #closing: ClosingReason | null = null
  #end: CallEnd | null = null
  #warned = false
  /** That the other side speaks; null as long as it is the one that we began in. */
  #language: TalkLanguage | null = null
  #legEnded = false
  /** On the second leg of a talk. */
  #resumes = false
  /** What a person of ours wants done in the call, and what is said before. */
  #wanted: { readonly call: ToolCall; readonly words: readonly string[] } | null = null
  #who: AnsweredBy | null = null
  #isMessageLeft = false

  constructor(facts: Facts) {
    this.facts = facts
  }

  /** What the model is told of the moment. @param now ISO 8601 +09:00. */
  protected abstract context(now: string): DialogueContext

  /** What is talked in now. */
  get language(): TalkLanguage {
    return this.#language ?? this.facts.language
  }

  get streak(): TurnStreak {
    return this.#streak
  }

  /** Who answered our call; null as long as it isn't known, and where nobody asks. */
  get answeredBy(): AnsweredBy | null {
    return this.#who
  }

  /** A machine has our message. */
  get isMessageLeft(): boolean {
    return this.#isMessageLeft
  }

  get messages(): readonly DialogueMessage[] {
    return this.#messages
  }

  next(): CallStep {
    if (this.#toolCalls.length > 0) return { do: 'tools', calls: this.#toolCalls }
    if (this.#legEnded) return { do: 'finish' }
    if (this.#end !== null) return { do: 'hang_up', reason: this.#end }
    if (this.#closing === null && this.turnIndex >= this.facts.maxTurns) this.#closing = 'time_limit'
    if (this.#closing !== null) return { do: 'turn', opening: 'close' }
    return { do: 'turn', opening: this.#nextOpening }
  }

  get #nextOpening(): TurnOpening {
    if (this.#closing !== null) return 'close'
    return this.#wanted === null ? this.#opening : 'tell'
  }

  /** Input of the turn that `next` asked for. @param now ISO 8601 +09:00. */
  turnInput(now: string): TakeTurnInput {
    const opening = this.#nextOpening
    this.#asked = opening
    return {
      callId: this.facts.callId,
      legId: this.facts.legId,
      turnId: this.turnId,
      mediaSocketUrl: this.facts.mediaSocketUrl,
      cursor: this.#cursor,
      opening,
      context: this.contextAt(now),
      messages: this.#messages,
      toolResults: this.#toolResults,
      streak: this.#streak,
      ...this.#forWhoAnswers(opening),
      ...(this.#warned ? { warned: true } : {}),
      ...(this.#closing === null ? {} : { closing: this.#closing }),
    }
  }

  /** What the model would be told now. @param now ISO 8601 +09:00. */
  contextAt(now: string): DialogueContext {
    return this.#pinned(this.context(now))
  }

  get turnId(): TurnId {
    return makeTurnId(this.facts.callId, this.turnIndex)
  }

  /** A turn came back: its words become part of the conversation. */
  turnTaken(result: TakeTurnResult): void {
    for (const { utteranceId, heard } of result.interruptions) this.#cut(utteranceId, heard)
    const asked = this.#asked
    this.#addCaller(result, asked)
    const toolCalls = [...distinctCalls(result.toolCalls), ...this.#wantedAfter(asked)]
    this.#addAssistant(result, toolCalls)
    this.#cursor = Math.max(this.#cursor, result.cursor)
    this.workerQueue = result.workerQueue
    this.#toolCalls = toolCalls
    this.#toolResults = []
    this.#streak = {
      ...this.#streak,
      silences: result.silent ? this.#streak.silences + 1 : 0,
      faults: result.fault ? this.#streak.faults + 1 : 0,
    }
    this.#noteMiss(result, asked)
    this.#language = result.language ?? this.#language
    this.#continuations = asked === 'continue' ? this.#continuations + 1 : 0
    this.turnIndex++
    if (result.end === 'leg_ended') this.#legEnded = true
    if (asked === 'close') this.#end = this.#closing
    else if (asked === 'message') this.#messageTaken(result)
    else if (this.#streak.silences >= MAX_SILENCES) this.#end = 'silence'
    else if (result.concern?.kind === 'abuse' && this.#warned) this.#end = 'abuse'
    else if (result.outage === true || this.#streak.faults >= MAX_FAULTS) this.#end = 'fault'
    if (result.concern?.kind === 'abuse') this.#warned = true
    this.#opening = this.#speaksOn(result) ? 'continue' : this.#listensOrOffers()
    if (asked === 'greet') this.#answeredBy(result.answeredBy)
  }

  /** The tools that `next` asked for were carried out; the next turn tells the model. */
  toolsDone(results: readonly ToolResult[], end: CallEnd | null): void {
    const nothingSaid = this.#opening === 'continue'
    this.#toolCalls = []
    this.#toolResults = results
    this.#end ??= end
    const mustTell = results.some((result) => result.mustTell)
    const speaksOn = (mustTell || nothingSaid) && this.#continuations < MAX_CONTINUATIONS
    this.#opening = speaksOn ? 'continue' : this.#listensOrOffers()
  }

  /** They were cut off and called back: the talk goes on on another leg, with all that was told. */
  movedTo(place: Pick<CallFacts, 'callId' | 'legId' | 'mediaSocketUrl'>): void {
    const answering = { machine: 'hang_up', message: [] } as const
    this.facts = { ...this.facts, ...place, answering }
    this.#resumes = true
    this.#opening = 'greet'
    this.#cursor = 0
    this.#spoken.length = 0
    this.workerQueue = null
    this.#continuations = 0
    this.#streak = { silences: 0, faults: 0 }
    this.#closing = null
    this.#end = null
    this.#legEnded = false
  }

  /** The turn under way was given up: its id, and the utterance of that name, are not used again. */
  turnAbandoned(): void {
    this.turnIndex++
  }

  /** The call must end for a reason of ours; what is being said is followed by a goodbye. */
  closeFor(reason: ClosingReason): void {
    this.#closing ??= reason
  }

  /** Somebody of ours wants something done: `words` are said, then it is carried out as if the model had asked for it. */
  want(call: ToolCall, words: readonly string[]): void {
    this.#wanted = { call, words }
  }

  /** A goodbye is being said, or nothing more at all. */
  get isEnding(): boolean {
    return this.#closing !== null || this.#end !== null || this.#legEnded
  }

  /** No goodbye can be spoken any more: hang up. */
  giveUp(): void {
    this.#end ??= 'fault'
    this.#toolCalls = []
  }

  legEnded(): void {
    this.#legEnded = true
  }

  /** Why we hang up; null while we don't. */
  get end(): CallEnd | null {
    return this.#end
  }

  get isOver(): boolean {
    return this.#legEnded
  }

  /** The conversation as it was heard. */
  lines(): readonly SpokenLine[] {
    return this.#messages
      .map(
        (message): SpokenLine =>
          message.role === 'caller'
            ? { speaker: 'customer', text: message.words }
            : { speaker: 'ai', text: message.heard },
      )
      .filter((line) => line.text !== '')
  }

  /** It was said that it will be done. */
  #wantedAfter(asked: TurnOpening): readonly ToolCall[] {
    if (asked !== 'tell' || this.#wanted === null) return []
    const { call } = this.#wanted
    this.#wanted = null
    return [call]
  }

  /** Turns of older workers tell of no misses. */
  #noteMiss({ miss, caller, personOffered }: TakeTurnResult, asked: TurnOpening): void {
    const offered = personOffered === true || asked === 'offer_person'
    const listened = asked === 'listen' && caller !== null
    const turn = { miss: miss ?? null, listened, offered }
    const misses = missesAfter(this.#streak.misses ?? 0, turn)
    this.#streak = { ...this.#streak, misses }
  }

  #listensOrOffers(): TurnOpening {
    return offersPerson(this.#streak.misses ?? 0) ? 'offer_person' : 'listen'
  }

  #forWhoAnswers(opening: TurnOpening): Pick<TakeTurnInput, 'judgesAnswer' | 'message' | 'resumes'> {
    const { answering } = this.facts
    if (opening === 'tell' && this.#wanted !== null) return { message: this.#wanted.words }
    if (answering === undefined) return {}
    if (opening === 'greet') return { judgesAnswer: true, ...(this.#resumes ? { resumes: true } : {}) }
    return opening === 'message' ? { message: answering.message } : {}
  }

  /** A person is greeted already; a machine is not talked with. */
  #answeredBy(by: AnsweredBy | undefined): void {
    const { answering } = this.facts
    if (answering === undefined || by === undefined) return
    this.#who = by
    const step = stepAfter(by, answering)
    if (step === 'hang_up') this.#end ??= 'machine'
    else if (step === 'leave_message') this.#opening = 'message'
  }

  #messageTaken(result: TakeTurnResult): void {
    this.#isMessageLeft = result.spoken !== null
    this.#end ??= 'machine'
  }

  #pinned(context: DialogueContext): DialogueContext {
    const { edition } = this.facts
    const followed = this.#language === null ? {} : { language: this.#language }
    return { ...context, ...followed, ...(edition === undefined ? {} : { edition }) }
  }

  #addCaller(result: TakeTurnResult, asked: TurnOpening): void {
    const words = asked === 'greet' ? '' : (result.caller?.words ?? '')
    // A greeting answers nobody; everything else the model said was an answer to words, silence or results.
    if (words === '' && (asked === 'greet' || !result.silent) && this.#toolResults.length === 0) return
    this.#messages.push({ role: 'caller', words, toolResults: this.#toolResults })
  }

  #addAssistant(result: TakeTurnResult, toolCalls: readonly ToolCall[]): void {
    if (result.spoken === null && toolCalls.length === 0) return
    this.#messages.push({
      role: 'assistant',
      heard: result.spoken?.text ?? '',
      interrupted: false,
      toolCalls,
    })
    if (result.spoken === null) return
    this.#spoken.push({ utteranceId: result.spoken.utteranceId, index: this.#messages.length - 1 })
  }

  #cut(utteranceId: string, heard: string): void {
    const spoken = this.#spoken.find((turn) => turn.utteranceId === utteranceId)
    const message = spoken === undefined ? undefined : this.#messages[spoken.index]
    if (spoken === undefined || message?.role !== 'assistant') return
    this.#messages[spoken.index] = { ...message, heard, interrupted: true }
  }

  /** The model only asked for tools: somebody must say something. */
  #speaksOn(result: TakeTurnResult): boolean {
    return result.spoken === null && result.toolCalls.length > 0
  }
}

/** Why the model ends the call; null when it does not. An unknown reason still ends it. */
export function endOf(calls: readonly ToolCall[]): CallEnd | null {
  const reason = calls.findLast((call) => call.name === 'end_call')?.input.reason
  if (!calls.some((call) => call.name === 'end_call')) return null
  return typeof reason === 'string' && END_CALL_REASONS.has(reason) ? (reason as CallEnd) : 'nothing_more'
}
