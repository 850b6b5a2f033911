/** Our registration at a carrier (RFC 3261 section 10.2): renewed in time, tried again after a failure, taken back. */
import { DigestClient } from './auth/digest-client.ts'
import { sendRequest } from './client-request.ts'
import { readRetryAfter, type SipResponse } from './message.ts'
import { readContacts } from './read-contacts.ts'
import { TimerSet } from './timers.ts'
import { isReliable } from './transport/transport.ts'
import { isAlive } from './trunk-watch.ts'
import type { Registration, RegistrationOptions, RegistrationState, SipHop } from './types.ts'
import { contactOf, makeBranch, notify, type UserAgent } from './user-agent.ts'
import { type Field, hostPort, makeToken, sipUri } from './write-message.ts'

const DEFAULT_EXPIRES_SECONDS = 600
const ANSWER_MS = 5_000
/** RFC 5626 section 4.5 with its base and longest time. */
const FIRST_RETRY_MS = 30_000
const LONGEST_RETRY_MS = 30 * 60_000
/** A registrar's wish to be left alone is heeded up to this. */
const LONGEST_RETRY_AFTER_SECONDS = 3_600

/** Renewed at 80 to 90 % of its time (RFC 5626 section 4.4.1), so that many gateways do not come at once. */
export const renewAfterMs = (grantedSeconds: number, random: number): number =>
  Math.round(grantedSeconds * 1_000 * (0.8 + 0.1 * random))

/**
 * Doubled with each failure, half of it by chance.
 * @param failures in a row, 1 for the first.
 * @param retryAfterSeconds what the registrar asked for, else 0.
 */
export function retryAfterMs(failures: number, retryAfterSeconds: number, random: number): number {
  const longest = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS)
  const asked = Math.min(retryAfterSeconds, LONGEST_RETRY_AFTER_SECONDS) * 1_000
  return Math.max(asked, Math.round(longest * (0.5 + 0.5 * random)))
}

export class CarrierRegistration implements Registration {
  readonly #agent: UserAgent
  readonly #options: RegistrationOptions
  /** Who is asked. */
  #hop: SipHop
  /** Who has registered us, as far as we know. */
  #registrar: SipHop | null = null
  /** The Contact that is registered; null: none is. */
  #registered: string | null = null
  readonly #callId = makeToken('register')
  readonly #tag = makeToken('reg')
  readonly #timers = new TimerSet()
  #digest: DigestClient
  #cseq = 0
  #sentContact = ''
  #hasMoved = false
  #isTrying = false
  /** The endpoint is closed: no answer comes any more. */
  readonly #abandoned = Promise.withResolvers<void>()
  #expiresSeconds: number
  #failures = 0
  #state: RegistrationState = 'registering'
  #stopping: Promise<void> | null = null
  /** The try under way. */
  #trying: Promise<void>

  constructor(agent: UserAgent, options: RegistrationOptions) {
    this.#agent = agent
    this.#options = options
    this.#hop = agent.reachable(options.registrars()[0])
    this.#expiresSeconds = options.expiresSeconds ?? DEFAULT_EXPIRES_SECONDS
    this.#digest = new DigestClient(options.credentials)
    this.#trying = this.#register()
  }

  get state(): RegistrationState {
    return this.#state
  }

  get registrar(): SipHop | null {
    return this.#state === 'registered' ? this.#registrar : null
  }

