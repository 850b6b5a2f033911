/** Version 0 of each flow: what is spoken and offered until the owner changes it. */
import type { FlowContent, FlowName } from './flow-content.ts'

/** Nothing can be ordered, ended or handed to a person without them. */
const ALWAYS_IN_ORDERS = ['set_order_fields', 'confirm_order', 'hand_over']
const ORDER_TOOLS = [
  'set_order_fields',
  'confirm_order',
  'look_up_order',
  'send_photo_link',
  'report_problem',
  'cancel_order',
  'same_order',
  'hand_over',
]

export interface FlowTools {
  /** All that a version may offer; what is not in here no text can add. */
  readonly permitted: readonly string[]
  /** Those that a version must offer. */
  readonly required: readonly string[]
}

export const FLOW_TOOLS: Readonly<Record<FlowName, FlowTools>> = {
  order_call: { permitted: [...ORDER_TOOLS, 'end_call'], required: [...ALWAYS_IN_ORDERS, 'end_call'] },
  order_chat: { permitted: ORDER_TOOLS, required: ALWAYS_IN_ORDERS },
  outbound_request: { permitted: ['report_task_state', 'connect_person'], required: ['report_task_state'] },
  vendor_order: { permitted: ['report_result', 'end_call'], required: ['report_result', 'end_call'] },
  issue_alarm: { permitted: ['acknowledge', 'end_call'], required: ['acknowledge', 'end_call'] },
}

const lines = (...sentences: readonly string[]): string => sentences.join('\n')

const RECORDING_KO = '통화는 녹음됩니다.'
/** Thinking takes long: the caller must not wonder whether anybody is there. */
const FILLER = { ko: '네, 잠시만 기다려 주세요.', en: 'One moment, please.' }
/** An answer could not be thought of: honest, and the caller knows what to do. */
const FAULT = {
  ko: '죄송합니다, 지금 제 쪽에 잠시 문제가 있었습니다. 한 번만 다시 말씀해 주시겠어요?',
  en: 'I am sorry, something went wrong on my side. Could you say that once more?',
}
const CONSIDERATE = '차분하고 사려 깊게 이야기합니다. 고객은 상을 당했을 수 있습니다.'

