/** What happens to requests of others (RFC 3261 section 8.2): to their dialog, to a new call, or back with a status. */
import type { Dialog, IncomingInvite } from './call-types.ts'
import type { SipEndpointOptions } from './endpoint-types.ts'
import { IncomingCall } from './incoming-call.ts'
import { isSdp, type SipRequest } from './message.ts'
import type { Phones } from './phones.ts'
import type {
  InviteServerTransaction,
  NonInviteServerTransaction,
  ResponseInput,
} from './server-transactions.ts'
import { decideAsServer } from './session-timer.ts'
import { ALLOWED_METHODS, DIALOG_METHODS, supportedOptions, UNSERVED_METHODS } from './status.ts'
import type { TransactionUser } from './transaction-layer.ts'
import { readReplaces } from './transfer.ts'
import type { ManagedDialog, UserAgent } from './user-agent.ts'

export interface RequestCoreOptions {
  readonly agent: UserAgent
  readonly phones: Phones | null
  readonly isClosing: () => boolean
  readonly owner: Pick<SipEndpointOptions, 'onInvite' | 'onOptions' | 'mayReplace'>
}

export class RequestCore implements TransactionUser {
  readonly #options: RequestCoreOptions
  readonly #agent: UserAgent
  readonly #supported: readonly string[]

  constructor(options: RequestCoreOptions) {
    this.#options = options
    this.#agent = options.agent
    this.#supported = supportedOptions(options.agent.sessionTimer !== null)
  }

  onAck(request: SipRequest): void {
    this.#dialogOf(request)?.receiveAck(request)
  }

  onCancel(transaction: NonInviteServerTransaction, invite: InviteServerTransaction | null): void {
    transaction.respond({ code: invite === null ? 481 : 200 })
    invite?.cancel()
  }

  onInvite(transaction: InviteServerTransaction): void {
    const { request } = transaction
    const { phones } = this.#options
    const dialog = this.#dialogOf(request)
    const refusal = this.#refusalOf(request) ?? (dialog ? null : this.#refusalOfNewCall(request))
    if (refusal !== null) transaction.respond(refusal)
    else if (dialog) dialog.receiveReinvite(transaction)
    else if (phones === null) void this.#takeCall(transaction, null)
    else void this.#admit(transaction, phones)
  }

  onRequest(transaction: NonInviteServerTransaction): void {
    const { request } = transaction
    const { phones } = this.#options
    const dialog = this.#dialogOf(request)
    const early = this.#earlyCallOf(request)
    const refusal = this.#refusalOf(request)
    if (refusal === null && dialog) {
      dialog.receiveRequest(transaction)
    } else if (refusal === null && early && request.method === 'BYE') {
      transaction.respond({ code: 200 })
      early.cancelled()
    } else if (refusal === null && early && request.method === 'PRACK') {
      early.receivePrack(transaction)
    } else if (refusal === null && request.method === 'REGISTER' && phones !== null) {
      // Section 10.3: a To tag makes no dialog of it.
      void this.#register(transaction, phones)
    } else {
      const unknown = request.to.tag === null ? this.#answerOutsideDialog(request.method) : { code: 481 }
      transaction.respond(refusal ?? unknown)
    }
  }

  // ---- calls ----

  #refusalOfNewCall(request: SipRequest): ResponseInput | null {
    if (request.to.tag !== null) return { code: 481 }
    if (this.#options.isClosing()) return { code: 503 }
    if (request.body !== '' && !isSdp(request.headers.get('content-type')))
      return { code: 415, fields: [['Accept', 'application/sdp']] }
    if (!acceptsSdp(request)) return { code: 406, fields: [['Accept', 'application/sdp']] }
    const timer = decideAsServer(request, this.#agent.sessionTimer)
    return timer.kind === 'too_brief' ? { code: 422, fields: timer.fields } : null
  }

  async #admit(transaction: InviteServerTransaction, phones: Phones): Promise<void> {
    const { request, source } = transaction
    try {
      const admission = await phones.admit(request, source)
      const refusal = admission.kind === 'refused' ? admission.answer : this.#refusalOfNewCall(request)
      if (refusal !== null) transaction.respond(refusal)
      else if (admission.kind === 'admitted') await this.#takeCall(transaction, admission.username)
    } catch (error) {
      this.#agent.logger.error({ err: error, callId: request.callId }, 'A caller could not be checked')
      transaction.respond({ code: 500 })
    }
  }

