/** What every call of a campaign opens with: that an AI speaks, what kind of call it is, and how to get no more. Pure. */
import type { CampaignKind } from './campaign.ts'
import type { OutboundWords } from './outbound-policy.ts'

/** A greeting that leaves it out is completed. */
const SAYS_AI = /AI|인공지능|에이아이/i
const AI_DISCLOSURE = '저는 사람이 아닌 AI 비서입니다.'

/** Advertising begins with the word (Network Act, article 50 (4)). */
const LABEL = '광고 전화입니다.'
const OPT_OUT_NOTICE = '수신을 원하지 않으시면 9번을 누르시거나 말씀해 주세요.'

/** Words that nobody can leave out of a template. */
export function campaignWords(words: OutboundWords, kind: CampaignKind): OutboundWords {
  const greeting = SAYS_AI.test(words.greeting) ? words.greeting : `${words.greeting} ${AI_DISCLOSURE}`
  const labelled = kind === 'advertising' ? `${LABEL} ${greeting}` : greeting
  return { ...words, greeting: `${labelled} ${OPT_OUT_NOTICE}` }
}
