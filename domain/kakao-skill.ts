/** Answers to the skill webhook of Kakao's channel, version 2.0, as its documentation has them. Pure. */

const SIMPLE_TEXT_LIMIT = 1_000
const MAX_OUTPUTS = 3

export interface KakaoAnswer {
  readonly version: '2.0'
  readonly template?: {
    readonly outputs: readonly { readonly simpleText: { readonly text: string } }[]
    readonly quickReplies?: readonly KakaoQuickReply[]
  }
  readonly useCallback?: true
  readonly data?: { readonly text: string }
}
interface KakaoQuickReply {
  readonly label: string
  readonly action: 'message'
  readonly messageText: string
}

/** A text in bubbles of at most 1,000 characters; what would need a fourth is cut with an ellipsis. */
export function kakaoText(text: string): KakaoAnswer {
  return {
    version: '2.0',
    template: { outputs: bubbles(text).map((part) => ({ simpleText: { text: part } })) },
  }
}

/** The answer follows at the callback's address within a minute; `text` is shown meanwhile. */
export function kakaoUseCallback(text: string): KakaoAnswer {
  return { version: '2.0', useCallback: true, data: { text } }
}

function bubbles(text: string): string[] {
  const parts: string[] = []
  let rest = text.trim()
  while (rest.length > SIMPLE_TEXT_LIMIT && parts.length < MAX_OUTPUTS - 1) {
    const line = rest.lastIndexOf('\n', SIMPLE_TEXT_LIMIT)
    const end = line > SIMPLE_TEXT_LIMIT / 2 ? line : SIMPLE_TEXT_LIMIT
    parts.push(rest.slice(0, end).trim())
    rest = rest.slice(end).trim()
  }
  if (rest.length > SIMPLE_TEXT_LIMIT) rest = `${rest.slice(0, SIMPLE_TEXT_LIMIT - 1)}…`
  return [...parts, rest]
}
