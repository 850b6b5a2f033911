/** Transfers in a dialog: REFER and the NOTIFYs that tell how it went (RFC 3515), Replaces (RFC 3891). */
import type { Dialog, ReferOutcome, ReferProgress, ReferRequest } from './call-types.ts'
import { sendRequest } from './client-request.ts'
import type { DialogCore } from './dialog-core.ts'
import { SipCallError } from './errors.ts'
import type { SipRequest } from './message.ts'
import { readAddress } from './parse-message.ts'
import type { NonInviteServerTransaction } from './server-transactions.ts'
import { reasonPhrase } from './status.ts'
import { TimerSet } from './timers.ts'
import { notify, numberOf } from './user-agent.ts'
import type { Field } from './write-message.ts'

/** RFC 3515 section 2.4.4: a subscription that nobody ends lasts so long; a phone has rung by then. */
const SUBSCRIPTION_SECONDS = 180

export type ReferHandler = (request: ReferRequest, accept: () => ReferProgress) => void

/** The value of a Replaces header for a dialog of ours, seen from whoever is to replace it. */
export const replacesValue = ({
  callId,
  localTag,
  remoteTag,
}: Pick<Dialog, 'callId' | 'localTag' | 'remoteTag'>) =>
  // The other side of that dialog gets the INVITE: its own tag is the to-tag.
  `${callId};to-tag=${remoteTag};from-tag=${localTag}`

export interface Replaces {
  readonly callId: string
  /** Of whom gets the INVITE. */
  readonly toTag: string
  readonly fromTag: string
  readonly earlyOnly: boolean
}

/** null where it is none (400). */
export function readReplaces(value: string): Replaces | null {
  const [callId = '', ...parameters] = value.split(';').map((part) => part.trim())
  const named = new Map(
    parameters.map((parameter) => {
      const [name = '', text = ''] = parameter.split('=').map((part) => part.trim())
      return [name.toLowerCase(), text] as const
    }),
  )
  const toTag = named.get('to-tag')
  const fromTag = named.get('from-tag')
  if (callId === '' || !toTag || !fromTag) return null
  return { callId, toTag, fromTag, earlyOnly: named.has('early-only') }
}

