/** What the stand-in does about placed orders: it asks for the right tools, and tells nothing without a proof. */
import { describe, expect, it } from 'vitest'
import { makeOrderNo } from '../../../domain/ids.ts'
import { type OrderInShort, shownOrder } from '../../../domain/order-in-short.ts'
import { findOrderNumber } from '../../../simulators/claude/nlu/order-number.ts'
import { findServiceWish } from '../../../simulators/claude/nlu/service-intent.ts'
import { OrderDesk } from './order-desk.ts'

const DELIVERED: OrderInShort = {
  orderNo: makeOrderNo('261120', [0, 0, 0, 0]),
  recipient: '고 박영자',
  hall: '서울아산병원 장례식장 3호실',
  progress: 'delivered',
  deliveredAt: '2026-11-21T12:00:00+09:00',
  photo: true,
  mayChange: false,
  attention: false,
}
const ON_ITS_WAY: OrderInShort = {
  ...DELIVERED,
  orderNo: makeOrderNo('261121', [0.5, 0, 0, 0]),
  recipient: '고 이영희',
  progress: 'in_delivery',
  deliveredAt: null,
  photo: false,
}
const UNPAID: OrderInShort = { ...ON_ITS_WAY, progress: 'awaiting_payment', mayChange: true }

const json = (content: object, ok = true) => ({ ok, content: JSON.stringify({ ok, ...content }) })
const SENT = json({ status: 'sent' })
const NOT_VERIFIED = { ok: false, content: 'not verified: ask for the order number and the name' }
const WRONG = { ok: false, content: 'number and name do not belong together, or there is no such order.' }
const TOO_MANY = { ok: false, content: 'too many wrong attempts in this conversation.' }
const lastTool = (desk: OrderDesk) => desk.toolCalls.at(-1)

describe('the wish in words', () => {
  it.each([
    ['도착했나요?', { kind: 'arrived' }],
    ['화환 잘 도착했는지 궁금해서요', { kind: 'arrived' }],
    ['배송 완료됐나요', { kind: 'arrived' }],
    ['배송 현황 좀 알려 주세요', { kind: 'arrived' }],
    ['지금 어디쯤 갔나요?', { kind: 'arrived' }],
    ['Has it arrived?', { kind: 'arrived' }],
    ['사진 보내 주세요', { kind: 'photo' }],
    ['배송 사진 볼 수 있을까요?', { kind: 'photo' }],
    ['Could you send me the photo?', { kind: 'photo' }],
    ['아직도 안 왔어요', { kind: 'problem', problem: 'delivery_delay' }],
    ['아직 도착하지 않았어요', { kind: 'problem', problem: 'delivery_delay' }],
    ['It still has not arrived', { kind: 'problem', problem: 'delivery_delay' }],
    ['이름이 틀렸어요', { kind: 'problem', problem: 'message_typo' }],
    ['리본에 오타가 있어요', { kind: 'problem', problem: 'message_typo' }],
    ['The name on the ribbon is wrong', { kind: 'problem', problem: 'message_typo' }],
    ['꽃이 시들었어요', { kind: 'problem', problem: 'complaint' }],
    ['The flowers are wilted', { kind: 'problem', problem: 'complaint' }],
    ['주문 취소해 주세요', { kind: 'cancel' }],
    ['please cancel my order', { kind: 'cancel' }],
    ['리본 문구를 謹弔로 바꿔 주세요', { kind: 'edit' }],
    ['Please change the room to room 5', { kind: 'edit' }],
  ])('%s', (words, wish) => {
    expect(findServiceWish(words)).toEqual(wish)
  })

  it.each([
    '근조화환 하나 보내려고요',
    '언제쯤 도착해요?',
    '고 박영자님이요',
    '서울아산병원 장례식장이에요',
    '내일 오전 열 시까지 도착하면 돼요',
    '삼가 고인의 명복을 빕니다라고 써 주세요',
    '네 맞아요',
    'I would like to send a funeral wreath.',
  ])('is none in: %s', (words) => {
    expect(findServiceWish(words)).toBeUndefined()
  })
})

