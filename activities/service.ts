/**
 * What a customer gets done with orders they have placed: look-ups from the projection, changes and complaints
 * through the ticket. Who may ask is decided by the conversation's workflow (workflows/order-service.ts); all
 * of it is idempotent by the key given.
 */

import type { Database } from '../db/database.ts'
import type { DataKeys } from '../db/encryption.ts'
import { type CustomerOrder, customerOrder, ordersOfCustomer } from '../db/queries/customer-orders.ts'
import type { OrderNo } from '../domain/ids.ts'
import type { IssueCause } from '../domain/issue-cause.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { missingFields, ORDER_FIELDS, type OrderField, type OrderFields } from '../domain/order.ts'
import type { OrderInShort } from '../domain/order-in-short.ts'
import { checkOrderFields, type FieldProblem } from '../domain/order-rules.ts'
import { channelOf, type OrderSource, sourceReference } from '../domain/order-source.ts'
import { normalizePhone } from '../domain/phone-number.ts'
import { type MergePlan, nameMatches, planMerge } from '../domain/same-order.ts'
import type { IssueEvidence, IssueKind, TicketRefusalCode } from '../domain/ticket.ts'
import {
  addIssueEvidence,
  cancelOrder,
  editOrder,
  keepBoth,
  mergeOrder,
  raiseIssue,
  snapshot,
} from '../workflows/ticket-messages.ts'
import { createPhotoLinks, type PhotoLinkDependencies, type PhotoLinkResult } from './photo-link.ts'
import { createTicketClient, refusalOf, type TicketDependencies } from './ticket-client.ts'
import { callIdOf, evidenceOf, type ToldField } from './tickets.ts'

export interface LookUpOrderInput {
  /** The number the network vouches for, any form; empty when there is none. */
  readonly customerNumber: string
  /** As it was told. */
  readonly orderNo: string | null
  /** Of orderer or recipient, as it was told. */
  readonly name: string | null
}
export type LookUpOrderResult =
  | { readonly status: 'found'; readonly orders: readonly OrderInShort[] }
  /** Number and name must both be told. */
  | { readonly status: 'proof_needed' }
  /** They do not belong together, or there is no such order: which of it is not told. */
  | { readonly status: 'proof_wrong' }

export interface EditPlacedOrderInput {
  readonly orderNo: OrderNo
  readonly source: OrderSource
  readonly fields: Partial<Record<OrderField, ToldField>>
  readonly key: string
}
export type EditPlacedOrderResult =
  | { readonly status: 'changed'; readonly order: OrderFields; readonly problems: readonly FieldProblem[] }
  /** No value was good. */
  | { readonly status: 'invalid'; readonly problems: readonly FieldProblem[] }
  | { readonly status: 'refused'; readonly code: TicketRefusalCode }

/** What a customer said, and where. */
export interface CustomerWords {
  readonly words: string
  readonly source: OrderSource
  /** Moment in the call's recording. */
  readonly atMs: number | null
}

export interface ReportProblemInput extends CustomerWords {
  /** Null: the order is not known, or the customer not verified. */
  readonly orderNo: OrderNo | null
  /** Order number they named without a proof. */
  readonly claimed: string | null
  readonly customerNumber: string
  readonly kind: Extract<IssueKind, 'message_typo' | 'delivery_delay' | 'complaint'>
  readonly key: string
}
export interface ReportProblemResult {
  /** Ticket that now holds the words: another one when the order is over. */
  readonly orderNo: OrderNo
  /** A person was at work on it already. */
  readonly added: boolean
}

export interface CancelByCustomerInput extends CustomerWords {
  readonly orderNo: OrderNo
  readonly customerNumber: string
  readonly key: string
}
export interface CancelByCustomerResult {
  /** `person`: money is involved or somebody is at work on it, so a colleague decides. `over`: too late. */
  readonly status: 'cancelled' | 'person' | 'over'
}

export interface SettleSameOrderInput {
  readonly orderNo: OrderNo
  readonly other: OrderNo
  readonly same: boolean
  readonly key: string
}
export type SettleSameOrderResult =
  | {
      readonly status: 'merged'
      readonly into: OrderNo
      readonly order: OrderFields
      /** Nothing is left for the customer to confirm. */
      readonly placed: boolean
    }
  | { readonly status: 'two_orders' }
  /** A person has to look at it: both are paid, one is over, or an Issue is open. */
  | { readonly status: 'refused' }

/** The activities of this file, for `proxyActivities` in workflows. */
export interface ServiceActivities {
  lookUpOrder(input: LookUpOrderInput): Promise<LookUpOrderResult>
  /** How an order is now that the conversation may speak of already. */
  lookUpKnownOrder(input: { readonly orderNo: string }): Promise<LookUpOrderResult>
  /** Texts the link to the number on file. */
  sendPhotoLink(input: { readonly orderNo: OrderNo; readonly key: string }): Promise<PhotoLinkResult>
  /** Through the ticket's validated update: applied, shared with the vendor, or refused. */
  editPlacedOrder(input: EditPlacedOrderInput): Promise<EditPlacedOrderResult>
  /** Raises an Issue with the words as evidence, or adds them to the one that is open. */
  reportProblem(input: ReportProblemInput): Promise<ReportProblemResult>
  /** Only what is unpaid is cancelled; the rest is put before a person. */
  cancelByCustomer(input: CancelByCustomerInput): Promise<CancelByCustomerResult>
  settleSameOrder(input: SettleSameOrderInput): Promise<SettleSameOrderResult>
}

