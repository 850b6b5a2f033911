/**
 * Somebody of ours who talks in a call puts somebody else in their place, by the telephone in their hand: a number that is rung
 * (blind), or whom they talk with in another call of theirs (attended). Only who talks may do so, to numbers that they might
 * dial; until somebody else is there the other side hears music, and where nobody comes they go on with who they had.
 */
import { condition, getExternalWorkflowHandle, setHandler, uuid4, workflowInfo } from '@temporalio/workflow'
import type { DialPlan } from '../activities/agent-calls.ts'
import type { TransferWish } from '../domain/call.ts'
import { agentCallWorkflowId, type CallId, type LegId, makeLegId } from '../domain/ids.ts'
import { maskPhone } from '../domain/phone-number.ts'
import { dialPlans, legOf, legOperationsOf } from './call-activities.ts'
import { CallGuest, refusalOf } from './call-guest.ts'
import type { CallLeg } from './call-leg.ts'
import { type HandedOverInput, handedOver, handOver } from './call-messages.ts'

/** The other call of the same telephone answers at once, or there is none. */
const HAND_OVER_LIMIT = '10s'
const REFUSED = 603
const FAILED = 500

/** The call as a transfer sees it. */
export interface TransferRoom {
  readonly callId: CallId
  /** Of the other side. */
  readonly legId: LegId
  readonly leg: CallLeg
  readonly shownNumber: string
  readonly host: () => string | undefined
  /** Rings them; they take part when they answer. */
  readonly take: (guest: CallGuest) => void
  /** Everybody hears whom they should by now. */
  readonly seated: () => Promise<void>
}

export class CallTransfers {
  readonly #room: TransferRoom
  readonly #answers = new Map<string, HandedOverInput['party']>()
  #isUnderWay = false
  /** Being asked for: what comes of them is not known yet. */
  #asked = 0
  #hasLostThem = false

  constructor(room: TransferRoom) {
    this.#room = room
    setHandler(handedOver, ({ transferId, party }) => void this.#answers.set(transferId, party))
    // At the other end is a colleague whom one of us has called: they talk, but it is not their call.
    room.leg.onTransfer = (wish) => void this.#tell(room.host() ?? '', wish, REFUSED)
  }

  /** Of all that were asked for it is known what came of them. */
  get areDecided(): boolean {
    return this.#asked === 0
  }

  /** Who transferred had put their telephone down, and nobody came in their place: the other side was left with nobody. */
  get hasLostThem(): boolean {
    return this.#hasLostThem
  }

  async asked(by: CallGuest, wish: TransferWish): Promise<void> {
    const wasLive = !this.#room.leg.over
    this.#asked += 1
    const sipCode = await this.#transfer(by, wish).catch(() => FAILED)
    this.#asked -= 1
    if (sipCode < 300) this.#hasLostThem = false
    else if (wasLive && !by.isThere && !by.isReplaced) this.#hasLostThem = true
    await this.#tell(by.way.gatewayHost, wish, sipCode)
    if (sipCode < 300) await by.hangUp()
  }

  async #transfer(by: CallGuest, wish: TransferWish): Promise<number> {
    const mayTransfer = by.mode === 'talk' && by.isThere && !by.isReplaced && by.extension !== null
    if (!mayTransfer || this.#isUnderWay || this.#room.leg.over) return REFUSED
    this.#isUnderWay = true
    try {
      return await (wish.consult === undefined
        ? this.#blind(by, wish.number)
        : this.#attended(by, wish, wish.consult))
    } finally {
      this.#isUnderWay = false
    }
  }

  async #blind(by: CallGuest, dialled: string): Promise<number> {
    const { leg, legId, host, take, seated } = this.#room
    const plan = await dialPlans.findDialTarget({ extension: by.extension ?? '', dialled })
    if (plan.target.kind === 'refused') return plan.target.sipCode
    const next = this.#guestFor(plan, by)
    const music = (hold: 'music' | null) => legOperationsOf(host() ?? '').setLegAudio({ legId, hold })
    await music('music')
    take(next)
    await condition(() => next.isThere || next.isOver || leg.over)
    if (leg.over) return 487
    await seated()
    await music(null)
    if (next.isThere) return 200
    // Who transferred has put their telephone down meanwhile: nobody is left to talk with.
    if (!by.isThere) await legOf(host() ?? '').hangUpLeg({ legId, afterPlayoutMs: 0 })
    return refusalOf(next.outcome)
  }

  #guestFor({ target, companyPhone }: DialPlan, by: CallGuest): CallGuest {
    const { callId, shownNumber } = this.#room
    const legId = makeLegId(uuid4().replaceAll('-', '').slice(0, 12))
    if (target.kind === 'phone') {
      const { extension, gatewayHost, personId, personName } = target
      const guest = { personId, personName, mode: 'talk' } as const
      return new CallGuest(callId, legId, guest, { kind: 'rung', extension, gatewayHost, shownNumber }, by)
    }
    if (target.kind === 'refused') throw new TypeError('nobody to ring')
    const { number } = target
    const guest = { personId: null, personName: maskPhone(number), mode: 'talk' } as const
    const { gatewayHost } = by.way
    return new CallGuest(
      callId,
      legId,
      guest,
      { kind: 'dialled', number, gatewayHost, shownNumber: companyPhone },
      by,
    )
  }

  async #attended(
    by: CallGuest,
    wish: TransferWish,
    consult: NonNullable<TransferWish['consult']>,
  ): Promise<number> {
    const { callId, leg, take, seated } = this.#room
    const transferId = `${wish.legId}-${wish.transferId}`
    await getExternalWorkflowHandle(agentCallWorkflowId(consult.callId)).signal(handOver, {
      toWorkflowId: workflowInfo().workflowId,
      transferId,
      legId: consult.legId,
      extension: by.extension ?? '',
    })
    await condition(() => this.#answers.has(transferId), HAND_OVER_LIMIT)
    const party = this.#answers.get(transferId) ?? null
    if (party === null) return REFUSED
    const { who, gatewayHost, mediaSocketUrl } = party
    const way = { kind: 'handed', gatewayHost, mediaSocketUrl } as const
    const next = new CallGuest(callId, party.legId, { ...who, mode: 'talk' }, way, by)
    if (leg.over) {
      await next.hangUp()
      return 487
    }
    take(next)
    await seated()
    await legOf(by.way.gatewayHost).hangUpLeg({ legId: consult.legId, afterPlayoutMs: 0 })
    return 200
  }

  async #tell(host: string, { legId, transferId }: TransferWish, sipCode: number): Promise<void> {
    await legOperationsOf(host)
      .tellTransfer({ legId, transferId, sipCode })
      .catch(() => {})
  }
}
