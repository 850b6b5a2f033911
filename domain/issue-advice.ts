/** What helps with an Issue: the suggestion a person sees first, and the rule that makes one without a model. */
import type { IssueCauseCode } from './issue-cause.ts'
import type { IssueAction, IssueEvidence, IssueKind, TicketStep, TicketSubState } from './ticket-states.ts'

/** One recommended action and why, in both languages of the screens. */
export interface IssueSuggestion {
  readonly action: IssueAction
  readonly why: { readonly ko: string; readonly en: string }
  /** 'rule' when the model gave no usable answer. */
  readonly source: 'model' | 'rule'
  /** ISO 8601 +09:00. */
  readonly at: string
}

/** What the rule looks at. */
export interface AdviceCase {
  readonly kind: IssueKind
  readonly cause: IssueCauseCode | null
  readonly step: TicketStep | null
  /** What resolves it; never empty while it is open. */
  readonly actions: readonly IssueAction[]
}

type Why = IssueSuggestion['why']

/** In the order in which they are tried; the first whose action is allowed is taken. */
const RULES: readonly {
  readonly fits: (issue: AdviceCase) => boolean
  readonly action: IssueAction
  readonly why: Why
}[] = [
  {
    fits: ({ cause }) => cause === 'party_unreachable' || cause === 'party_timeout' || cause === 'timeout',
    action: 'retry_step',
    why: {
      ko: '상대 시스템이 응답하지 않아 멈췄습니다. 대부분 잠시 뒤에 다시 시도하면 해결됩니다.',
      en: 'The other side did not answer. Most of the time another try a little later settles it.',
    },
  },
  {
    fits: ({ cause }) => cause === 'vendor_refused' || cause === 'vendor_cancelled',
    action: 'complete_by_hand',
    why: {
      ko: '외주업체가 받지 않은 주문이라 다시 보내도 같은 답이 옵니다. 전화로 발주하고 받은 번호를 남기세요.',
      en: 'The vendor does not take this order, so sending it again gets the same answer. Order by phone and note the number they give.',
    },
  },
  {
    fits: ({ cause }) => cause === 'vendor_may_have_it',
    action: 'retry_step',
    why: {
      ko: '다시 시도하면 AI가 이미 접수된 주문이 있는지부터 묻고, 없을 때만 발주합니다. 업체와 직접 통화하셨다면 받은 번호를 남기세요.',
      en: 'Another try asks first whether they have the order and places it only if not. If you call them yourself, note the number they give.',
    },
  },
  {
    fits: ({ cause }) => cause === 'vendor_unheard' || cause === 'vendor_never_there',
    action: 'complete_by_hand',
    why: {
      ko: '전화로만 연락되는 외주업체입니다. 직접 통화해 확인하시고, 도착했으면 그 사실을 남기세요.',
      en: 'This vendor is reached by phone only. Call them yourself, and note it once the wreath is there.',
    },
  },
  {
    fits: ({ cause }) => cause === 'payment_gone' || cause === 'payment_taken_back',
    action: 'refund_and_close',
    why: {
      ko: '결제가 취소된 주문입니다. 고객이 다시 결제하지 않으면 종료하는 것이 맞습니다.',
      en: 'The payment was taken back. Unless the customer pays again, the order should be closed.',
    },
  },
  {
    fits: ({ cause }) => cause === 'text_undelivered' || cause === 'no_phone',
    action: 'complete_by_hand',
    why: {
      ko: '문자가 고객에게 닿지 않았습니다. 전화로 알리고 그 사실을 남기세요.',
      en: 'The text does not reach the customer. Tell them by phone and note that you did.',
    },
  },
  {
    fits: ({ cause }) => cause === 'transfer_account_missing' || cause === 'refund_account_missing',
    action: 'set_refund_account',
    why: {
      ko: '고객에게 환불 계좌를 문자로 여쭤보았습니다. 고객이 링크에 적으면 저절로 이어지고, 전화로 들으셨다면 직접 입력하세요.',
      en: 'The customer was asked by text where the money shall go. Once they have told it by the link this goes on by itself; if you hear it on the phone, enter it.',
    },
  },
  {
    fits: ({ cause }) => cause === 'transfer_by_hand',
    action: 'complete_by_hand',
    why: {
      ko: '회사 계좌로 받은 돈이라 사람이 송금해야 합니다. 송금한 뒤 확인 번호를 남기면 고객에게 문자가 나가고 주문이 닫힙니다.',
      en: 'This money came to the company account, so a person has to transfer it. Note the confirmation afterwards: the customer is told and the order closes.',
    },
  },
  {
    fits: ({ cause }) => cause === 'refund_by_hand',
    action: 'complete_by_hand',
    why: {
      ko: '사람이 확인한 결제라 시스템이 돌려줄 수 없습니다. 직접 송금하고 증빙을 남기세요.',
      en: 'A person vouched for this payment, so it cannot be returned automatically. Transfer it back and note the proof.',
    },
  },
  {
    fits: ({ kind }) => kind === 'delivery_delay',
    action: 'retry_step',
    why: {
      ko: '외주업체에 도착 예정 시각을 물어 고객에게 먼저 알리세요. 배송되면 저절로 이어집니다.',
      en: 'Ask the vendor when it arrives and tell the customer first. Once it is delivered the order goes on by itself.',
    },
  },
]