/** What a Refer-To asks for; null where it can't be read or names no SIP address. */
function readReferTo(request: SipRequest): ReferRequest | null {
  const values = request.headers.getAll('refer-to')
  const address = values.length === 1 ? readAddress(values[0] ?? '') : null
  if (address === null || !['sip', 'sips', 'tel'].includes(address.uri.scheme)) return null
  const [target = '', headers = ''] = address.uri.text.split('?')
  const replaces = headers
    .split('&')
    .map((header) => header.split('='))
    .find(([name]) => name?.toLowerCase() === 'replaces')?.[1]
  return {
    target,
    targetNumber: numberOf(address.uri),
    replaces: replaces === undefined ? null : unescaped(replaces),
    referredBy: request.headers.get('referred-by') ?? null,
  }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Status of a `message/sipfrag` body; null where it is none. */
export function readSipfrag(body: string): number | null {
  const [, code] = /^SIP\/2\.0 ([1-6]\d\d)\b/i.exec(body) ?? []
  return code === undefined ? null : Number(code)
}

export class Transfers {
  readonly #dialog: DialogCore
  readonly #contact: string
  readonly #timers = new TimerSet()
  #handler: ReferHandler | null = null
  /** Our REFERs that wait for news, by CSeq, the `id` of their NOTIFYs. */
  readonly #awaited = new Map<number, { tell(code: number): void; end(): void }>()

  constructor(dialog: DialogCore, contact: string) {
    this.#dialog = dialog
    this.#contact = contact
  }

  decideBy(handler: ReferHandler): void {
    this.#handler = handler
  }

  /** The dialog is over. */
  stop(): void {
    for (const { end } of [...this.#awaited.values()]) end()
    this.#timers.stopAll()
  }

  // ---- ours ----

  async refer(target: string, replaces?: Dialog): Promise<ReferOutcome> {
    if (this.#dialog.isOver) throw new SipCallError('state', 'the call is over')
    if (/[<>\s?]/.test(target)) throw new SipCallError('state', 'no address to refer to')
    const escaped = replaces === undefined ? '' : `?Replaces=${encodeURIComponent(replacesValue(replaces))}`
    let cseq = 0
    const told = Promise.withResolvers<ReferOutcome>()
    const outcome = await sendRequest(this.#dialog.agent, this.#dialog.digest, () => {
      const fields: Field[] = [
        ['Refer-To', `<${target}${escaped}>`],
        ['Referred-By', this.#contact],
        ...this.#dialog.targetFields(),
      ]
      const made = this.#dialog.makeRequest('REFER', fields, null)
      this.#awaited.delete(cseq)
      cseq = made.request.cseq
      // The first NOTIFY may overtake the 202.
      this.#await(cseq, told.resolve)
      return made
    })
    if (outcome.kind !== 'response' || outcome.response.code >= 300) {
      this.#awaited.get(cseq)?.end()
      const code = outcome.kind === 'response' ? outcome.response.code : 408
      throw new SipCallError(outcome.kind === 'response' ? 'refused' : 'timeout', `REFER ${code}`, code)
    }
    return told.promise
  }

  #await(cseq: number, resolve: (outcome: ReferOutcome) => void): void {
    const name = `refer ${cseq}`
    const end = (code: number | null) => {
      this.#timers.stop(name)
      this.#awaited.delete(cseq)
      resolve({ code })
    }
    this.#awaited.set(cseq, {
      tell: (code) => {
        if (code >= 200) end(code)
      },
      end: () => end(null),
    })
    this.#timers.start(name, SUBSCRIPTION_SECONDS * 1_000, () => end(null))
  }

  /** Section 2.4.5: the id may be left out where there is one REFER only. */
  receiveNotify(transaction: NonInviteServerTransaction): void {
    const { headers, body } = transaction.request
    const event = headers.get('event') ?? ''
    if (!/^refer\s*(;|$)/i.test(event)) {
      transaction.respond({ code: 489, fields: [['Allow-Events', 'refer']] })
      return
    }
    const id = /;\s*id=(\d+)/i.exec(event)?.[1]
    const only = this.#awaited.size === 1 ? [...this.#awaited.values()][0] : undefined
    const awaited = id === undefined ? only : this.#awaited.get(Number(id))
    // News of a transfer that is decided is no error: the subscription is ended by its last NOTIFY only.
    transaction.respond({ code: 200 })
    const code = readSipfrag(body)
    if (code !== null) awaited?.tell(code)
    if (/^terminated/i.test(headers.get('subscription-state') ?? '')) awaited?.end()
  }

  // ---- theirs ----

  receiveRefer(transaction: NonInviteServerTransaction): void {
    const { agent } = this.#dialog
    const asked = readReferTo(transaction.request)
    if (asked === null) {
      transaction.respond({ code: 400, reason: 'Bad Request (Refer-To)' })
      return
    }
    let accepted = false
    const accept = (): ReferProgress => {
      if (accepted) throw new SipCallError('state', 'the REFER is accepted already')
      accepted = true
      transaction.respond({ code: 202, fields: this.#dialog.targetFields() })
      const wantsNews = !/^false$/i.test(transaction.request.headers.get('refer-sub') ?? '')
      return this.#subscription(transaction.request.cseq.number, wantsNews)
    }
    notify(agent, () => this.#handler?.(asked, accept))
    if (!accepted) transaction.respond({ code: 603 })
  }

  #subscription(id: number, wantsNews: boolean): ReferProgress {
    let isOver = false
    const tell = (code: number) => {
      if (isOver || this.#dialog.isOver || !wantsNews) return
      isOver = code >= 200
      const state = isOver ? 'terminated;reason=noresource' : `active;expires=${SUBSCRIPTION_SECONDS}`
      const fields: Field[] = [
        ...this.#dialog.targetFields(),
        ['Event', `refer;id=${id}`],
        ['Subscription-State', state],
      ]
      const body = { type: 'message/sipfrag;version=2.0', text: `SIP/2.0 ${code} ${reasonPhrase(code)}\r\n` }
      void sendRequest(this.#dialog.agent, this.#dialog.digest, () =>
        this.#dialog.makeRequest('NOTIFY', fields, body),
      )
    }
    // Section 2.4.4: the first NOTIFY comes at once.
    tell(100)
    return { notify: tell }
  }
}