export const SHIPPED_FLOWS: Readonly<Record<FlowName, FlowContent>> = {
  order_call: {
    persona: CONSIDERATE,
    knowledge: [],
    tools: FLOW_TOOLS.order_call.permitted,
    phrases: {
      disclosure: {
        ko: '안녕하세요, {company} AI 상담원입니다.',
        en: 'Hello, this is the AI assistant of {company}.',
      },
      recording: { ko: RECORDING_KO, en: 'This call is recorded.' },
      question: { ko: '무엇을 도와드릴까요?', en: 'How may I help you?' },
      filler: FILLER,
      fault: FAULT,
      closing_silence: {
        ko: lines(
          '말씀이 없으셔서 통화를 마치겠습니다.',
          '말씀해 주신 내용은 남겨 두었으니 언제든 다시 전화해 주세요.',
        ),
        en: lines(
          'I cannot hear you, so I will end the call here.',
          'What you told me is kept; please call again any time.',
        ),
      },
      closing_time_limit: {
        ko: lines(
          '죄송하지만 통화 시간이 길어져 여기서 마치겠습니다.',
          '말씀해 주신 내용은 남겨 두었고, 담당자가 확인해서 연락드리겠습니다. 감사합니다.',
        ),
        en: lines(
          'I am sorry, this call has to end here.',
          'What you told me is kept, and a colleague will get back to you. Thank you.',
        ),
      },
      closing_fault: {
        ko: lines(
          '죄송합니다, 지금 시스템에 문제가 있어 통화를 이어 가기 어렵습니다.',
          '말씀해 주신 내용은 남겨 두었으니 담당자가 곧 연락드리겠습니다.',
        ),
        en: lines(
          'I am sorry, our system has a problem and I cannot go on with this call.',
          'What you told me is kept, and a colleague will call you back soon.',
        ),
      },
    },
  },
  // Who speaks, and that it is an AI, is written above the first message by code.
  order_chat: { persona: CONSIDERATE, knowledge: [], tools: FLOW_TOOLS.order_chat.permitted, phrases: {} },
  // While the owner has changed nothing, OUTBOUND_GREETING and OUTBOUND_CLOSING are said for the first and the last of these.
  outbound_request: {
    persona: '따뜻하고 간결하게 이야기합니다. 상대는 갑자기 전화를 받았습니다.',
    knowledge: [],
    tools: FLOW_TOOLS.outbound_request.permitted,
    phrases: {
      disclosure: {
        ko: lines('안녕하세요, {display_name} AI 비서입니다.', '{purpose} 관련하여 연락드렸습니다.'),
      },
      recording: { ko: RECORDING_KO },
      question: { ko: '잠시 통화 괜찮으세요?' },
      filler: { ko: FILLER.ko },
      fault: { ko: FAULT.ko },
      closing_all_asked: { ko: lines('확인 감사합니다.', '좋은 하루 되세요.') },
      closing_declined: { ko: lines('네, 바쁘신데 실례했습니다.', '좋은 하루 되세요.') },
      closing_silence: { ko: lines('말씀이 없으셔서 통화를 마치겠습니다.', '좋은 하루 되세요.') },
      closing_time_limit: {
        ko: lines('죄송하지만 통화가 길어져 여기서 마치겠습니다.', '말씀 감사합니다. 좋은 하루 되세요.'),
      },
      closing_fault: {
        ko: lines(
          '죄송합니다, 지금 저희 시스템에 문제가 있어 통화를 마치겠습니다.',
          '다시 연락드리겠습니다.',
        ),
      },
    },
  },
  vendor_order: {
    persona: '짧고 사무적으로 이야기합니다. 상대는 듣는 대로 받아 적습니다.',
    knowledge: [],
    tools: FLOW_TOOLS.vendor_order.permitted,
    phrases: {
      disclosure: { ko: '안녕하세요, {company} AI 발주 담당입니다.' },
      recording: { ko: RECORDING_KO },
      filler: { ko: FILLER.ko },
      fault: { ko: FAULT.ko },
      closing_silence: { ko: lines('말씀이 없으셔서 통화를 마치겠습니다.', '다시 연락드리겠습니다.') },
      closing_time_limit: {
        ko: lines('죄송하지만 통화가 길어져 여기서 마치겠습니다.', '다시 연락드리겠습니다. 감사합니다.'),
      },
      closing_fault: {
        ko: lines('죄송합니다, 지금 저희 시스템에 문제가 있습니다.', '다시 연락드리겠습니다.'),
      },
    },
  },
  issue_alarm: {
    persona: '짧고 분명하게 이야기합니다. 대표님은 바쁩니다.',
    knowledge: [],
    tools: FLOW_TOOLS.issue_alarm.permitted,
    phrases: {
      disclosure: { ko: '안녕하세요, {company} AI 비서입니다.' },
      recording: { ko: RECORDING_KO },
      filler: { ko: FILLER.ko },
      fault: { ko: FAULT.ko },
      closing_silence: { ko: lines('말씀이 없으셔서 통화를 마치겠습니다.', '알림은 화면에 남아 있습니다.') },
      closing_time_limit: { ko: lines('통화를 여기서 마치겠습니다.', '알림은 화면에 남아 있습니다.') },
      closing_fault: {
        ko: lines(
          '죄송합니다, 지금 시스템에 문제가 있어 통화를 마치겠습니다.',
          '알림은 화면에 남아 있습니다.',
        ),
      },
      closing_acknowledged: { ko: '확인되었습니다. 이 주문은 화면에서 기다리고 있습니다. 감사합니다.' },
    },
  },
}

/** The edition that every conversation has while the owner has changed nothing. */
export const shippedEdition = (flow: FlowName) => ({ version: 0, content: SHIPPED_FLOWS[flow] }) as const
