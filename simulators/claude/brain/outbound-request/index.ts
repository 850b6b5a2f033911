/**
 * Flow `outbound_request`: asks somebody whom we called what a request wants to know, one question at a time. Which question
 * was asked last is read from our own sentences; how far the task is, from `<state>`.
 */
import { z } from 'zod'
import { blocksOf, type MessagesRequest } from '../../protocol.ts'
import type { Answer } from '../answer.ts'
import { parseJson } from '../conversation.ts'
import { readAnswer } from './read-answer.ts'

const readBackSchema = z.object({ id: z.string(), answer: z.string(), say: z.string() })

const stateSchema = z.object({
  caller: z.string(),
  purpose: z.string(),
  questions: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      status: z.enum(['pending', 'answered', 'unclear', 'refused']),
    }),
  ),
  /** Answers that were hardly heard, as our side words the question whether they are right. */
  read_back: z.array(readBackSchema).optional(),
})
type State = z.infer<typeof stateSchema>
type Question = State['questions'][number]

const STATE = /<state>([\s\S]*?)<\/state>/
const CALLER = /<caller>([\s\S]*?)<\/caller>/
const UNSUITED = /바빠|바쁜|바쁩|회의\s*중|운전|나중에|끊(?:을|겠|어)|관심\s*없|전화하지|아닌데요|잘못\s*거/
/** Not only now: never again. */
const NEVER_AGAIN =
  /수신\s*거부|(?:전화|연락)(?:를|은|는)?\s*(?:하지|걸지|주지|드리지)?\s*(?:마세요|마십시오|말아|마시고|마라|말라)|(?:다시는?|더\s*이상|앞으로|이제)\s*(?:전화|연락)\S*\s*(?:안\s|싫|원(?:하지|치)\s*않)|(?:번호|연락처)(?:를|는|은)?\s*(?:지워|삭제|빼)|광고(?:\s*전화)?\S*\s*(?:싫|원(?:하지|치)\s*않)/
const PERSON =
  /(?:담당자|상담원|직원|사람)(?:분)?(?:을|를|이랑|하고|께|이)?\s*(?:좀\s*)?(?:바꿔|연결|통화하고|직접)/
/** A person was asked for, and nobody was there. */
const NOT_CONNECTED = /"connected":false/
const CALL_ME = /다시\s*전화|연락\s*(?:주세요|부탁)|전화\s*(?:주세요|부탁)/
const OFFERED = '담당자가 다시 전화드릴 수도 있습니다'
/** Also who has only now picked up. */
const WHO =
  /^\s*(?:네[,.]?\s*)?여보세요[?.!]*\s*$|누구|어디(?:세요|시죠|신가요|예요|라고)|무슨\s*일|왜\s*전화/
/** An unclear answer is asked again so often. */
const MAX_ASKED = 3

export function outboundRequest(request: MessagesRequest): Answer {
  const newest = textOf(request, request.messages.length - 1)
  const state = stateSchema.safeParse(parseJson(STATE.exec(newest)?.[1] ?? ''))
  if (!state.success) return { text: '(no <state> in the newest message)', toolUses: [] }
  const ours = request.messages.flatMap(({ role }, index) =>
    role === 'assistant' ? [textOf(request, index)] : [],
  )
  const words = CALLER.exec(newest)?.[1]?.trim() ?? ''
  const asked = lastAsked(state.data, ours)
  if (words === '' && NOT_CONNECTED.test(newestResult(request)))
    return {
      text: `죄송합니다, 지금은 전화를 받을 수 있는 담당자가 없습니다. ${OFFERED}. ${askAgain(state.data, asked)}`,
      toolUses: [],
    }
  const inDoubt = state.data.read_back?.[0]
  if (inDoubt !== undefined) {
    if (words === '') return { text: inDoubt.say, toolUses: [] }
    if (ours.at(-1)?.includes(inDoubt.say) === true) return agreed(state.data, inDoubt, words, ours)
  }
  if (words === '') return { text: `여보세요, 듣고 계신가요? ${askAgain(state.data, asked)}`, toolUses: [] }
  if (NEVER_AGAIN.test(words)) return optOut()
  const connects = request.tools?.some(({ name }) => name === 'connect_person') === true
  if (connects && PERSON.test(words))
    return {
      text: '네, 담당자를 연결해 드리겠습니다. 잠시만 기다려 주세요.',
      toolUses: [{ name: 'connect_person', input: { reason: '담당자와 통화하기를 원함' } }],
    }
  if (CALL_ME.test(words) && ours.at(-1)?.includes(OFFERED) === true)
    return {
      text: `네, 담당자가 다시 전화드리겠습니다. ${askAgain(state.data, asked)}`,
      toolUses: [{ name: 'report_task_state', input: { questions: [], call_back: true } }],
    }
  if (UNSUITED.test(words)) return report('바쁘신데 죄송합니다.', [], true)
  if (WHO.test(words)) {
    const { caller, purpose } = state.data
    return {
      text: `${caller} AI 비서입니다. ${purpose} 때문에 연락드렸습니다. ${askAgain(state.data, asked)}`,
      toolUses: [],
    }
  }
  if (asked === undefined) return { text: `감사합니다. ${askAgain(state.data, undefined)}`, toolUses: [] }
  return answered(state.data, asked, words, ours)
}