it.each([
  ['261121-7KQ2', '261121-7KQ2'],
  ['주문번호는 261121 7kq2고요', '261121-7KQ2'],
  ['26 11 21 - 7 K Q 2 입니다', '261121-7KQ2'],
  ['전화번호는 010-1234-5678이에요', undefined],
  ['내일 10시', undefined],
])('an order number in %s', (words, value) => {
  expect(findOrderNumber(words)?.value).toBe(value)
})

describe('has it arrived?', () => {
  it('is answered to a known customer with when, and the photo goes to the number on file', () => {
    const desk = new OrderDesk({ orders: [DELIVERED], results: { send_photo_link: [SENT] } })
    const said = desk.hear('도착했나요?')
    expect(said).toMatch(/11월 21일\(토\) 오후 12시에 배송이 완료되었습니다/)
    expect(said).toMatch(/사진 링크를 .*보내 드렸습니다/)
    expect(lastTool(desk)).toMatchObject({ name: 'send_photo_link', input: { order_no: DELIVERED.orderNo } })
    desk.hear('아니요 없어요 감사합니다')
    expect(desk.ended).toBe('nothing_more')
  })

  it('says how far it is when it has not; no photo is promised as sent', () => {
    const desk = new OrderDesk({ orders: [ON_ITS_WAY] })
    expect(desk.hear('배송됐나요?')).toMatch(/배송 중이며 아직 도착하지 않았습니다/)
    expect(desk.hear('사진 보내 주세요')).toMatch(/배송이 끝나면 사진을/)
    expect(desk.toolCalls).toEqual([])
  })

  it('asks which of two, and takes the recipient for an answer', () => {
    const desk = new OrderDesk({ orders: [DELIVERED, ON_ITS_WAY] })
    expect(desk.hear('도착했나요?')).toMatch(/어느 분께.*박영자.*이영희/)
    expect(desk.hear('이영희 님이요')).toMatch(/배송 중/)
    const named = new OrderDesk({ orders: [DELIVERED, ON_ITS_WAY] })
    expect(named.hear('고 이영희 님 화환 도착했나요?')).toMatch(/배송 중/)
  })

  it('tells a stranger nothing; number and name open it', () => {
    const found = json({ orders: [shownOrder(DELIVERED)] })
    const desk = new OrderDesk({ results: { look_up_order: [found], send_photo_link: [SENT] } })
    const asked = desk.hear('제가 보낸 화환 도착했나요?')
    expect(asked).toMatch(/주문번호와 .*성함/)
    expect(asked).not.toMatch(/배송이 완료|배송 중/)
    expect(desk.hear('주문번호는 261120-2222예요')).toMatch(/성함도/)
    expect(desk.toolCalls).toEqual([])
    const answered = desk.hear('김민수요')
    expect(desk.toolCalls.map(({ name, input }) => [name, input])).toEqual([
      ['look_up_order', { order_no: '261120-2222', name: '김민수' }],
      ['send_photo_link', { order_no: DELIVERED.orderNo }],
    ])
    expect(answered).toMatch(/배송이 완료되었습니다/)
  })

  it('says the same whatever was wrong, and hands over who may not try again', () => {
    const desk = new OrderDesk({
      results: {
        look_up_order: [WRONG, TOO_MANY],
        hand_over: [json({ message: 'a colleague gets in touch' })],
      },
    })
    desk.hear('도착했나요?')
    expect(desk.hear('261120-2222 홍길동입니다')).toMatch(/찾을 수 없습니다/)
    expect(desk.hear('261120-2223 김철수입니다')).toMatch(/조회해 드리기는 어렵습니다.*담당자에게 전했습니다/)
    expect(lastTool(desk)?.name).toBe('hand_over')
  })

  it('is not verified after all: the proof is asked for', () => {
    const desk = new OrderDesk({ orders: [DELIVERED], results: { send_photo_link: [NOT_VERIFIED] } })
    expect(desk.hear('사진 보내 주세요')).toMatch(/주문번호와/)
  })

  it('is answered in the middle of a new order, which then goes on', () => {
    const desk = new OrderDesk({ orders: [ON_ITS_WAY] })
    desk.hear('화환 하나 더 보내려고요. 보내는 사람은 홍길동이에요')
    desk.hear('그런데 어제 주문한 건 도착했나요?')
    expect(desk.last).toMatch(/배송 중/)
    expect(desk.order.orderer).toBe('홍길동')
  })
})

