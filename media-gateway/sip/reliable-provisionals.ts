/** Provisional answers that are confirmed by PRACK (RFC 3262), both roles. */
import { randomInt } from 'node:crypto'
import type { DigestClient } from './auth/digest-client.ts'
import { sendRequest } from './client-request.ts'
import { type RemoteHop, routeRequest } from './dialog-route.ts'
import { type SipResponse, type SipUri, sdpOf } from './message.ts'
import type {
  InviteServerTransaction,
  NonInviteServerTransaction,
  ResponseInput,
} from './server-transactions.ts'
import { TimerSet } from './timers.ts'
import { makeBranch, type UserAgent } from './user-agent.ts'
import type { OutgoingRequest } from './write-message.ts'

const OPTION = '100rel'

const isReliableProvisional = ({ headers }: SipResponse): boolean =>
  headers.list('require').some((option) => option.toLowerCase() === OPTION)

/** RSeq of 1 to 2^32-1, or null. */
function readRseq(response: SipResponse): number | null {
  const text = response.headers.get('rseq') ?? ''
  const rseq = /^\d{1,10}$/.test(text) ? Number(text) : 0
  return rseq >= 1 && rseq < 2 ** 32 ? rseq : null
}

/** An INVITE of ours whose provisional answers are confirmed. */
export interface ConfirmedInvite {
  readonly request: OutgoingRequest
  readonly remote: RemoteHop
  readonly digest: DigestClient | null
  /** For answers without a Contact. */
  readonly requestUri: SipUri
}

/** What we have confirmed, by the To tag of each phone that rings. */
export class ProvisionalAcks {
  readonly #agent: UserAgent
  readonly #early = new Map<string, { rseq: number; cseq: number }>()

  constructor(agent: UserAgent) {
    this.#agent = agent
  }

  /** The CSeq of our last request in that early dialog. @param invite that of the INVITE, where there was none. */
  cseqOf(remoteTag: string, invite: number): number {
    return Math.max(invite, this.#early.get(remoteTag)?.cseq ?? 0)
  }

  /** Confirms it where it asks for that. Returns false for one that came again or too early: it says nothing new. */
  receive(response: SipResponse, invite: ConfirmedInvite): boolean {
    if (!isReliableProvisional(response)) return true
    const rseq = readRseq(response)
    const tag = response.to.tag ?? ''
    if (rseq === null) return false
    const known = this.#early.get(tag)
    if (known !== undefined && rseq !== known.rseq + 1) return false
    const early = known ?? { rseq, cseq: invite.request.cseq }
    early.rseq = rseq
    this.#early.set(tag, early)
    void this.#confirm(response, invite, early)
    return true
  }

  async #confirm(
    response: SipResponse,
    { request: invite, remote, digest, requestUri }: ConfirmedInvite,
    early: { readonly rseq: number; cseq: number },
  ): Promise<void> {
    const target = routeRequest(
      response.contact?.uri ?? requestUri,
      response.recordRoute.toReversed(),
      remote,
    )
    const rack = `${early.rseq} ${response.cseq.number} INVITE`
    await sendRequest(this.#agent, digest, () => {
      early.cseq += 1
      const request: OutgoingRequest = {
        method: 'PRACK',
        branch: makeBranch(this.#agent, 'prack'),
        uri: target.uri,
        routes: target.routes,
        from: invite.from,
        to: response.headers.get('to') ?? invite.to,
        callId: invite.callId,
        cseq: early.cseq,
        fields: [['RAck', rack]],
        body: null,
        userAgent: invite.userAgent,
      }
      return { request, nextHop: this.#agent.reachable(target.nextHop) }
    })
  }
}

/** Provisional answers of ours to a caller who requires that they arrive: one at a time, repeated until confirmed. */
export class ReliableProvisionals {
  readonly #agent: UserAgent
  readonly #transaction: InviteServerTransaction
  /** 64*T1 have passed without PRACK (section 3). */
  readonly #onUnconfirmed: () => void
  readonly #timers = new TimerSet()
  readonly #waiting: ResponseInput[] = []
  #rseq = randomInt(1, 2 ** 31)
  #current: ResponseInput | null = null
  #confirmed = Promise.withResolvers<void>()
  /** SDP in a PRACK: the answer to an offer that our provisional answer carried. */
  #answer: string | null = null

  constructor(agent: UserAgent, transaction: InviteServerTransaction, onUnconfirmed: () => void) {
    this.#agent = agent
    this.#transaction = transaction
    this.#onUnconfirmed = onUnconfirmed
    this.#confirmed.resolve()
  }

  get answer(): string | null {
    return this.#answer
  }

  /** Resolves when nothing waits for its PRACK any more; never where none comes. */
  get confirmed(): Promise<void> {
    return this.#confirmed.promise
  }

  send(response: ResponseInput): void {
    if (this.#current !== null) {
      this.#waiting.push(response)
      return
    }
    this.#current = {
      ...response,
      fields: [...(response.fields ?? []), ['Require', OPTION], ['RSeq', String(this.#rseq)]],
    }
    this.#confirmed = Promise.withResolvers<void>()
    const repeat = () => {
      if (this.#current !== null) this.#transaction.respond(this.#current)
    }
    const { t1 } = this.#agent.transactions.timers
    this.#timers.startBackoff('repeat', t1, Number.MAX_SAFE_INTEGER, repeat)
    this.#timers.start('limit', this.#agent.timeoutMs, () => {
      this.stop()
      this.#onUnconfirmed()
    })
    repeat()
  }

  receive(prack: NonInviteServerTransaction): void {
    const { request } = prack
    const [, rseq, cseq, method] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s*$/.exec(request.headers.get('rack') ?? '') ?? []
    const isOurs =
      this.#current !== null &&
      Number(rseq) === this.#rseq &&
      Number(cseq) === this.#transaction.request.cseq.number &&
      method === 'INVITE'
    if (!isOurs) {
      prack.respond({ code: 481 })
      return
    }
    const sdp = sdpOf(request)
    const isAnswer = this.#current?.sdp != null && sdpOf(this.#transaction.request) === null
    // A second offer in a PRACK is more than one stream of audio needs.
    if (sdp !== null && !isAnswer) {
      prack.respond({ code: 488 })
    } else {
      if (sdp !== null) this.#answer = sdp
      prack.respond({ code: 200 })
    }
    this.stop()
    this.#current = null
    this.#rseq += 1
    this.#confirmed.resolve()
    const next = this.#waiting.shift()
    if (next !== undefined) this.send(next)
  }

  /** The call is decided, or given up. */
  stop(): void {
    this.#timers.stopAll()
  }
}
