/** REGISTER of our softphones (RFC 3261 section 10.3). */
import { isIP } from 'node:net'
import { hopOf } from '../dialog-route.ts'
import type { SipRequest } from '../message.ts'
import { type ContactValue, readContacts } from '../read-contacts.ts'
import type { NonInviteServerTransaction, ResponseInput } from '../server-transactions.ts'
import { isReliable } from '../transport/transport.ts'
import type { SipHop, SipUser } from '../types.ts'
import type { Field } from '../write-message.ts'
import { type Binding, type BindingChange, BindingStore } from './binding-store.ts'

/** Seconds that a binding lasts. */
export interface RegistrarIntervals {
  /** Shorter wishes are refused with 423; default 60. */
  readonly min: number
  /** Where the phone says nothing; default 600. */
  readonly normal: number
  /** Longer wishes are cut to this; default 3600. */
  readonly max: number
}

export const DEFAULT_INTERVALS: RegistrarIntervals = { min: 60, normal: 600, max: 3_600 }

/** A REGISTER that is answered with an error. */
class Refused extends Error {
  readonly answer: ResponseInput
  constructor(answer: ResponseInput) {
    super(`refused with ${answer.code}`)
    this.answer = answer
  }
}

export class Registrar {
  readonly bindings: BindingStore
  readonly #intervals: RegistrarIntervals
  readonly #now: () => number

  constructor(intervals: Partial<RegistrarIntervals> = {}, now: () => number = Date.now) {
    this.#intervals = { ...DEFAULT_INTERVALS, ...intervals }
    this.#now = now
    this.bindings = new BindingStore(now)
  }

  /** @param user who has proved to be the sender. */
  register(transaction: NonInviteServerTransaction, user: SipUser): void {
    try {
      this.#update(transaction.request, transaction.source, user)
      const fields = this.bindings.list(user.username).map((binding) => this.#writeContact(binding))
      transaction.respond({ code: 200, fields: [...fields, ['Date', new Date(this.#now()).toUTCString()]] })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      transaction.respond(error.answer)
    }
  }

  #update(request: SipRequest, source: SipHop, user: SipUser): void {
    if (request.to.uri.user !== user.username) throw new Refused({ code: 403, reason: 'Not Your Address' })
    const contacts = readContacts(request.headers)
    if (contacts === null) throw new Refused({ code: 400, reason: 'Bad Contact' })
    const order = { callId: request.callId, cseq: request.cseq.number }
    const result =
      contacts === '*'
        ? this.#removeAll(request, user, order)
        : this.bindings.update(
            user,
            contacts.map((contact) => ({ ...this.#changeOf(contact, request, source), ...order })),
          )
    // Step 7: an order that is not kept makes the whole update fail.
    if (result === 'out_of_order') throw new Refused({ code: 500, reason: 'CSeq out of order' })
    if (result === 'too_many') throw new Refused({ code: 403, reason: 'Too Many Registrations' })
  }

  #removeAll(request: SipRequest, user: SipUser, order: { callId: string; cseq: number }) {
    if (request.headers.get('expires') !== '0')
      throw new Refused({ code: 400, reason: 'Contact * needs Expires 0' })
    return this.bindings.removeAll(user, order)
  }

  #changeOf(
    contact: ContactValue,
    request: SipRequest,
    source: SipHop,
  ): Omit<BindingChange, 'callId' | 'cseq'> {
    if (contact.uri.scheme !== 'sip' && contact.uri.scheme !== 'sips')
      throw new Refused({ code: 400, reason: 'Contact Is Not SIP' })
    const { instance, regId } = contact
    return {
      uri: contact.uri.text,
      hop: wayBack(contact, request, source),
      q: contact.q ?? 1,
      expiresAt: this.#now() + 1_000 * this.#secondsFor(contact, request),
      instance: instance === null ? null : `${instance} ${regId ?? ''}`,
      userAgent: request.headers.get('user-agent') ?? null,
    }
  }

  #secondsFor(contact: ContactValue, request: SipRequest): number {
    const { min, normal, max } = this.#intervals
    const wished = contact.expires ?? request.headers.get('expires')
    if (wished === undefined) return normal
    // Section 20.19: what is no number is taken for the default.
    const seconds = /^\d{1,10}$/.test(wished) ? Number(wished) : normal
    if (seconds > 0 && seconds < min) throw new Refused({ code: 423, fields: [['Min-Expires', String(min)]] })
    return Math.min(seconds, max)
  }

  #writeContact({ uri, q, expiresAt }: Binding): Field {
    const seconds = Math.max(1, Math.round((expiresAt - this.#now()) / 1_000))
    return ['Contact', `<${uri}>;expires=${seconds}${q === 1 ? '' : `;q=${q}`}`]
  }
}

/**
 * How a phone is reached: by the connection it came by; over UDP where it came from if it asks for rport (it then receives
 * there, RFC 3581 section 3) or its Contact is behind a NAT; else as its Contact says.
 */
function wayBack(contact: ContactValue, request: SipRequest, source: SipHop): SipHop {
  if (request.vias.length > 1) return source
  const isHidden = isIP(contact.uri.host) !== 0 && contact.uri.host !== source.host
  if (isReliable(source) || request.via.wantsRport || isHidden) return source
  return hopOf(contact.uri, source)
}
