/** ACKs of 2xx in a dialog, both ways (RFC 3261 sections 13.2.2.4 and 13.3.1.4). */
import type { DialogCore } from './dialog-core.ts'
import { type SipRequest, type SipResponse, sdpOf } from './message.ts'
import type { InviteServerTransaction } from './server-transactions.ts'
import type { SipHop } from './types.ts'
import { viaTo } from './user-agent.ts'
import { type Field, writeRequest } from './write-message.ts'

export class DialogAcks {
  readonly #dialog: DialogCore
  /** Ours by CSeq, for 2xx that come again. */
  readonly #ours = new Map<number, { readonly text: string; readonly to: SipHop }>()
  /** 2xx of ours that wait for theirs, by CSeq; null: the dialog is over. */
  readonly #awaited = new Map<number, (ack: SipRequest | null) => void>()

  constructor(dialog: DialogCore) {
    this.#dialog = dialog
  }

  has(cseq: number): boolean {
    return this.#ours.has(cseq)
  }

  /**
   * Of a 2xx to an INVITE of ours; the same text again where the 2xx comes again.
   * @param authorization the INVITE's answer to a challenge, which its ACK repeats (section 22.1).
   */
  send(response: SipResponse, authorization: readonly Field[]): void {
    const { agent } = this.#dialog
    const cseq = response.cseq.number
    let ack = this.#ours.get(cseq)
    if (ack === undefined) {
      const { request, nextHop } = this.#dialog.makeRequest('ACK', authorization, null, cseq)
      ack = { text: writeRequest(request, viaTo(agent, request.branch, nextHop)), to: nextHop }
      this.#ours.set(cseq, ack)
    }
    agent.sendDirect(ack.text, ack.to)
  }

  /** Resolves with false where 64*T1 pass without it; with true also where the dialog is over before. */
  wait(transaction: InviteServerTransaction): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const cseq = transaction.request.cseq.number
    this.#awaited.set(cseq, (ack) => {
      this.#awaited.delete(cseq)
      transaction.acknowledged()
      const answer = ack === null ? null : sdpOf(ack)
      if (answer !== null && sdpOf(transaction.request) === null) this.#dialog.remoteSdp = answer
      resolve(true)
    })
    transaction.onUnacknowledged(() => {
      this.#awaited.delete(cseq)
      resolve(false)
    })
    return promise
  }

  receive(ack: SipRequest): void {
    this.#awaited.get(ack.cseq.number)?.(ack)
  }

  /** The dialog is over: nobody waits any more. */
  settle(): void {
    for (const settle of [...this.#awaited.values()]) settle(null)
  }
}