describe('a complaint', () => {
  it.each([
    ['꽃이 시들었어요', 'complaint'],
    ['아직도 안 왔어요', 'delivery_delay'],
    ['리본에 이름이 틀렸어요', 'message_typo'],
  ])('%s is put before a colleague with the words', (words, kind) => {
    const desk = new OrderDesk({ orders: [DELIVERED], results: { report_problem: [json({})] } })
    expect(desk.hear(words)).toMatch(/죄송합니다.*담당자에게 바로 전했고/)
    expect(lastTool(desk)).toMatchObject({
      name: 'report_problem',
      input: { kind, words, order_no: DELIVERED.orderNo },
    })
  })

  it('of somebody unknown is heard too, without naming an order', () => {
    const desk = new OrderDesk({ results: { report_problem: [json({})] } })
    desk.hear('꽃이 시들었어요')
    expect(lastTool(desk)?.input).toEqual({ kind: 'complaint', words: '꽃이 시들었어요' })
  })

  it('is no correction of the order that is being read back', () => {
    const desk = new OrderDesk({ orders: [DELIVERED] })
    desk.hear('화환 보내려고요. 보내는 사람은 홍길동이에요')
    desk.hear('이름이 틀렸어요')
    expect(desk.toolCalls.map(({ name }) => name)).not.toContain('report_problem')
  })
})

describe('a change of a placed order', () => {
  it.each([
    ['리본 문구를 편히 잠드소서로 바꿔 주세요', 'message', '편히 잠드소서'],
    ['호실을 5호실로 바꿔 주세요', 'room', '5호실'],
    ['장소를 서울성모병원 장례식장으로 변경해 주세요', 'destination', '서울성모병원 장례식장'],
    ['받는 분은 고 박영지로 고쳐 주세요', 'recipient', '고 박영지'],
  ])('%s', (words, field, value) => {
    const changed = json({ changed: UNPAID.orderNo, order: {}, problems: [] })
    const desk = new OrderDesk({ orders: [UNPAID], results: { set_order_fields: [changed] } })
    expect(desk.hear(words)).toContain(value)
    expect(lastTool(desk)).toMatchObject({
      name: 'set_order_fields',
      input: { order_no: UNPAID.orderNo, [field]: { value } },
    })
  })

  it('asks what to change, and tells a refusal as one', () => {
    const refused = json({ refused: 'already_made' }, false)
    const desk = new OrderDesk({ orders: [UNPAID], results: { set_order_fields: [refused] } })
    expect(desk.hear('주문 내용을 수정하고 싶어요')).toMatch(/무엇을 어떻게/)
    const said = desk.hear('리본 문구를 謹弔로요')
    expect(said).toMatch(/이미 제작이 시작되어/)
    expect(said).not.toMatch(/바꾸었습니다/)
  })

  it('by a stranger is asked for a proof first', () => {
    const desk = new OrderDesk()
    expect(desk.hear('주문 내용을 수정하고 싶어요')).toMatch(/주문번호와/)
    expect(desk.toolCalls).toEqual([])
  })
})

