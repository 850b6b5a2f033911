/** Our registration at a carrier (RFC 3261 section 10.2): renewed in time, tried again after a failure, taken back. */
import { DigestClient } from './auth/digest-client.ts'
import { sendRequest } from './client-request.ts'
import { readRetryAfter, type SipResponse } from './message.ts'
import { readContacts } from './read-contacts.ts'
import { TimerSet } from './timers.ts'
import { isReliable } from './transport/transport.ts'
import type { Registration, RegistrationOptions, RegistrationState, SipHop } from './types.ts'
import { contactOf, makeBranch, notify, type UserAgent } from './user-agent.ts'
import { makeToken, sipUri } from './write-message.ts'

const DEFAULT_EXPIRES_SECONDS = 600
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
  readonly #hop: SipHop
  readonly #contact: string
  readonly #callId = makeToken('register')
  readonly #tag = makeToken('reg')
  readonly #timers = new TimerSet()
  #digest: DigestClient
  #cseq = 0
  #expiresSeconds: number
  #failures = 0
  #state: RegistrationState = 'registering'
  #stopping: Promise<void> | null = null
  /** The try under way. */
  #trying: Promise<void>

  constructor(agent: UserAgent, options: RegistrationOptions) {
    this.#agent = agent
    this.#options = options
    this.#hop = agent.reachable(options.registrar)
    this.#contact = contactOf(agent, options.username, this.#hop)
    this.#expiresSeconds = options.expiresSeconds ?? DEFAULT_EXPIRES_SECONDS
    this.#digest = new DigestClient(options.credentials)
    this.#trying = this.#register()
  }

  get state(): RegistrationState {
    return this.#state
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#unregister()
    return this.#stopping
  }

  /** Ends it without a word on the wire. */
  abandon(): void {
    this.#stopping ??= Promise.resolve()
    this.#timers.stopAll()
  }

  /** The carrier would send calls by a connection that is no more. */
  connectionClosed({ host, port, protocol }: SipHop): void {
    const isOurs = isReliable(this.#hop) && this.#hop.protocol === protocol
    if (!isOurs || host !== this.#hop.host || port !== this.#hop.port || this.#state !== 'registered') return
    this.#agent.logger.warn({}, 'The connection of a registration is closed')
    this.#retry(0)
  }

  async #register(): Promise<void> {
    const outcome = await this.#send(this.#expiresSeconds)
    if (this.#stopping !== null) return
    if (outcome?.code === 423 && this.#takeMinimum(outcome)) return this.#register()
    if (outcome !== null && outcome.code < 300) {
      this.#succeed(this.#grantedSeconds(outcome))
      return
    }
    this.#agent.logger.warn({ code: outcome?.code ?? 408 }, 'A carrier does not register us')
    this.#retry((outcome && readRetryAfter(outcome)) ?? 0)
  }

  async #unregister(): Promise<void> {
    this.#timers.stopAll()
    await this.#trying
    const isThere = this.#state === 'registered'
    this.#enter('stopped')
    if (isThere) await this.#send(0)
  }

  #succeed(grantedSeconds: number): void {
    this.#failures = 0
    this.#enter('registered')
    this.#schedule(renewAfterMs(grantedSeconds, Math.random()))
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
      ? contacts.find(({ uri }) => `<${uri.text}>` === this.#contact)
      : undefined
    const granted = Number(ours?.expires ?? headers.get('expires') ?? this.#expiresSeconds)
    return Number.isInteger(granted) && granted > 0 ? granted : this.#expiresSeconds
  }

  /** null: no answer. */
  async #send(expiresSeconds: number): Promise<SipResponse | null> {
    const { username, domain } = this.#options
    const address = `<${sipUri(username, domain)}>`
    const outcome = await sendRequest(this.#agent, this.#digest, () => ({
      request: {
        method: 'REGISTER',
        uri: `sip:${domain}`,
        branch: makeBranch(this.#agent, 'register'),
        routes: [],
        from: `${address};tag=${this.#tag}`,
        to: address,
        callId: this.#callId,
        cseq: ++this.#cseq,
        fields: [
          ['Contact', this.#contact],
          ['Expires', String(expiresSeconds)],
        ],
        body: null,
        userAgent: this.#agent.name,
      },
      nextHop: this.#hop,
    }))
    return outcome.kind === 'response' ? outcome.response : null
  }

  #enter(state: RegistrationState): void {
    if (state === this.#state) return
    this.#state = state
    notify(this.#agent, () => this.#options.onState?.(state))
  }
}