  async #takeCall(transaction: InviteServerTransaction, user: string | null): Promise<void> {
    const replaced = this.#replacedBy(transaction.request)
    if ('code' in replaced) {
      transaction.respond(replaced)
      return
    }
    const call = new IncomingCall(this.#agent, transaction, user, replaced.dialog)
    if (replaced.dialog !== null && !this.#mayReplace(replaced.dialog, call)) {
      call.reject(403)
      return
    }
    try {
      await this.#options.owner.onInvite(call)
    } catch (error) {
      this.#agent.logger.error({ err: error, callId: call.callId }, 'The owner could not take a call')
      call.reject(500)
    }
  }

  #mayReplace(dialog: Dialog, invite: IncomingInvite): boolean {
    try {
      return this.#options.owner.mayReplace?.(dialog, invite) ?? false
    } catch (error) {
      this.#agent.logger.error(
        { err: error, callId: invite.callId },
        'The owner could not decide about a call',
      )
      return false
    }
  }

  /** RFC 3891 section 3. */
  #replacedBy(request: SipRequest): ResponseInput | { readonly dialog: ManagedDialog | null } {
    const values = request.headers.getAll('replaces')
    if (values.length === 0) return { dialog: null }
    const replaces = values.length === 1 ? readReplaces(values[0] ?? '') : null
    if (replaces === null) return { code: 400, reason: 'Bad Request (Replaces)' }
    const dialog = this.#agent.findDialog(replaces.callId, replaces.toTag, replaces.fromTag)
    if (dialog === undefined) return { code: 481 }
    return replaces.earlyOnly ? { code: 486 } : { dialog }
  }

  // ---- the rest ----

  async #register(transaction: NonInviteServerTransaction, phones: Phones): Promise<void> {
    try {
      await phones.register(transaction)
    } catch (error) {
      this.#agent.logger.error({ err: error }, 'A phone could not be registered')
      transaction.respond({ code: 500 })
    }
  }

  #dialogOf({ callId, to, from }: SipRequest): ManagedDialog | undefined {
    return to.tag === null ? undefined : this.#agent.findDialog(callId, to.tag, from.tag ?? '')
  }

  #earlyCallOf(request: SipRequest): IncomingCall | undefined {
    if (request.to.tag === null) return undefined
    for (const call of this.#agent.pending)
      if (call instanceof IncomingCall && call.callId === request.callId && call.localTag === request.to.tag)
        return call
    return undefined
  }

  #answerOutsideDialog(method: string): ResponseInput {
    if (method === 'OPTIONS') {
      const { owner, isClosing } = this.#options
      const answer = isClosing() ? { code: 503 } : (owner.onOptions?.() ?? { code: 200 })
      return {
        ...answer,
        fields: [
          ['Allow', this.#allowed()],
          ['Accept', 'application/sdp'],
          ['Supported', this.#supported.join(', ')],
        ],
      }
    }
    if (DIALOG_METHODS.has(method)) return { code: 481 }
    // A REFER to call anybody, by anybody, is what toll fraud looks like.
    if (method === 'REFER') return { code: 403 }
    return { code: UNSERVED_METHODS.has(method) ? 405 : 501, fields: [['Allow', this.#allowed()]] }
  }

  #allowed(): string {
    return [...ALLOWED_METHODS, ...(this.#options.phones === null ? [] : ['REGISTER'])].join(', ')
  }

  /** Checks that concern every request (sections 8.2.2.1 and 8.2.2.3). */
  #refusalOf(request: SipRequest): ResponseInput | null {
    if (!['sip', 'sips', 'tel'].includes(request.uri.scheme)) return { code: 416 }
    const unknown = request.headers
      .list('require')
      .filter((option) => !this.#supported.includes(option.toLowerCase()))
    if (unknown.length > 0) return { code: 420, fields: [['Unsupported', unknown.join(', ')]] }
    if (request.headers.list('content-encoding').some((encoding) => encoding.toLowerCase() !== 'identity'))
      return { code: 415, fields: [['Accept-Encoding', 'identity']] }
    return null
  }
}

/** Whether our 200 may carry SDP (RFC 3261 section 20.1: nothing said is enough). */
function acceptsSdp({ headers }: SipRequest): boolean {
  if (headers.getAll('accept').length === 0) return true
  const types = headers.list('accept').map((type) => (type.split(';')[0] ?? '').trim().toLowerCase())
  return types.some((type) => ['application/sdp', 'application/*', '*/*'].includes(type))
}