describe('cancelling', () => {
  it('is asked about once, then done; what a person decides is told as that', () => {
    const results = {
      cancel_order: [json({ cancelled: UNPAID.orderNo }), json({ handed_over: UNPAID.orderNo })],
    }
    const desk = new OrderDesk({ orders: [UNPAID], results })
    expect(desk.hear('주문 취소해 주세요')).toMatch(/정말 취소해 드릴까요/)
    expect(desk.toolCalls).toEqual([])
    expect(desk.hear('네')).toMatch(/취소해 드렸습니다/)
    expect(lastTool(desk)).toMatchObject({
      name: 'cancel_order',
      input: { order_no: UNPAID.orderNo, words: '주문 취소해 주세요' },
    })
    desk.hear('그럼 주문 취소해 주세요')
    expect(desk.hear('네')).toMatch(/담당자가 확인하고 연락/)
  })

  it('is let be on a no', () => {
    const desk = new OrderDesk({ orders: [UNPAID] })
    desk.hear('주문을 취소하려고요')
    expect(desk.hear('아니요')).toMatch(/그대로 진행/)
    expect(desk.toolCalls).toEqual([])
  })
})

describe('the same order told before', () => {
  it.each([
    ['네, 같은 주문이에요', true, { one_order: UNPAID.orderNo, placed: true }, /하나의 주문으로/],
    ['아니요, 다른 거예요', false, { message: 'they are two orders.' }, /따로 진행/],
  ])('%s', (words, same, result, said) => {
    const desk = new OrderDesk({ maybeSameAs: UNPAID, results: { same_order: [json(result)] } })
    expect(desk.hear('고 이영희님이요')).toMatch(/같은 주문인가요/)
    expect(desk.order.recipient).toBe('고 이영희')
    expect(desk.hear(words)).toMatch(said)
    expect(lastTool(desk)).toMatchObject({ name: 'same_order', input: { order_no: UNPAID.orderNo, same } })
  })
})

it('who asks for a person is handed over', () => {
  const desk = new OrderDesk({ results: { hand_over: [json({ message: 'a colleague gets in touch' })] } })
  expect(desk.hear('상담원 연결해 주세요')).toMatch(/담당자에게 전했습니다/)
})

it('one more order after a placed one is begun as another', () => {
  const desk = new OrderDesk()
  for (const words of [
    '화환 보내려고요',
    '홍길동이요',
    '고 박영자님이요',
    '서울아산병원 장례식장이요',
    '3호실이요',
    '삼가 고인의 명복을 빕니다',
    '내일 오전 열 시요',
    '네 그 번호로 해 주세요',
    '네 맞아요',
  ])
    desk.hear(words)
  expect(desk.confirmed).toBe(1)
  desk.hear('화환 하나 더 보낼게요. 고 이영희님이요')
  expect(lastTool(desk)).toMatchObject({
    name: 'set_order_fields',
    input: { order_no: 'new', recipient: { value: '고 이영희' } },
  })
})

describe('in writing', () => {
  it('everything is said in the message that goes out: nothing before the result', () => {
    const desk = new OrderDesk({
      medium: 'text',
      orders: [DELIVERED],
      results: { send_photo_link: [SENT], report_problem: [json({})] },
    })
    desk.hear('도착했나요?')
    expect(desk.said.at(-2)).toBe('')
    expect(desk.last).toMatch(/배송이 완료되었습니다.*보내 드렸습니다/)
    desk.hear('꽃이 시들었어요')
    expect(desk.last).toMatch(/죄송합니다.*담당자에게/)
  })
})

describe('in English', () => {
  it('answers, reports and cancels', () => {
    const results = { send_photo_link: [SENT], report_problem: [json({})], cancel_order: [json({}, false)] }
    const desk = new OrderDesk({ language: 'en', orders: [DELIVERED], results })
    expect(desk.hear('Has it arrived?')).toMatch(/it has been delivered.*photo/)
    expect(desk.hear('The flowers are wilted')).toMatch(/sorry.*colleague/)
    expect(desk.hear('Please cancel my order')).toMatch(/Shall I really cancel/)
    expect(desk.hear('Yes')).toMatch(/can no longer be cancelled/)
  })
})
