/** Flow `issue_alarm`: tells the owner of an Issue until they have taken note, or can't. */
import { z } from 'zod'
import { blocksOf, type MessagesRequest } from '../../protocol.ts'
import type { Answer } from '../answer.ts'

const stateSchema = z.object({ reason: z.string(), order_no: z.object({ spoken: z.string() }) })
const STATE = /<state>([\s\S]*?)<\/state>/
const CALLER = /<caller>([\s\S]*?)<\/caller>/

const NOTED = /^(?:네|예|응|그래)|확인|알겠|알았|볼게|처리할/
const NOT_NOW = /나중|바빠|못\s*(?:봐|해)|아닌데|잘못\s*거|누구/
const WHAT = /뭐|무슨|어떤|다시|어디|\?/
const QUESTION = '확인하셨으면 네라고 말씀하시거나 1번을 눌러 주시겠어요?'

export function issueAlarm(request: MessagesRequest): Answer {
  const newest = request.messages.at(-1)
  const text = (newest === undefined ? [] : blocksOf(newest))
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n')
  const state = stateSchema.safeParse(parse(STATE.exec(text)?.[1] ?? ''))
  if (!state.success) return { text: '(no <state> in the newest message)', toolUses: [] }
  const { reason, order_no } = state.data
  const words = CALLER.exec(text)?.[1]?.trim() ?? null
  const again = `주문 ${order_no.spoken} 건입니다. ${reason} ${QUESTION}`
  if (words === null) return { text: again, toolUses: [] }
  if (NOT_NOW.test(words)) return ends('네, 알림은 화면에 남겨 두겠습니다. 안녕히 계세요.', 'caller_request')
  if (NOTED.test(words) && !/\?/.test(words)) {
    const { text: goodbye, toolUses } = ends(
      '감사합니다. 이 주문은 화면에서 기다리고 있습니다. 안녕히 계세요.',
      'task_done',
    )
    return { text: goodbye, toolUses: [{ name: 'acknowledge', input: {} }, ...toolUses] }
  }
  return { text: WHAT.test(words) ? again : QUESTION, toolUses: [] }
}

const ends = (text: string, reason: string): Answer => ({
  text,
  toolUses: [{ name: 'end_call', input: { reason } }],
})

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