function answered(state: State, asked: Question, words: string, ours: readonly string[]): Answer {
  const found = readAnswer(asked.text, words)
  const timesAsked = ({ text }: Question) => ours.filter((said) => said.includes(text)).length
  const one = { id: asked.id, words, ...found }
  if (found.status === 'unclear' && timesAsked(asked) < MAX_ASKED)
    return report(`죄송하지만 다시 여쭙겠습니다. ${ask(asked)}`, [one], false)
  const next = state.questions.find(
    (question) => question.id !== asked.id && isOpen(question.status) && timesAsked(question) < MAX_ASKED,
  )
  const thanks = found.status === 'refused' ? '네, 괜찮습니다.' : '네, 감사합니다.'
  // What stays unclear would be asked for ever.
  const isStuck =
    next === undefined &&
    [
      found.status,
      ...state.questions.filter(({ id }) => id !== asked.id).map(({ status }) => status),
    ].includes('unclear')
  return report(next === undefined ? thanks : `${thanks} ${ask(next)}`, [one], isStuck)
}

/** A yes to what was read back; anything else is taken for the answer anew. */
function agreed(
  state: State,
  { id, answer }: z.infer<typeof readBackSchema>,
  words: string,
  ours: readonly string[],
): Answer {
  const question = state.questions.find((one) => one.id === id)
  if (question === undefined) return { text: '감사합니다.', toolUses: [] }
  if (!/^(?:네|예|응|맞)/.test(words)) {
    if (/^(?:아니|아뇨)[가-힣]?[^가-힣]*$/.test(words))
      return report(`죄송합니다. ${ask(question)}`, [], false)
    return answered(state, question, words.replace(/^(?:아니[요오]?|아뇨)[,.\s]*/, ''), ours)
  }
  const next = state.questions.find((one) => one.id !== id && isOpen(one.status))
  const thanks = '네, 감사합니다.'
  const one = { id, status: 'answered', answer, words, confidence: 0.95 }
  return report(next === undefined ? thanks : `${thanks} ${ask(next)}`, [one], false)
}

const isOpen = (status: Question['status']): boolean => status === 'pending' || status === 'unclear'

/** The question that our newest sentence with a question in it asks. */
function lastAsked({ questions }: State, ours: readonly string[]): Question | undefined {
  const text = ours.findLast((said) => questions.some((question) => said.includes(question.text)))
  if (text === undefined) return undefined
  const places = questions.map((question) => ({ question, at: text.lastIndexOf(question.text) }))
  return places.filter(({ at }) => at >= 0).sort((a, b) => b.at - a.at)[0]?.question
}

function askAgain({ questions }: State, asked: Question | undefined): string {
  const question = asked ?? questions.find(({ status }) => isOpen(status))
  return question === undefined ? '감사합니다.' : ask(question)
}

const ask = ({ text }: Question): string => (text.endsWith('?') ? text : `${text}에 대해 말씀해 주시겠어요?`)

const report = (text: string, questions: readonly object[], shouldEnd: boolean): Answer => ({
  text,
  toolUses: [
    {
      name: 'report_task_state',
      input: { purpose_stated: true, questions, ...(shouldEnd ? { should_end_call: true } : {}) },
    },
  ],
})

const optOut = (): Answer => ({
  text: '네, 앞으로 전화드리지 않겠습니다.',
  toolUses: [{ name: 'report_task_state', input: { purpose_stated: true, questions: [], opt_out: true } }],
})

/** What the tools of before brought. */
function newestResult({ messages }: MessagesRequest): string {
  const newest = messages.at(-1)
  return (newest === undefined ? [] : blocksOf(newest))
    .flatMap((block) => (block.type === 'tool_result' ? [JSON.stringify(block.content)] : []))
    .join(' ')
    .replaceAll('\\"', '"')
}

function textOf({ messages }: MessagesRequest, index: number): string {
  const message = messages[index]
  if (message === undefined) return ''
  return blocksOf(message)
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n')
}
