/**
 * One turn of a dialogue on one leg: listen until the caller has finished, let the model think, speak.
 * Nothing in here changes the world: tools that the model asks for are returned to the workflow.
 */
import type { Logger } from 'pino'
import { type CallerConcern, concernAnswer, concernIn } from '../../domain/caller-concerns.ts'
import type { CallerSpeech, TakeTurnInput, TakeTurnResult, TurnProgress } from '../../domain/dialogue.ts'
import { SAMPLES_PER_MS, type UtteranceState } from '../../domain/media-socket.ts'
import type { TalkLanguage } from '../../domain/talk-language.ts'
import { offersPerson, personOffer } from '../../domain/talk-misses.ts'
import type { DialogueModel, ModelRequest } from '../claude/model.ts'
import type { SpeechRecognizer, SpeechVoice } from '../speech/ports.ts'
import { type Answer, answer } from './answer.ts'
import { awaitMessageMoment, hearScreeningOut, hearWhoAnswers } from './answered-by.ts'
import { expectedAnswer } from './expected-answer.ts'
import { abortWhenTheyGoOn } from './goes-on.ts'
import { HeadStarts } from './head-start.ts'
import { cutUtterance, unheardOf, wasInterrupted } from './heard.ts'
import { hearHello } from './hello.ts'
import { type NewestInput, toModelMessages } from './history.ts'
import type { LegSession } from './leg-session.ts'
import type { LegSessions } from './leg-sessions.ts'
import { type ListenResult, listen } from './listen.ts'
import { Meter } from './meter.ts'
import { closeOrphans } from './orphans.ts'
import { patienceMs } from './patience.ts'
import type { Greeting } from './phrases.ts'
import { Speaker } from './speaker.ts'
import { SpokenContext } from './spoken-context.ts'
import { turnResult } from './turn-result.ts'

/** What a dialogue worker has for all its turns. */
export interface TurnDependencies {
  readonly sessions: LegSessions
  readonly recognizer: SpeechRecognizer
  readonly voice: SpeechVoice
  readonly model: DialogueModel
  /** DAERI_SECRET: opens the media sockets. */
  readonly secret: string
  readonly logger: Pick<Logger, 'warn'>
  /** The queue of this worker alone. */
  readonly workerQueue: string
  /** Aborts when this worker is about to end: turns to come are another's. Absent: it never does. */
  readonly leaving?: AbortSignal
}

/** What carries one attempt of a turn. */
export interface TurnHost {
  readonly signal: AbortSignal
  /** How far an earlier attempt came; null at the first. */
  readonly progress: TurnProgress | null
  readonly report: (progress: TurnProgress) => void
}

export const NO_PROGRESS: TurnProgress = {
  caller: null,
  silent: false,
  heardUntil: null,
  sentences: [],
  toolCalls: [],
  decided: false,
  fault: false,
}

/** The third silent turn in a row ends the call, the second failed one too. */
const LAST_SILENCE = 2
const LAST_FAULT = 1
/** How often a caller who goes on speaking may take the turn back before it is answered. */
const MAX_RESUMPTIONS = 6
const MAX_ANSWER_TOKENS = 600
/** Once the caller has gone, the model still reads out what they told. */
const AFTER_THE_END_LIMIT_MS = 10_000

const NOTHING: Answer = {
  sentences: [],
  toolCalls: [],
  fault: false,
  outage: false,
  firstTokenAt: null,
}

/** See `takeTurn`. */
export class Turn {
  readonly #deps: TurnDependencies
  readonly #input: TakeTurnInput
  readonly #host: TurnHost
  readonly #session: LegSession
  readonly #talk: SpokenContext
  /** What the gateway already has of our answer in this turn. */
  readonly #existing: UtteranceState | undefined
  readonly #headStarts: HeadStarts
  readonly #meter: Meter
  #progress: TurnProgress
  #decidedAt: number | null = null
  #endOfTurnMs: number | null = null
  #speaker: Speaker | null = null
  #personOffered = false

