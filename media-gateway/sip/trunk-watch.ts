/** Whether a carrier is there: asked by OPTIONS (RFC 3261 section 11), believed only after some answers in a row. */
import { type RequestOutcome, sendRequest } from './client-request.ts'
import { TimerSet } from './timers.ts'
import type { SipHop, TrunkWatch, TrunkWatchOptions } from './types.ts'
import { makeBranch, notify, type UserAgent } from './user-agent.ts'
import { hostPort, makeToken, sipUri } from './write-message.ts'

const EVERY_MS = 30_000
const ANSWER_MS = 5_000
/** What one answer, or its lack, puts in doubt is asked about again after this. */
const DOUBT_MS = 2_000
/** In a row, before what was believed is given up. */
const FAILURES_TO_DOWN = 2
const SUCCESSES_TO_UP = 2

/** Turns only after so many observations in a row that say otherwise; the first one is believed at once. */
export class Hysteresis {
  readonly #toDown: number
  readonly #toUp: number
  #isUp: boolean | null = null
  #against = 0

  constructor(toDown: number = FAILURES_TO_DOWN, toUp: number = SUCCESSES_TO_UP) {
    this.#toDown = toDown
    this.#toUp = toUp
  }

  /** null before the first observation. */
  get isUp(): boolean | null {
    return this.#isUp
  }

  /** Returns whether the belief has changed. */
  observe(isGood: boolean): boolean {
    if (isGood === this.#isUp) {
      this.#against = 0
      return false
    }
    this.#against += 1
    const needed = this.#isUp === null ? 1 : this.#isUp ? this.#toDown : this.#toUp
    if (this.#against < needed) return false
    this.#against = 0
    this.#isUp = isGood
    return true
  }
}

/** Answers that say that no call would get through; any other shows that somebody is there. */
const DEAD: ReadonlySet<number> = new Set([408, 500, 502, 503, 504])
export const isAlive = (code: number): boolean => !DEAD.has(code)

export class OptionsWatch implements TrunkWatch {
  readonly #agent: UserAgent
  readonly #options: TrunkWatchOptions
  readonly #hop: SipHop
  readonly #belief: Hysteresis
  readonly #timers = new TimerSet()
  #isStopped = false

  constructor(agent: UserAgent, options: TrunkWatchOptions) {
    this.#agent = agent
    this.#options = options
    this.#hop = agent.reachable(options.target)
    this.#belief = new Hysteresis(options.failuresToDown, options.successesToUp)
    void this.#ask()
  }

  get isUp(): boolean | null {
    return this.#belief.isUp
  }

  stop(): void {
    this.#isStopped = true
    this.#timers.stopAll()
  }

  async #ask(): Promise<void> {
    const { answerMs = ANSWER_MS, everyMs = EVERY_MS, onChange } = this.#options
    const silence = Promise.withResolvers<RequestOutcome>()
    this.#timers.start('silence', answerMs, () => silence.resolve({ kind: 'timeout' }))
    const outcome = await Promise.race([this.#send(), silence.promise])
    this.#timers.stop('silence')
    if (this.#isStopped) return
    if (outcome.kind === 'response') this.#agent.learnAddress(this.#hop, outcome.response)
    const isGood = outcome.kind === 'response' && isAlive(outcome.response.code)
    if (this.#belief.observe(isGood)) notify(this.#agent, () => onChange?.(isGood))
    const isDoubtful = isGood !== this.#belief.isUp
    this.#timers.start('next', isDoubtful ? Math.min(DOUBT_MS, everyMs) : everyMs, () => void this.#ask())
  }

  #send() {
    const { name } = this.#agent
    const { host } = this.#agent.localAddress(this.#hop)
    return sendRequest(this.#agent, null, () => ({
      request: {
        method: 'OPTIONS',
        uri: `sip:${hostPort(this.#hop)}`,
        branch: makeBranch(this.#agent, 'options'),
        routes: [],
        from: `<${sipUri('ping', host)}>;tag=${makeToken('ping')}`,
        to: `<sip:${hostPort(this.#hop)}>`,
        callId: makeToken('options'),
        cseq: 1,
        fields: [['Accept', 'application/sdp']],
        body: null,
        userAgent: name,
      },
      nextHop: this.#hop,
    }))
  }
}