  renew(): void {
    // A try under way finds the best one by itself.
    if (this.#state === 'registered' && !this.#isTrying) this.#schedule(0)
  }

  /** A carrier would send calls to where we are not. */
  addressChanged(): void {
    if (this.#registered !== null && this.#registered !== this.#contact()) this.renew()
  }

  stop(): Promise<void> {
    this.#stopping ??= Promise.race([this.#unregister(), this.#abandoned.promise])
    return this.#stopping
  }

  /** Ends it without a word on the wire. */
  abandon(): void {
    this.#stopping ??= Promise.resolve()
    this.#abandoned.resolve()
    this.#timers.stopAll()
  }

  /** The carrier would send calls by a connection that is no more. */
  connectionClosed({ host, port, protocol }: SipHop): void {
    const { registrar } = this
    const isOurs = registrar !== null && isReliable(registrar) && registrar.protocol === protocol
    if (!isOurs || host !== registrar.host || port !== registrar.port || this.#isTrying) return
    this.#agent.logger.warn({}, 'The connection of a registration is closed')
    this.#retry(0)
  }

  async #register(): Promise<void> {
    this.#isTrying = true
    try {
      await this.#askAll()
    } finally {
      this.#isTrying = false
    }
  }

  /** Asks one registrar after the other, until one registers us or says what the others would say too. */
  async #askAll(): Promise<void> {
    const registrars = this.#options.registrars()
    let retryAfterSeconds = 0
    for (const [index, registrar] of registrars.entries()) {
      this.#moveTo(this.#agent.reachable(registrar))
      const outcome = await this.#ask(index === registrars.length - 1)
      if (this.#stopping !== null) return
      if (outcome !== null && outcome.code < 300) return this.#succeed(outcome)
      const code = outcome?.code ?? 408
      this.#agent.logger.warn({ code, registrar: hostPort(registrar) }, 'A carrier does not register us')
      retryAfterSeconds = (outcome && readRetryAfter(outcome)) ?? 0
      if (isAlive(code)) break
    }
    this.#retry(retryAfterSeconds)
  }

  /** null: no answer. The last one to be asked has the time of the standard, the others less. */
  async #ask(isLast: boolean): Promise<SipResponse | null> {
    const silence = Promise.withResolvers<null>()
    const { answerMs = ANSWER_MS } = this.#options
    if (!isLast) this.#timers.start('silence', answerMs, () => silence.resolve(null))
    const outcome = await Promise.race([this.#send(this.#expiresSeconds), silence.promise])
    this.#timers.stop('silence')
    if (outcome?.code === 423 && this.#takeMinimum(outcome)) return this.#ask(isLast)
    return outcome
  }

  #moveTo(hop: SipHop): void {
    const isSame =
      hop.host === this.#hop.host && hop.port === this.#hop.port && hop.protocol === this.#hop.protocol
    if (isSame) return
    this.#hop = hop
    // What the other one has challenged is none of this one's.
    this.#digest = new DigestClient(this.#options.credentials)
  }

  #contact(): string {
    return contactOf(this.#agent, this.#options.username, this.#hop)
  }

  async #unregister(): Promise<void> {
    this.#timers.stopAll()
    await this.#trying
    const isThere = this.#state === 'registered'
    this.#enter('stopped')
    if (this.#registrar !== null) this.#moveTo(this.#registrar)
    if (isThere) await this.#send(0)
  }

  #succeed(response: SipResponse): void {
    const contact = this.#contact()
    this.#failures = 0
    this.#registered = this.#sentContact
    this.#registrar = this.#hop
    this.#enter('registered')
    // This very answer may have told that we are elsewhere.
    const isMoved = this.#registered !== contact
    // Once: a carrier that sees us elsewhere each time would be asked without end.
    const isUrgent = isMoved && !this.#hasMoved
    this.#hasMoved = isMoved
    this.#schedule(isUrgent ? 0 : renewAfterMs(this.#grantedSeconds(response), Math.random()))
  }

  #retry(retryAfterSeconds: number): void {
    this.#failures += 1
    this.#enter('failed')
    // A password may have been put right meanwhile: nothing is taken for refused any more.
    this.#digest = new DigestClient(this.#options.credentials)
    const { firstRetryMs } = this.#options
    const delay = retryAfterMs(this.#failures, retryAfterSeconds, Math.random())
    this.#schedule(firstRetryMs === undefined ? delay : delay * (firstRetryMs / FIRST_RETRY_MS))
  }

  #schedule(afterMs: number): void {
    this.#timers.start('next', afterMs, () => {
      this.#trying = this.#register()
    })
  }

  /** Whether the registrar wants no more than a longer time. */
  #takeMinimum(response: SipResponse): boolean {
    const minimum = Number(response.headers.get('min-expires'))
    if (!Number.isInteger(minimum) || minimum <= this.#expiresSeconds) return false
    this.#expiresSeconds = minimum
    return true
  }

  /** Of our own Contact among all that the registrar lists (section 10.2.4), else for all, else what we wished. */
  #grantedSeconds({ headers }: SipResponse): number {
    const contacts = readContacts(headers)
    const ours = Array.isArray(contacts)
      ? contacts.find(({ uri }) => `<${uri.text}>` === this.#sentContact)
      : undefined
    const granted = Number(ours?.expires ?? headers.get('expires') ?? this.#expiresSeconds)
    return Number.isInteger(granted) && granted > 0 ? granted : this.#expiresSeconds
  }

  /** null: no answer. */
  async #send(expiresSeconds: number): Promise<SipResponse | null> {
    const { username, domain } = this.#options
    const address = `<${sipUri(username, domain)}>`
    const hop = this.#hop
    const outcome = await sendRequest(
      this.#agent,
      this.#digest,
      () => ({
        request: {
          method: 'REGISTER',
          uri: `sip:${domain}`,
          branch: makeBranch(this.#agent, 'register'),
          routes: [],
          from: `${address};tag=${this.#tag}`,
          to: address,
          callId: this.#callId,
          cseq: ++this.#cseq,
          fields: this.#contacts(expiresSeconds),
          body: null,
          userAgent: this.#agent.name,
        },
        nextHop: hop,
      }),
      (response) => this.#agent.learnAddress(hop, response),
    )
    return outcome.kind === 'response' ? outcome.response : null
  }

  /** Where we are; and where we were before, which ends. */
  #contacts(expiresSeconds: number): Field[] {
    this.#sentContact = expiresSeconds === 0 ? (this.#registered ?? this.#contact()) : this.#contact()
    const gone = this.#registered
    return [
      ['Contact', this.#sentContact],
      ...(gone === null || gone === this.#sentContact ? [] : [['Contact', `${gone};expires=0`] as const]),
      ['Expires', String(expiresSeconds)],
    ]
  }

  #enter(state: RegistrationState): void {
    if (state === this.#state) return
    this.#state = state
    notify(this.#agent, () => this.#options.onState?.(state))
  }
}