  constructor(deps: TurnDependencies, input: TakeTurnInput, host: TurnHost, session: LegSession) {
    this.#deps = deps
    this.#input = input
    this.#host = host
    this.#session = session
    this.#talk = new SpokenContext(input.context)
    this.#existing = session.state.utterances.get(input.turnId)
    this.#progress = host.progress ?? NO_PROGRESS
    this.#meter = new Meter(host.progress?.usage)
    this.#headStarts = new HeadStarts({
      model: deps.model,
      requestFor: (words) => this.#request({ kind: 'words', words }),
      signal: host.signal,
    })
  }

  async run(): Promise<TakeTurnResult> {
    closeOrphans(this.#session, this.#input.turnId)
    try {
      switch (this.#input.opening) {
        case 'greet':
          return this.#result((await this.#mayGreet()) ? await this.#greet(this.#firstWords()) : NOTHING)
        case 'message':
          return this.#result(await this.#leaveMessage())
        case 'tell':
          return this.#result(await this.#tell())
        case 'close':
          return this.#result(await this.#recite(this.#talk.flow.closing(this.#input.closing ?? 'fault')))
        case 'continue':
          return this.#result(await this.#answer({ kind: 'continue' }, this.#host.signal))
        case 'offer_person':
          return this.#result(await this.#offerPerson())
        case 'listen':
          return await this.#listenAndAnswer()
      }
    } finally {
      this.#headStarts.discard()
    }
  }

  async #listenAndAnswer(): Promise<TakeTurnResult> {
    for (let resumptions = 0; ; resumptions++) {
      const heard = this.#remembered() ?? (await this.#listen())
      switch (heard.kind) {
        case 'silence':
          this.#advance({ silent: true, heardUntil: heard.heardUntil })
          return this.#result(await this.#answerSilence())
        case 'false_bargein':
          this.#advance({ heardUntil: heard.heardUntil })
          return this.#result(await this.#recite(this.#cut === null ? [] : unheardOf(this.#cut)))
        case 'ended':
          this.#advance({ caller: heard.caller, heardUntil: heard.heardUntil })
          return this.#result(heard.caller === null ? NOTHING : await this.#noteLastWords(heard.caller))
        case 'words': {
          this.#advance({ caller: heard.caller, heardUntil: heard.heardUntil })
          this.#follow(heard.caller)
          const concern = this.#concernIn(heard.caller)
          if (concern !== null) return this.#result(await this.#recite(this.#answerTo(concern)))
          const answered = await this.#answerUnlessTheyGoOn(heard, resumptions < MAX_RESUMPTIONS)
          if (answered !== null) return this.#result(answered)
          this.#advance({ caller: null, heardUntil: null })
        }
      }
    }
  }

  /** What an earlier attempt had heard. */
  #remembered(): ListenResult | null {
    const { caller, heardUntil, silent } = this.#progress
    if (heardUntil === null) return null
    if (silent) return { kind: 'silence', heardUntil }
    return caller === null ? null : { kind: 'words', caller, heardUntil }
  }

  async #listen(): Promise<ListenResult> {
    const session = this.#session
    session.cards.hears(this.#lastHeard() ?? '')
    const heard = await listen({
      session,
      since: this.#input.cursor,
      cut: () => this.#cut,
      again: this.#existing !== undefined,
      expected: expectedAnswer(this.#lastHeard()),
      noReplyMs: patienceMs(this.#input.messages),
      // What was answered by a lost worker is not thought about anew before that is known.
      onMayBeTheEnd: (words) => {
        if (this.#existing !== undefined) return
        const { language } = session.state.viewSince(this.#input.cursor)
        if (words !== null) this.#follow({ words, language })
        this.#headStarts.consider(words)
      },
      onWords: (words) => session.cards.hears(words),
      signal: this.#host.signal,
    })
    if (heard.kind === 'words') session.cards.turnOver(heard.caller.words)
    this.#decidedAt = performance.now()
    this.#endOfTurnMs =
      heard.kind === 'words' ? Math.round((session.state.cursor - heard.heardUntil) / SAMPLES_PER_MS) : null
    return heard
  }

  /** What was begun in another language is not said. */
  #follow({ words, language }: { readonly words: string; readonly language?: TalkLanguage | null }): void {
    if (this.#talk.follow({ words, language: language ?? null })) this.#headStarts.discard()
  }

  /** Our last words; null when the caller cut them. */
  #lastHeard(): string | null {
    const last = this.#input.messages.findLast((message) => message.role === 'assistant')
    return last === undefined || last.interrupted ? null : last.heard
  }

  /** Our latest utterance, when the caller cut it. */
  get #cut(): UtteranceState | null {
    return cutUtterance(this.#session.state.utterances.values(), this.#input.turnId)
  }

  async #answerSilence(): Promise<Answer> {
    if (this.#input.streak.silences >= LAST_SILENCE) {
      return await this.#recite(this.#talk.flow.closing('silence'))
    }
    if (!this.#talk.flow.weCalled && offersPerson((this.#input.streak.misses ?? 0) + 1))
      return await this.#offerPerson()
    return await this.#answer({ kind: 'silence' }, this.#host.signal)
  }

  async #offerPerson(): Promise<Answer> {
    this.#personOffered = true
    return await this.#recite(personOffer(this.#talk.context.language))
  }

  /** What callers say that no model decides about. */
  #concernIn(caller: CallerSpeech | null): CallerConcern | null {
    return this.#talk.flow.weCalled || caller === null ? null : concernIn(caller.words)
  }

  #answerTo(concern: CallerConcern): readonly string[] {
    const { warned = false } = this.#input
    return concernAnswer(concern, { language: this.#talk.context.language, warned })
  }

  /** Null when the caller went on speaking before we had begun to. */
  async #answerUnlessTheyGoOn(
    heard: Extract<ListenResult, { kind: 'words' }>,
    mayGoOn: boolean,
  ): Promise<Answer | null> {
    const goOn = new AbortController()
    const settled = new AbortController()
    const watching = mayGoOn
      ? abortWhenTheyGoOn(this.#session, goOn, {
          heardUntil: heard.heardUntil,
          hasBegun: () => this.#speaker?.hasBegun === true || this.#existing !== undefined,
          settled: settled.signal,
        })
      : undefined
    try {
      const signal = AbortSignal.any([this.#host.signal, goOn.signal])
      return await this.#answer({ kind: 'words', words: heard.caller.words }, signal)
    } catch (error) {
      if (goOn.signal.aborted && !this.#host.signal.aborted) return null
      throw error
    } finally {
      settled.abort()
      await watching
    }
  }

  /** The caller has hung up: nobody listens, but what they told last is still taken down. */
  async #noteLastWords(caller: CallerSpeech): Promise<Answer> {
    const signal = AbortSignal.any([this.#host.signal, AbortSignal.timeout(AFTER_THE_END_LIMIT_MS)])
    try {
      const noted = await this.#think({ kind: 'words', words: caller.words }, null, signal)
      return { ...noted, sentences: [] }
    } catch (error) {
      if (this.#host.signal.aborted) throw error
      return NOTHING
    }
  }

  async #answer(newest: NewestInput, signal: AbortSignal): Promise<Answer> {
    const speaker = this.#openSpeaker(signal)
    const answered = this.#progress.decided
      ? await this.#repeat(speaker)
      : await this.#think(newest, speaker, signal)
    await speaker.finish()
    signal.throwIfAborted()
    return answered
  }

  #openSpeaker(signal: AbortSignal): Speaker {
    const speaker = new Speaker({
      session: this.#session,
      voice: this.#deps.voice,
      utteranceId: this.#input.turnId,
      language: this.#talk.speech,
      signal,
      onBilled: this.#meter.characters,
    })
    this.#speaker = speaker
    return speaker
  }

  /** Everything was decided by an earlier attempt: only what the gateway lacks is still spoken. */
  async #repeat(speaker: Speaker): Promise<Answer> {
    const { sentences, toolCalls, fault, outage = false } = this.#progress
    for (const sentence of sentences) speaker.say(sentence)
    return { ...NOTHING, sentences, toolCalls, fault, outage }
  }

  #request(newest: NewestInput): ModelRequest {
    const { messages, toolResults } = this.#input
    const { context } = this.#talk
    return {
      system: this.#talk.flow.system,
      tools: this.#talk.flow.tools,
      messages: toModelMessages({ messages, toolResults, newest, context }),
      maxTokens: MAX_ANSWER_TOKENS,
      onUse: this.#meter.model,
    }
  }

  async #think(newest: NewestInput, speaker: Speaker | null, signal: AbortSignal): Promise<Answer> {
    const { streak } = this.#input
    const queued = this.#existing?.sentences.map((sentence) => sentence.text) ?? []
    const { sentences } = this.#progress
    return await answer({
      model: newest.kind === 'words' ? this.#headStarts.modelFor(newest.words) : this.#deps.model,
      request: this.#request(newest),
      speaker,
      decided: sentences.length >= queued.length ? sentences : queued,
      saidInFull: this.#existing !== undefined && (this.#existing.complete || wasInterrupted(this.#existing)),
      filler: this.#talk.flow.filler(),
      faultSentences: (outage) =>
        outage || streak.faults >= LAST_FAULT ? this.#talk.flow.closing('fault') : this.#talk.flow.fault(),
      signal,
      onProgress: (progress) => this.#advance(progress),
    })
  }

  #firstWords(): Greeting {
    const { flow } = this.#talk
    return this.#input.resumes === true ? flow.resuming(this.#input.messages) : flow.greeting()
  }

  /** No machine is greeted, and whom we called speaks first. */
  async #mayGreet(): Promise<boolean> {
    if (!this.#talk.flow.weCalled && this.#input.resumes !== true) return true
    if (this.#input.judgesAnswer === true) return await this.#greetsWhoAnswers()
    await this.#hearHello()
    return true
  }

  async #greetsWhoAnswers(): Promise<boolean> {
    if (this.#progress.answeredBy === undefined && this.#existing === undefined) {
      const heard = await hearWhoAnswers(this.#session, this.#input.cursor, this.#host.signal)
      this.#advance({ caller: heard.caller, heardUntil: heard.heardUntil, answeredBy: heard.by })
      if (heard.by === 'screening')
        this.#advance({
          heardUntil: await hearScreeningOut(this.#session, this.#input.cursor, this.#host.signal),
        })
    }
    const { answeredBy = 'person' } = this.#progress
    return answeredBy !== 'machine' && answeredBy !== 'fax'
  }

  /** What was heard since the answer tells when it records, also what an earlier turn has heard. */
  async #leaveMessage(): Promise<Answer> {
    const begins =
      this.#existing !== undefined || (await awaitMessageMoment(this.#session, 0, this.#host.signal))
    return begins ? await this.#recite(this.#input.message ?? [], Number.POSITIVE_INFINITY) : NOTHING
  }

  /** Whoever is told may say hello first, but can't cut it short. */
  async #tell(): Promise<Answer> {
    if (this.#input.afterHello === true) await this.#hearHello()
    return await this.#recite(this.#input.message ?? [], Number.POSITIVE_INFINITY)
  }

  /** Whom we called answers with their hello, which is no turn: we speak after it, or into the silence. */
  async #hearHello(): Promise<void> {
    if (this.#progress.heardUntil !== null || this.#existing !== undefined) return
    const { caller, heardUntil } = await hearHello(this.#session, this.#input.cursor, this.#host.signal)
    this.#advance({ caller, heardUntil })
  }

  #greet({ disclosure, question }: Greeting): Promise<Answer> {
    return this.#recite([...disclosure, question], disclosure.length)
  }

  /** Fixed words. @param mustBeHeard of the sentences so many, from the first on. */
  async #recite(sentences: readonly string[], mustBeHeard = 0): Promise<Answer> {
    this.#advance({ sentences, decided: true })
    const speaker = this.#openSpeaker(this.#host.signal)
    for (const [index, sentence] of sentences.entries())
      speaker.say(sentence, { mustBeHeard: index < mustBeHeard })
    await speaker.finish()
    this.#host.signal.throwIfAborted()
    return { ...NOTHING, sentences }
  }

  #advance(change: Partial<TurnProgress>): void {
    this.#progress = { ...this.#progress, ...change, usage: this.#meter.total }
    this.#host.report(this.#progress)
  }

  #result(answered: Answer): TakeTurnResult {
    this.#meter.heard(this.#session.takeRecognizedMs())
    return turnResult({
      input: this.#input,
      progress: this.#progress,
      answered,
      state: this.#session.state,
      speaker: this.#speaker,
      decidedAt: this.#decidedAt,
      endOfTurnMs: this.#endOfTurnMs,
      usage: this.#meter.total,
      concern: this.#concernIn(this.#progress.caller),
      countsMisses: this.#input.opening === 'listen' && !this.#talk.flow.weCalled,
      personOffered: this.#personOffered,
      language: this.#talk.context.language,
      workerQueue: this.#deps.leaving?.aborted === true ? null : this.#deps.workerQueue,
    })
  }
}
