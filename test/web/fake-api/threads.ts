/** Conversations of the fake: with and without an order, with the AI, with a person, waiting. */
import type { MessageView, ThreadDetail, ThreadSummary } from '../../../web/api/types.ts'
import { inMinutes } from './clock.ts'
import type { FakeWorld } from './world.ts'

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly type?: string
}

/** Threads that tests speak of. */
export const THREADS = {
  asking: 'chat-sms-000000000001',
  waiting: 'chat-kakao-000000000002',
  mine: 'chat-sms-000000000003',
  long: 'chat-sms-000000000004',
} as const

const PAGE = 50
let count = 0

function message(
  threadId: string,
  minutes: number,
  body: string,
  more: Partial<MessageView> = {},
): MessageView {
  count += 1
  const at = inMinutes(minutes)
  const inbound = more.direction === 'in'
  return {
    id: `${count}`,
    direction: 'out',
    channel: threadId.includes('kakao') ? 'kakao' : 'sms',
    kind: 'chat',
    type: null,
    attempt: 1,
    author: inbound ? 'customer' : 'ai',
    thread_id: threadId,
    message_id: inbound ? `in-${String(count).padStart(16, '0')}` : null,
    to_number: '',
    body,
    attachments: [],
    status: 'delivered',
    error: null,
    created_at: at,
    sent_at: inbound ? null : at,
    delivered_at: at,
    ...more,
  }
}
const asked = { direction: 'in' } as const

function thread(id: string, messages: MessageView[], more: Partial<ThreadDetail>): ThreadDetail {
  const channel = id.includes('kakao') ? 'kakao' : 'sms'
  return {
    thread_id: id,
    channel,
    state: 'ai',
    taken_by: null,
    taken_at: null,
    phone: channel === 'sms' ? '010-****-4821' : null,
    name: null,
    order: null,
    reachable: channel === 'sms',
    kakao_until: null,
    flow_version: 2,
    workflow_url: `http://127.0.0.1:4401/namespaces/default/workflows/${id}`,
    messages,
    newest: newestOf(messages),
    earlier_cursor: null,
    ...more,
  }
}

function newestOf(messages: readonly MessageView[]): ThreadSummary['newest'] {
  const last = messages.at(-1)
  if (last === undefined) throw new Error('a thread has a message')
  const { direction, author, status, created_at: at, body, attachments } = last
  return { direction, author, words: body, pictures: attachments.length, status, at }
}

export class FakeThreads {
  readonly all = new Map<string, ThreadDetail>()