export type ServiceDependencies = TicketDependencies &
  PhotoLinkDependencies & { readonly db: Database; readonly dataKeys: DataKeys }

const MAX_REASON_WORDS = 120
const CUSTOMER = 'customer'

export function createServiceActivities(deps: ServiceDependencies): ServiceActivities {
  const { db, dataKeys } = deps
  const { handleOf, open, firstTriedAt } = createTicketClient(deps)
  const photoLinks = createPhotoLinks(deps)

  /** Asks the ticket. @returns null when it did it, else why not. */
  async function ask(act: Promise<unknown>): Promise<TicketRefusalCode | null> {
    try {
      await act
      return null
    } catch (error) {
      const code = refusalOf(error)
      if (code === null) throw error
      return code
    }
  }

  const evidenceFrom = ({ words, source, atMs }: CustomerWords): IssueEvidence => {
    const { callId, threadId } = { callId: undefined, threadId: undefined, ...sourceReference(source) }
    return {
      kind: 'words',
      channel: channelOf(source),
      text: words,
      at: koreanIso(firstTriedAt()),
      ...(callId === undefined ? {} : { callId }),
      ...(atMs === null ? {} : { atMs }),
      ...(threadId === undefined ? {} : { threadId }),
    }
  }

  /** @returns whether the words were added to an open Issue; null when the ticket is over. */
  async function putBeforePerson(
    orderNo: OrderNo,
    issue: CustomersIssue,
    key: string,
  ): Promise<{ readonly added: boolean } | null> {
    const { kind, reason, cause, evidence } = issue
    const handle = handleOf(orderNo)
    // First to what is open: an attempt that is repeated finds its words there. It may be resolved in between.
    for (;;) {
      const unadded = await ask(
        handle.executeUpdate(addIssueEvidence, {
          updateId: `${key}:add`,
          args: [{ kind, evidence, actor: CUSTOMER }],
        }),
      )
      if (unadded === null) return { added: true }
      if (unadded !== 'no_issue') return null
      const raised = { kind, reason, cause, actor: CUSTOMER, evidence: [evidence] }
      const refused = await ask(
        handle.executeUpdate(raiseIssue, { updateId: `${key}:raise`, args: [raised] }),
      )
      if (refused === null) return { added: false }
      if (refused !== 'issue_open') return null
    }
  }

  /** A ticket of its own, for words about an order that is over or that nobody could name. */
  async function openComplaint(input: ReportProblemInput): Promise<ReportProblemResult> {
    const { source, customerNumber, key } = input
    const known = input.orderNo === null ? null : await customerOrder(db, dataKeys, input.orderNo)
    const orderNo = await open({
      openedFor: key,
      channel: channelOf(source),
      callId: callIdOf(source),
      customerPhone: known?.customerPhone ?? customerNumber,
    })
    const told = inReason(input.words)
    const about = input.orderNo === null ? '' : `끝난 주문 ${input.orderNo}에 대해 `
    const claim = input.claimed === null ? '' : ` (확인되지 않은 주문번호 ${input.claimed})`
    const reason = `${about}고객이 문제를 알렸습니다: ${told}${claim}`
    const cause = reportCause(input, told)
    const done = await putBeforePerson(
      orderNo,
      { kind: input.kind, reason, cause, evidence: evidenceFrom(input) },
      key,
    )
    return { orderNo, added: done?.added ?? false }
  }

  return {
    async lookUpOrder({ customerNumber, orderNo, name }) {
      const own = await ordersOfCustomer(db, dataKeys, normalizePhone(customerNumber) ?? '')
      const told = orderNo === null ? null : normalOrderNo(orderNo)
      const mine = own.map(({ short }) => short).filter((order) => told === null || order.orderNo === told)
      if (mine.length > 0) return { status: 'found', orders: mine }
      if (told === null || name === null) return { status: 'proof_needed' }
      const order = await customerOrder(db, dataKeys, told)
      if (order === null || !isNamed(order, name)) return { status: 'proof_wrong' }
      return { status: 'found', orders: [order.short] }
    },

    async lookUpKnownOrder({ orderNo }) {
      const order = await customerOrder(db, dataKeys, normalOrderNo(orderNo))
      return order === null ? { status: 'proof_needed' } : { status: 'found', orders: [order.short] }
    },

    sendPhotoLink: ({ orderNo, key }) => photoLinks.send(orderNo, key),

    async editPlacedOrder({ orderNo, source, fields, key }) {
      const told = Object.fromEntries(ORDER_FIELDS.flatMap((f) => (fields[f] ? [[f, fields[f].value]] : [])))
      const { fields: good, problems } = checkOrderFields(told, deps.now?.() ?? Date.now())
      if (Object.keys(good).length === 0) return { status: 'invalid', problems }
      const evidence = evidenceOf(fields, source)
      try {
        const { order } = await handleOf(orderNo).executeUpdate(editOrder, {
          updateId: key,
          args: [{ fields: good, evidence, actor: CUSTOMER, channel: channelOf(source) }],
        })
        return { status: 'changed', order, problems }
      } catch (error) {
        const code = refusalOf(error)
        if (code === null) throw error
        return { status: 'refused', code }
      }
    },

    async reportProblem(input) {
      const { orderNo, kind, words, key } = input
      if (orderNo === null) return openComplaint(input)
      const told = inReason(words)
      const reason = `고객이 문제를 알렸습니다: ${told}`
      const cause = { code: 'customer_reported', params: { detail: told } } as const
      const issue = { kind, reason, cause, evidence: evidenceFrom(input) }
      const done = await putBeforePerson(orderNo, issue, key)
      return done === null ? openComplaint(input) : { orderNo, added: done.added }
    },

    async cancelByCustomer(input) {
      const { orderNo, words, key } = input
      const refused = await ask(
        handleOf(orderNo).executeUpdate(cancelOrder, {
          updateId: `${key}:cancel`,
          args: [{ reason: `고객 요청: ${inReason(words)}`, actor: CUSTOMER, onlyUnpaid: true }],
        }),
      )
      if (refused === null) return { status: 'cancelled' }
      if (refused !== 'already_paid' && refused !== 'issue_open') return { status: 'over' }
      const told = inReason(words)
      const reason = `고객이 취소를 원합니다: ${told}`
      const cause = { code: 'customer_cancel_wanted', params: { detail: told } } as const
      const issue = { kind: 'complaint' as const, reason, cause, evidence: evidenceFrom(input) }
      return { status: (await putBeforePerson(orderNo, issue, key)) === null ? 'over' : 'person' }
    },

    async settleSameOrder({ orderNo, other, same, key }) {
      if (!same) {
        await ask(keep(orderNo, other))
        await ask(keep(other, orderNo))
        return { status: 'two_orders' }
      }
      const [mine, theirs] = await Promise.all(
        [orderNo, other].map((number) => customerOrder(db, dataKeys, number)),
      )
      if (mine == null || theirs == null) return { status: 'refused' }
      const plan = doneAlready(mine, theirs) ?? planMerge(candidate(mine), candidate(theirs))
      if (!plan.ok) return { status: 'refused' }
      const [kept, given] = await Promise.all(
        [plan.into, plan.close].map((number) => handleOf(number).query(snapshot)),
      )
      const refused = await ask(
        handleOf(plan.close).executeUpdate(mergeOrder, {
          updateId: key,
          args: [{ into: plan.into, actor: CUSTOMER }],
        }),
      )
      const merged = refused === null || given?.mergedInto === plan.into
      if (!merged || kept === undefined || given === undefined) return { status: 'refused' }
      const lacks = missingFields(kept.order).map((field) => [field, given.order[field]])
      return {
        status: 'merged',
        into: plan.into,
        order: { ...kept.order, ...Object.fromEntries(lacks) },
        placed: kept.subState !== 'order_received',
      }
    },
  }

  function keep(ticket: OrderNo, otherOrder: OrderNo): Promise<unknown> {
    return handleOf(ticket).executeUpdate(keepBoth, { args: [{ other: otherOrder, actor: CUSTOMER }] })
  }
}

