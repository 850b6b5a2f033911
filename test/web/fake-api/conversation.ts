/** A conversation by text message: pictures, the AI, a person, and one message that did not arrive. */
import type { ChatThread, MessageView, NewMessage, TicketDetail } from '../../../web/api/types.ts'
import { inMinutes } from './clock.ts'
import type { Person } from './people.ts'
import type { FakeWorld } from './world.ts'

const THREAD_ID = 'chat-sms-0123456789ab'
const NOTICE = 'in-0000000000000002'

export function conversation(person: Person): Partial<TicketDetail> {
  const message = (index: number, more: Partial<MessageView>): MessageView => ({
    id: `chat-${index}`,
    direction: 'out',
    channel: 'sms',
    kind: 'chat',
    type: null,
    attempt: 1,
    author: 'ai',
    thread_id: THREAD_ID,
    message_id: null,
    to_number: person.phone,
    body: '',
    attachments: [],
    status: 'delivered',
    error: null,
    created_at: inMinutes(-70 + index),
    sent_at: inMinutes(-70 + index),
    delivered_at: inMinutes(-70 + index),
    ...more,
  })
  const customer = (index: number, body: string, more: Partial<MessageView> = {}): MessageView =>
    message(index, {
      direction: 'in',
      author: 'customer',
      body,
      message_id: `in-000000000000000${index}`,
      sent_at: null,
      ...more,
    })
  const picture = { attachment_id: `${NOTICE}-a0`, status: 'kept', width: 720, height: 1280 } as const
  return {
    channel: 'sms',
    threads: [thread(null)],
    messages: [
      customer(1, '안녕하세요, 근조화환 하나 보내려고 합니다.'),
      customer(2, '부고 사진 보내 드려요.', {
        attachments: [{ ...picture, url: `/api/attachments/${picture.attachment_id}` }],
      }),
      message(3, {
        body: `[대리 화환 AI 상담원] 안녕하세요, AI가 답해 드립니다. 사람과 상담하시려면 "상담원"이라고 보내 주세요.\n\n보내 주신 사진에서 이렇게 읽었습니다.\n받으시는 분: ${person.recipient}\n장소: ${person.destination}\n다른 점이 있으면 말씀해 주십시오.\n보내시는 분 성함, 호실, 리본 문구를 알려 주세요.`,
      }),
      customer(4, `${person.orderer}입니다. 문구는 ${person.message}로 해 주세요.`, {
        attachments: [
          {
            attachment_id: 'in-0000000000000004-a0',
            status: 'refused',
            url: null,
            width: null,
            height: null,
          },
        ],
      }),
      message(5, { author: 'agent@example.com', body: '[상담원] 호실은 장례식장에 확인해 보겠습니다.' }),
      message(6, {
        author: 'agent@example.com',
        body: '호실은 3층 특실이라고 합니다. 맞으실까요?',
        status: 'failed',
        error: '3104 결번',
      }),
    ],
    evidence: {
      recipient: {
        channel: 'sms',
        words: `고인: ${person.recipient}`,
        confidence: 0.92,
        thread_id: THREAD_ID,
        message_id: NOTICE,
        attachment_id: picture.attachment_id,
      },
      orderer: {
        channel: 'sms',
        words: `${person.orderer}입니다`,
        confidence: 0.95,
        thread_id: THREAD_ID,
        message_id: 'in-0000000000000004',
      },
    },
  }
}

const thread = (takenBy: string | null): ChatThread => ({
  thread_id: THREAD_ID,
  channel: 'sms',
  taken_by: takenBy,
  taken_at: takenBy === null ? null : inMinutes(0),
  reachable: true,
  workflow_url: null,
})

/** A person writes, and with it takes the conversation over. */
export function writeInWorld(world: FakeWorld, ticket: TicketDetail, { text }: NewMessage) {
  const { refusal } = world
  if (refusal !== null) {
    world.refusal = null
    const body = { title: 'Not possible now', ...refusal }
    return { status: refusal.status, type: 'application/problem+json', body }
  }
  const [first] = conversation({} as Person).messages ?? []
  if (first === undefined) throw new Error('no message to copy')
  const written: MessageView = {
    ...first,
    id: `written-${ticket.messages.length}`,
    direction: 'out',
    author: world.me.email,
    body: text,
    message_id: null,
    status: 'sent',
    created_at: inMinutes(0),
    sent_at: inMinutes(0),
    delivered_at: null,
  }
  world.changeTicket(ticket.order_no, {
    messages: [...ticket.messages, written],
    threads: [thread(world.me.email)],
  })
  return { status: 201, body: { thread_id: THREAD_ID } }
}

export function takeOverInWorld(world: FakeWorld, ticket: TicketDetail, body: { readonly taken: boolean }) {
  world.changeTicket(ticket.order_no, { threads: [thread(body.taken ? world.me.email : null)] })
  return { status: 200, body }
}