const OTHERWISE: Why = {
  ko: '고객과 통화해 무엇이 필요한지 확인한 뒤 계속 진행하세요.',
  en: 'Speak with the customer, find out what they need, then carry on.',
}

/** The suggestion without a model. @param at ISO 8601 +09:00. */
export function ruleAdvice(issue: AdviceCase, at: string): IssueSuggestion {
  const rule = RULES.find(({ fits, action }) => fits(issue) && issue.actions.includes(action))
  if (rule !== undefined) return { action: rule.action, why: rule.why, source: 'rule', at }
  const [first = 'retry_step'] = issue.actions
  return { action: first, why: OTHERWISE, source: 'rule', at }
}

/** All that a model is told of an Issue. */
export interface AdviceFacts extends AdviceCase {
  readonly reason: string
  readonly subState: TicketSubState
  readonly channel: string
  readonly missing: readonly string[]
  readonly amountWon: number
  readonly costWon: number
  /** Without phone numbers. */
  readonly order: Readonly<
    Record<'orderer' | 'recipient' | 'message' | 'destination' | 'room', string | null>
  >
  readonly deliverBy: Date | null
  readonly evidence: readonly IssueEvidence[]
  /** Issues of the same order before this one, and what resolved them. */
  readonly earlier: readonly { readonly kind: IssueKind; readonly resolution: string | null }[]
}

const MIN_WHY_LENGTH = 6
const MAX_WHY_LENGTH = 240
const PHONE_NUMBER = /0\d{1,3}[-. ]?\d{3,4}[-. ]?\d{4}/

/** Takes a model's answer, when it recommends something allowed and says why in both languages; null otherwise. */
export function readAdvice(
  answer: unknown,
  allowed: readonly IssueAction[],
  at: string,
): IssueSuggestion | null {
  if (typeof answer !== 'object' || answer === null) return null
  const { action, why_ko, why_en } = answer as Readonly<Record<string, unknown>>
  const chosen = allowed.find((one) => one === action)
  const [ko, en] = [readWhy(why_ko), readWhy(why_en)]
  if (chosen === undefined || ko === null || en === null || !/[가-힣]/.test(ko)) return null
  return { action: chosen, why: { ko, en }, source: 'model', at }
}

function readWhy(text: unknown): string | null {
  if (typeof text !== 'string') return null
  const why = text.replaceAll(/\s+/g, ' ').trim()
  if (why.length < MIN_WHY_LENGTH || why.length > MAX_WHY_LENGTH || PHONE_NUMBER.test(why)) return null
  return why
}

/** Words with every number in them that could be a telephone's taken out. */
export const withoutNumbers = (text: string): string => text.replaceAll(/\d[\d\s.-]{6,}\d/g, '(번호)')
