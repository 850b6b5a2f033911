/**
 * What the API says to a trial of a flow: a talk in writing with a draft, in which nothing outside is touched. A refused
 * message fails with an ApplicationFailure of type `TrialRefusal`, whose first detail is its code.
 */
import { defineUpdate } from '@temporalio/workflow'
import type { FlowEdition, FlowName } from '../domain/flow-content.ts'
import type { OrderFields } from '../domain/order.ts'

/** Type of the workflow that is one trial. */
export const FLOW_TRIAL_WORKFLOW = 'flowTrial'
export const TRIAL_REFUSAL = 'TrialRefusal'

/** Start input of the workflow `flowTrial`. */
export interface FlowTrialInput {
  readonly flow: FlowName
  readonly edition: FlowEdition
  /** State of the draft that is tried; null: a version that is or was live. */
  readonly revision: number | null
  readonly companyName: string
  readonly priceWon: number
  /** How long nobody has to write for it to end. */
  readonly idleMs: number
}

/** One tool that the model asked for, as it was played. */
export interface TrialTool {
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
  readonly ok: boolean
  /** As the model is told. */
  readonly result: string
}

/** Either words, or nothing but tools. */
export interface TrialLine {
  readonly speaker: 'ai' | 'person'
  /** Empty: silence, or only tools. */
  readonly text: string
  readonly tools: readonly TrialTool[]
  /** The model gave no answer: what stands here are the words for that. */
  readonly fault: boolean
}

export interface TrialView {
  readonly lines: readonly TrialLine[]
  /** The order that only this trial knows; null in flows without one. */
  readonly order: OrderFields | null
  readonly placed: boolean
  /** Why the conversation is over; null while it goes on. */
  readonly end: string | null
}

/** @param text null: nothing is said, the other side begins or goes on; empty: the person is silent. */
export const sayInTrial = defineUpdate<TrialView, [{ readonly text: string | null }]>('sayInTrial')
