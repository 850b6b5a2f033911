/** The flows of a conversation: what the model is told in each, its tools, and the words spoken without it. */
import type { ClosingReason, DialogueContext, OutboundRequestContext } from '../../domain/dialogue.ts'
import { flowNameOf } from '../../domain/flow-content.ts'
import type { ModelTool } from '../claude/model.ts'
import { editedSystem, editedTools, editionOf } from './edition.ts'
import { closing, type Greeting, greeting, phrasesOf, type SpeakPhrase } from './phrases.ts'
import { alarmGreeting, requestClosing, requestGreeting, vendorGreeting } from './phrases-outbound.ts'
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

/** Those whose words are data. */
type FlowName = Exclude<DialogueContext['flow'], 'outbound_request'>
type ContextOf<Name extends FlowName> = Extract<
  Exclude<DialogueContext, OutboundRequestContext>,
  { readonly flow: Name }
>

interface Flow<Name extends FlowName> {
  /** The same for every conversation of the flow and medium, so that it can be cached. */
  readonly system: (context: ContextOf<Name>) => string
  readonly tools: (context: ContextOf<Name>) => readonly ModelTool[]
  /** What is true at this moment; stands before the newest words. */
  readonly state: (context: ContextOf<Name>) => object
  readonly greeting: (context: ContextOf<Name>, phrase: SpeakPhrase) => Greeting
  /** We called: the other side says hello before we speak. */
  readonly weCalled: boolean
}

const FLOWS: { readonly [Name in FlowName]: Flow<Name> } = {
  order_intake: {
    system: ({ medium = 'voice' }) => ORDER_INTAKE[medium],
    tools: ({ medium = 'voice' }) => ORDER_INTAKE_TOOLS[medium],
    state: orderIntakeState,
    greeting,
    weCalled: false,
  },
  vendor_order: {
    system: () => VENDOR_ORDER,
    tools: () => VENDOR_ORDER_TOOLS,
    state: vendorOrderState,
    greeting: vendorGreeting,
    weCalled: true,
  },
  issue_alarm: {
    system: () => ISSUE_ALARM,
    tools: () => ISSUE_ALARM_TOOLS,
    state: issueAlarmState,
    greeting: alarmGreeting,
    weCalled: true,
  },
}

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
      return bindRequest(context)
  }
}

// Names in it are what somebody told us: they can't close the tag.
const block = (state: object) => `<state>${JSON.stringify(state).replace(/</g, '\\u003c')}</state>`

function bind<Name extends FlowName>(flow: Flow<Name>, context: ContextOf<Name>) {
  const edition = editionOf(context)
  const phrase = phrasesOf(flowNameOf(context), context.edition, context)
  return {
    system: editedSystem(flow.system(context), edition, context.companyName),
    tools: editedTools(flow.tools(context), edition),
    weCalled: flow.weCalled,
    stateBlock: () => block(flow.state(context)),
    greeting: () => flow.greeting(context, phrase),
    closing: (reason: ClosingReason) => closing(reason, phrase),
    /** Said once when thinking takes long. */
    filler: () => phrase('filler').join(' '),
    /** Said when an answer could not be thought of. */
    fault: () => phrase('fault'),
  }
}

/** What it is for, its first words and its last ones are the request's and the settings'. */
function bindRequest(context: OutboundRequestContext) {
  const phrase = phrasesOf('order_call', undefined, context)
  return {
    system: context.connectsPerson === true ? OUTBOUND_REQUEST + CONNECTING_PEOPLE : OUTBOUND_REQUEST,
    tools:
      context.connectsPerson === true
        ? [...OUTBOUND_REQUEST_TOOLS, CONNECT_PERSON_TOOL]
        : OUTBOUND_REQUEST_TOOLS,
    weCalled: true,
    stateBlock: () => block(outboundRequestState(context)),
    greeting: () => requestGreeting(context),
    closing: (reason: ClosingReason) => requestClosing(context, reason),
    filler: () => phrase('filler').join(' '),
    fault: () => phrase('fault'),
  }
}
