/** Task `issue_advice`: which of the offered actions helps, from the case alone. */
import { blocksOf, type MessagesRequest } from '../protocol.ts'
import type { Answer } from './answer.ts'

interface Case {
  readonly kind?: string
  readonly cause?: string | null
  readonly minutes_until_wanted?: number | null
  readonly earlier_issues?: readonly unknown[]
  readonly actions?: readonly { readonly name?: string }[]
}

type Advice = readonly [action: string, ko: string, en: string]

const OUTAGES = new Set(['party_unreachable', 'party_timeout', 'timeout'])

export function issueAdvice(request: MessagesRequest): Answer {
  const text = request.messages
    .flatMap(blocksOf)
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n')
  const facts = readCase(text)
  const offered = (facts.actions ?? []).flatMap(({ name }) => (name === undefined ? [] : [name]))
  const [action, why_ko, why_en] = advices(facts).find(([name]) => offered.includes(name)) ?? [
    offered[0] ?? '',
    '사실 관계를 먼저 확인하신 뒤 진행하시는 것이 좋겠습니다.',
    'Check the facts first, then go on.',
  ]
  return { text: JSON.stringify({ action, why_ko, why_en }), toolUses: [] }
}

function readCase(text: string): Case {
  const inside = /<case>([\s\S]*)<\/case>/.exec(text)?.[1] ?? '{}'
  try {
    return JSON.parse(inside) as Case
  } catch {
    return {}
  }
}

/** What fits the case, the best first. */
function advices({ kind, cause, minutes_until_wanted: left, earlier_issues: earlier = [] }: Case): Advice[] {
  const found: Advice[] = []
  if (cause !== undefined && cause !== null && OUTAGES.has(cause) && earlier.length < 2) {
    found.push([
      'retry_step',
      '상대 시스템이 잠시 응답하지 않은 것으로 보입니다. 다시 시도해 보시는 것이 가장 빠릅니다.',
      'The other side seems to have been away for a moment. Another try is the quickest way.',
    ])
  }
  if (cause === 'vendor_refused' || cause === 'vendor_cancelled') {
    found.push([
      'complete_by_hand',
      '외주업체가 이 주문을 받지 않았습니다. 업체와 통화해 발주하시고 접수번호를 남겨 주세요.',
      'The vendor did not take this order. Place it by phone and note the number they give you.',
    ])
  }
  if (kind === 'message_typo') {
    found.push(
      [
        'reorder',
        '이미 제작된 문구라 고칠 수 없습니다. 바른 문구로 다시 발주하고 사과하시는 것이 좋겠습니다.',
        'The ribbon is made and cannot be changed. Order it again with the right text and apologise.',
      ],
      [
        'partial_refund',
        '이미 제작된 문구라 고칠 수 없습니다. 일부 금액을 돌려드리고 사과하시는 것이 좋겠습니다.',
        'The ribbon is made and cannot be changed. Give a part back and apologise.',
      ],
    )
  }
  if (kind === 'delivery_delay') {
    const late = typeof left === 'number' && left < 0
    found.push([
      'retry_step',
      late
        ? '희망 시각이 이미 지났습니다. 업체에 도착 시각을 확인해 고객께 먼저 알려 주세요.'
        : '아직 시간이 남아 있습니다. 업체에 출발을 재촉하시고 기다려 보시면 됩니다.',
      late
        ? 'The wanted time has passed. Ask the vendor when it arrives and tell the customer first.'
        : 'There is still time. Urge the vendor to leave, then wait.',
    ])
  }
  if (kind === 'complaint') {
    found.push([
      'retry_step',
      '먼저 고객과 통화해 무엇을 원하시는지 들어 주세요. 합의한 뒤 계속 진행하시면 됩니다.',
      'Speak with the customer first and hear what they want. Then carry on.',
    ])
  }
  return found
}