interface CustomersIssue {
  readonly kind: IssueKind
  readonly reason: string
  readonly cause: IssueCause
  readonly evidence: IssueEvidence
}

/** What a customer told, of an order that is over, only claimed, or unknown. */
function reportCause({ orderNo, claimed }: ReportProblemInput, detail: string): IssueCause {
  if (orderNo !== null) return { code: 'customer_reported_over', params: { order: orderNo, detail } }
  if (claimed !== null) return { code: 'customer_reported_claimed', params: { order: claimed, detail } }
  return { code: 'customer_reported', params: { detail } }
}

const inReason = (words: string): string => {
  const letters = [...words]
  return `"${letters.slice(0, MAX_REASON_WORDS).join('')}${letters.length > MAX_REASON_WORDS ? '…' : ''}"`
}

const candidate = ({ short, openedAt, open, paid }: CustomerOrder) => ({
  orderNo: short.orderNo,
  openedAt,
  open,
  paid,
})

/** An earlier attempt merged them. */
function doneAlready(a: CustomerOrder, b: CustomerOrder): MergePlan | null {
  const [one, two] = [a.short.orderNo, b.short.orderNo]
  if (a.mergedInto === two) return { ok: true, close: one, into: two }
  return b.mergedInto === one ? { ok: true, close: two, into: one } : null
}

const isNamed = ({ orderer, short }: CustomerOrder, name: string): boolean =>
  [orderer, short.recipient].some((stored) => stored !== null && nameMatches(name, stored))

/** "261121 7kq2", as it may be written or understood: its digits and letters decide. */
function normalOrderNo(told: string): string {
  const compact = told.toUpperCase().replace(/[^0-9A-Z]/g, '')
  return `${compact.slice(0, 6)}-${compact.slice(6)}`
}
