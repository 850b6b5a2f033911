/** The flows of a conversation: what the model is told in each, its tools, and the words spoken without it. */
import type {
  ClosingReason,
  DialogueContext,
  DialogueMessage,
  OutboundRequestContext,
} from '../../domain/dialogue.ts'
import { flowNameOf, type PhraseValues } from '../../domain/flow-content.ts'
import type { ModelTool } from '../claude/model.ts'
import { editedSystem, editedTools, editionOf } from './edition.ts'
import { closing, type Greeting, greeting, phrasesOf, resuming, type SpeakPhrase } from './phrases.ts'
import {
  alarmGreeting,
  requestClosing,
  requestGreeting,
  requestValues,
  vendorGreeting,
} from './phrases-outbound.ts'
import { ORDER_INTAKE, orderIntakeState } from './prompt.ts'
import { ISSUE_ALARM, ISSUE_ALARM_TOOLS, issueAlarmState } from './prompt-issue-alarm.ts'
import {
  CONNECT_PERSON_TOOL,
  CONNECTING_PEOPLE,
  OUTBOUND_REQUEST,
  OUTBOUND_REQUEST_TOOLS,
  outboundRequestState,
} from './prompt-outbound-request.ts'
import { VENDOR_ORDER, VENDOR_ORDER_TOOLS, vendorOrderState } from './prompt-vendor-order.ts'
import { ORDER_INTAKE_TOOLS } from './tool-schemas.ts'

type FlowName = DialogueContext['flow']
type ContextOf<Name extends FlowName> = Extract<DialogueContext, { readonly flow: Name }>

interface Flow<Name extends FlowName> {
  /** The same for every conversation of the flow and medium, so that it can be cached. */
  readonly system: (context: ContextOf<Name>) => string
  readonly tools: (context: ContextOf<Name>) => readonly ModelTool[]
  /** What is true at this moment; stands before the newest words. */
  readonly state: (context: ContextOf<Name>) => object
  readonly greeting: (context: ContextOf<Name>, phrase: SpeakPhrase) => Greeting
  readonly closing: (
    reason: ClosingReason,
    phrase: SpeakPhrase,
    context: ContextOf<Name>,
  ) => readonly string[]
  /** What the placeholders of its phrases stand for, beside the company's name. */
  readonly values?: (context: ContextOf<Name>) => PhraseValues
  /** We called: the other side says hello before we speak. */
  readonly weCalled: boolean
}

const FLOWS: { readonly [Name in FlowName]: Flow<Name> } = {
  order_intake: {
    system: ({ medium = 'voice' }) => ORDER_INTAKE[medium],
    tools: ({ medium = 'voice' }) => ORDER_INTAKE_TOOLS[medium],
    state: orderIntakeState,
    greeting,
    closing,
    weCalled: false,
  },
  vendor_order: {
    system: () => VENDOR_ORDER,
    tools: () => VENDOR_ORDER_TOOLS,
    state: vendorOrderState,
    greeting: vendorGreeting,
    closing,
    weCalled: true,
  },
  issue_alarm: {
    system: () => ISSUE_ALARM,
    tools: () => ISSUE_ALARM_TOOLS,
    state: issueAlarmState,
    greeting: alarmGreeting,
    closing,
    weCalled: true,
  },
  outbound_request: {
    system: (context) => (putsThrough(context) ? OUTBOUND_REQUEST + CONNECTING_PEOPLE : OUTBOUND_REQUEST),
    tools: (context) =>
      putsThrough(context) ? [...OUTBOUND_REQUEST_TOOLS, CONNECT_PERSON_TOOL] : OUTBOUND_REQUEST_TOOLS,
    state: outboundRequestState,
    greeting: requestGreeting,
    closing: (reason, phrase, context) => requestClosing(context, reason, phrase),
    values: requestValues,
    weCalled: true,
  },
}

/** Where somebody may be put through, and the version of the words has it. */
const putsThrough = (context: OutboundRequestContext): boolean =>
  context.connectsPerson === true && editionOf(context).content.tools.includes(CONNECT_PERSON_TOOL.name)

/** The flow of a context, bound to it. */
export function flowOf(context: DialogueContext) {
  switch (context.flow) {
    case 'order_intake':
      return bind(FLOWS[context.flow], context)
    case 'vendor_order':
      return bind(FLOWS[context.flow], context)
    case 'issue_alarm':
      return bind(FLOWS[context.flow], context)
    case 'outbound_request':
      return bind(FLOWS[context.flow], context)
  }
}

// Names in it are what somebody told us: they can't close the tag.
const block = (state: object) => `<state>${JSON.stringify(state).replace(/</g, '\\u003c')}</state>`

function bind<Name extends FlowName>(flow: Flow<Name>, context: ContextOf<Name>) {
  const edition = editionOf(context)
  const values = flow.values?.(context) ?? {}
  const phrase = phrasesOf(flowNameOf(context), context.edition, { ...context, values })
  return {
    system: editedSystem(flow.system(context), edition, context.companyName),
    tools: editedTools(flow.tools(context), edition),
    weCalled: flow.weCalled,
    stateBlock: () => block(flow.state(context)),
    greeting: () => flow.greeting(context, phrase),
    resuming: (messages: readonly DialogueMessage[]) => resuming(context, phrase, messages),
    closing: (reason: ClosingReason) => flow.closing(reason, phrase, context),
    /** Said once when thinking takes long. */
    filler: () => phrase('filler').join(' '),
    /** Said when an answer could not be thought of. */
    fault: () => phrase('fault'),
  }
}