  constructor() {
    const { asking, waiting, mine, long } = THREADS
    this.#add(
      thread(
        waiting,
        [
          message(waiting, -9, '안녕하세요, 화환 보낼 수 있나요?', asked),
          message(waiting, -9, '네, 근조화환을 보내 드립니다. 어느 장례식장으로 보내실까요?'),
          message(waiting, -2, '사람이랑 얘기하고 싶어요. 리본을 두 개 달 수 있는지 물어보려고요.', asked),
          message(waiting, -2, '담당자에게 전했습니다. 곧 답해 드리겠습니다.'),
          message(waiting, -1, '언제쯤 답이 오나요?', asked),
        ],
        {
          state: 'waiting',
          order: {
            order_no: '261121-2BVD',
            recipient: '정민아',
            state: 'issue',
            sub_state: 'order_received',
          },
          kakao_until: inMinutes(0.6),
        },
      ),
    )
    this.#add(
      thread(
        asking,
        [
          message(asking, -16, '근조화환 가격이 얼마예요? 대전까지도 배송되나요?', asked),
          message(
            asking,
            -16,
            '[대리 화환 AI 상담원] 안녕하세요, AI가 답해 드립니다.\n\n근조화환은 80,000원이고 전국 장례식장에 배송합니다. 주문하시겠습니까?',
          ),
          message(asking, -14, '생각해 볼게요', asked),
          message(asking, -14, '네, 필요하실 때 언제든 말씀해 주십시오.', {
            status: 'sent',
            delivered_at: null,
          }),
        ],
        {},
      ),
    )
    this.#add(
      thread(
        mine,
        [
          message(mine, -64, '여기 계산서 발행되나요?', {
            ...asked,
            attachments: [
              { attachment_id: 'a', status: 'kept', url: '/api/attachments/a', width: 720, height: 1280 },
            ],
          }),
          message(mine, -60, '네, 사업자등록증을 보내 주시면 발행해 드립니다.', {
            author: 'agent@example.com',
            status: 'failed',
            error: '3104 결번',
          }),
        ],
        {
          state: 'person',
          taken_by: 'agent@example.com',
          taken_at: inMinutes(-61),
          name: '박서준',
          order: { order_no: '261121-4GJZ', recipient: '김도윤', state: 'done', sub_state: 'delivered' },
        },
      ),
    )
    this.#add(
      thread(
        long,
        Array.from({ length: 120 }, (_, i) =>
          message(long, -3000 + i, `${i}번째 메시지`, i % 2 === 0 ? asked : {}),
        ),
        {},
      ),
    )
  }

  #add(added: ThreadDetail): void {
    this.all.set(added.thread_id, added)
  }

  /** A message more; the screens hear of it. */
  say(world: FakeWorld, threadId: string, body: string, more: Partial<MessageView> = {}): void {
    const known = this.all.get(threadId)
    if (known === undefined) throw new Error(`no thread ${threadId}`)
    const messages = [...known.messages, message(threadId, 0, body, more)]
    this.all.set(threadId, { ...known, messages, newest: newestOf(messages) })
    world.tell({ type: 'thread_changed', thread_id: threadId })
  }

  answer(world: FakeWorld, method: string, url: URL, body: unknown): Answer {
    const [, , , id, rest] = url.pathname.split('/')
    if (id === undefined) return { status: 200, body: this.#list(url.searchParams) }
    if (id === 'counts')
      return { status: 200, body: { waiting: this.#matching(new URLSearchParams('state=waiting')).length } }
    const known = this.all.get(id)
    if (known === undefined)
      return {
        status: 404,
        type: 'application/problem+json',
        body: {
          type: '',
          title: 'not_found',
          status: 404,
          code: 'not_found',
          detail: 'There is no such conversation.',
        },
      }
    if (method === 'GET') return { status: 200, body: pageOf(known, url.searchParams.get('before')) }
    if (rest === 'take-over') {
      const { taken } = body as { taken: boolean }
      this.#change(world, known, taken ? world.me.email : null)
      return { status: 200, body }
    }
    if (world.refusal !== null) {
      const { refusal } = world
      world.refusal = null
      return { status: refusal.status, type: 'application/problem+json', body: { title: '', ...refusal } }
    }
    this.#change(world, known, world.me.email)
    const { text } = body as { text: string }
    this.say(world, id, text, { author: world.me.email, status: 'sent', delivered_at: null })
    return { status: 201, body: { thread_id: id } }
  }

  #change(world: FakeWorld, known: ThreadDetail, takenBy: string | null): void {
    const state = takenBy === null ? 'ai' : 'person'
    this.all.set(known.thread_id, { ...known, state, taken_by: takenBy })
    world.tell({ type: 'thread_changed', thread_id: known.thread_id })
  }

  #matching(query: URLSearchParams): ThreadDetail[] {
    const [channel, order, state, tail] = ['channel', 'order', 'state', 'tail'].map((name) => query.get(name))
    return [...this.all.values()]
      .filter((each) => channel === null || each.channel === channel)
      .filter((each) => order === null || each.order === null)
      .filter(
        (each) => state === null || (state === 'waiting' ? each.state === 'waiting' : each.state !== 'ai'),
      )
      .filter((each) => !tail || each.phone?.endsWith(tail) === true)
      .sort((a, b) => (a.newest.at < b.newest.at ? 1 : -1))
  }

  #list(query: URLSearchParams) {
    return { threads: this.#matching(query), next_cursor: null }
  }
}

/** The newest messages, or those before the one with the id. */
function pageOf(known: ThreadDetail, before: string | null): ThreadDetail {
  const end = before === null ? known.messages.length : known.messages.findIndex(({ id }) => id === before)
  const from = Math.max(0, end - PAGE)
  return {
    ...known,
    messages: known.messages.slice(from, end),
    earlier_cursor: from === 0 ? null : (known.messages[from]?.id ?? null),
  }
}
