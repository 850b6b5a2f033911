import { describe, expect, it } from 'vitest'
import { readBackSentence } from '../../../domain/read-back.ts'
import { personOffer } from '../../../domain/talk-misses.ts'
import { OrderDesk } from './order-desk.ts'

const COMPLETE = {
  orderer: '홍길동',
  recipient: '고 박영자',
  destination: '서울아산병원 장례식장',
  room: '특2호실',
  message: '삼가 고인의 명복을 빕니다',
  deliver_by: '2026-11-22T10:00:00+09:00',
  phone: '01012345678',
}

const ANSWERS = [
  '네 근조화환 하나 보내려고요',
  '홍길동이요',
  '고 박영자님이요',
  '서울아산병원 장례식장이에요',
  '특2호실이요',
  '삼가 고인의 명복을 빕니다라고 써 주세요.',
  '내일 오전 열 시까지요.',
  '네, 그렇게 해 주세요.',
]

function readBackDesk(): OrderDesk {
  const desk = new OrderDesk()
  for (const words of ANSWERS) desk.hear(words)
  return desk
}

describe('an order on the telephone', () => {
  it('is asked for field by field, read back, confirmed and ended', () => {
    const desk = readBackDesk()
    expect(desk.order).toEqual(COMPLETE)
    expect(desk.last).toContain('확인해 드리겠습니다')
    for (const part of ['홍길동', '고 박영자', '특2호실', '내일 오전 10시', '010-1234-5678', '8만 원']) {
      expect(desk.last).toContain(part)
    }
    expect(desk.hear('네, 맞아요.')).toContain('결제 링크를 문자로')
    expect(desk.confirmed).toBe(1)
    desk.hear('아니요, 없어요. 감사합니다.')
    expect(desk.ended).toBe('order_placed')
    expect(desk.last).toContain('안녕히')
  })

  it('takes a fact that is told again for heard, and goes on', () => {
    const desk = new OrderDesk()
    for (const words of ANSWERS.slice(0, 4)) desk.hear(words)
    expect(desk.hear('서울아산병원 장례식장으로 보내 주세요.')).toContain('호실')
  })

  it('asks one question at a time', () => {
    const desk = readBackDesk()
    for (const said of desk.said) expect(said.split('?').length).toBeLessThanOrEqual(2)
  })

  it('takes several facts from one sentence and asks only for the rest', () => {
    const desk = new OrderDesk()
    desk.hear(
      '안녕하세요, 근조화환 보내려고 하는데요. 보내는 사람은 (주)한빛상사 대표 김철수고 받는 분은 고 박영자님입니다. ' +
        '서울아산병원 장례식장 3호실로 내일 오전 열 시까지요.',
    )
    expect(desk.order).toMatchObject({
      orderer: '(주)한빛상사 대표 김철수',
      recipient: '고 박영자',
      destination: '서울아산병원 장례식장',
      room: '3호실',
      deliver_by: '2026-11-22T10:00:00+09:00',
    })
    expect(desk.last).toContain('문구')
    desk.hear('삼가 고인의 명복을 빕니다 한빛상사 임직원 일동으로 해주세요')
    expect(desk.last).toContain('번호')
    desk.hear('아니요 공일공 구팔칠육 오사삼이로 해 주세요')
    expect(desk.order.phone).toBe('01098765432')
    expect(desk.last).toContain('확인해 드리겠습니다')
  })

  it.each([
    ['아니요, 호실은 3호실이에요.', 'room', '3호실'],
    ['아니요 호실이 삼호실이에요', 'room', '3호실'],
    ['네 그런데 받는 분이 박영자가 아니라 박영지예요', 'recipient', '고 박영지'],
    ['아, 제가 잘못 말했네요. 받는 분은 고 박영지예요.', 'recipient', '고 박영지'],
    ['아니요, 박영지예요', 'recipient', '고 박영지'],
    ['아니요, 리본 문구를 편히 잠드소서로 바꿔 주세요.', 'message', '편히 잠드소서'],
    ['시간은 내일 오후 두 시까지예요', 'deliver_by', '2026-11-22T14:00:00+09:00'],
    ['연락처는 010-9999-8888이에요', 'phone', '01099998888'],
    ['장소는 서울성모병원이에요', 'destination', '서울성모병원'],
    ['보내는 사람은 홍길순이에요.', 'orderer', '홍길순'],
  ] as const)('takes the correction %s', (words, field, value) => {
    const desk = readBackDesk()
    desk.hear(words)
    expect(desk.order).toEqual({ ...COMPLETE, [field]: value })
    expect(desk.last).toMatch(/맞으신가요/)
    desk.hear('네 다 맞습니다')
    expect(desk.confirmed).toBe(1)
  })

  it('asks what to correct when that was not said', () => {
    const desk = readBackDesk()
    expect(desk.hear('아니요')).toContain('어느 부분')
    expect(desk.hear('호실이요')).toContain('호실')
    desk.hear('5호실이요')
    expect(desk.order.room).toBe('5호실')
    desk.hear('네')
    expect(desk.confirmed).toBe(1)
  })

  it('says why the ticket refuses a field and asks again', () => {
    const refuses = { phone: '연락처 번호가 올바르지 않습니다. 다시 한번 말씀해 주세요.' }
    const desk = new OrderDesk({ refuses })
    desk.hear('화환 주문이요')
    expect(desk.hear('연락처는 010-1234-5670이에요')).toMatch(
      /연락처 번호가 올바르지 않습니다\. .*전화번호.*\?$/,
    )
  })

  it('says that the order is noted while our system is slow', () => {
    const desk = new OrderDesk({ confirmFails: 'not done yet: our system is slow, it goes on trying.' })
    for (const words of ANSWERS) desk.hear(words)
    const said = desk.hear('네 맞아요')
    expect(said).toMatch(/적어 두었습니다/)
    expect(said).not.toMatch(/접수되었습니다/)
    desk.hear('아니요 없어요')
    expect(desk.ended).toBe('order_placed')
  })

  it('apologises and ends the call when our system refuses', () => {
    const desk = new OrderDesk({ confirmFails: 'not done: our system refused it. Apologise.' })
    for (const words of ANSWERS) desk.hear(words)
    expect(desk.hear('네 맞아요')).toMatch(/담당자가 곧 연락/)
    expect(desk.ended).toBe('caller_request')
  })

  it.each([
    ['잠시만요', /천천히/],
    ['여보세요? 제 말 들리세요?', /듣고 있습니다.*장례식장/],
    ['뭐라고요?', /다시 말씀드리겠습니다.*장례식장/],
    ['얼마예요?', /8만 원.*장례식장/],
    ['언제쯤 도착해요?', /시간.*장례식장/],
    ['결제는 어떻게 해요?', /결제 링크.*장례식장/],
    ['사람이에요?', /AI.*장례식장/],
    ['오늘 날씨 어때요?', /근조화환.*장례식장/],
    ['어 음', /죄송합니다.*장례식장/],
    ['아직 잘 모르겠어요.', /나중에/],
  ])('answers %s and keeps its question', (words, expected) => {
    const desk = new OrderDesk()
    for (const answer of ANSWERS.slice(0, 3)) desk.hear(answer)
    expect(desk.hear(words)).toMatch(expected)
    expect(desk.order.destination).toBeNull()
    if (words === '잠시만요') {
      desk.hear('서울아산병원 장례식장이요')
      expect(desk.order.destination).toBe('서울아산병원 장례식장')
    }
  })

  it('answers a question that comes with a fact', () => {
    const desk = new OrderDesk()
    desk.hear('네 화환이요')
    expect(desk.hear('보내는 사람은 홍길동이고요, 그런데 얼마예요?')).toMatch(/8만 원/)
    expect(desk.order.orderer).toBe('홍길동')
  })

  it('takes an answer that comes after a hello', () => {
    const desk = new OrderDesk()
    desk.hear('화환 주문이요')
    desk.hear('여보세요? 홍길동이요.')
    expect(desk.order.orderer).toBe('홍길동')
  })

  it('asks for the hour and remembers the day', () => {
    const desk = new OrderDesk()
    for (const answer of ANSWERS.slice(0, 6)) desk.hear(answer)
    expect(desk.hear('내일이요')).toContain('내일 몇 시')
    desk.hear('오전 열 시요')
    expect(desk.order.deliver_by).toBe('2026-11-22T10:00:00+09:00')
  })

  it('does not take a time that is over', () => {
    const desk = new OrderDesk()
    for (const answer of ANSWERS.slice(0, 6)) desk.hear(answer)
    expect(desk.hear('오늘 오전 열 시까지요')).toContain('지났습니다')
    expect(desk.order.deliver_by).toBeNull()
  })

  it('asks for the number when it is withheld', () => {
    const desk = new OrderDesk({ callerNumber: '' })
    for (const answer of ANSWERS.slice(0, 7)) desk.hear(answer)
    expect(desk.last).toMatch(/전화번호/)
    expect(desk.hear('이 번호로 해 주세요')).toMatch(/표시되지 않습니다/)
  })

  it('suggests the usual text to someone who knows none', () => {
    const desk = new OrderDesk()
    for (const answer of ANSWERS.slice(0, 5)) desk.hear(answer)
    expect(desk.hear('잘 모르겠는데요')).toContain('삼가 고인의 명복을 빕니다')
    desk.hear('네 그렇게 해 주세요')
    expect(desk.order.message).toBe('삼가 고인의 명복을 빕니다')
  })

  it('understands an answer to a question that was cut off', () => {
    const desk = new OrderDesk()
    for (const answer of ANSWERS.slice(0, 4)) desk.hear(answer)
    desk.cutLastAnswer('네,')
    desk.hear('특2호실이요')
    expect(desk.order.room).toBe('특2호실')
    desk.cutLastAnswer('')
    desk.hear('삼가 고인의 명복을 빕니다')
    expect(desk.order.message).toBe('삼가 고인의 명복을 빕니다')
  })

  it('understands yes when the read-back was cut off', () => {
    const desk = readBackDesk()
    desk.cutLastAnswer('확인해 드리겠습니다. 보내시는 분은 홍길동 님, 받으시는 분은 고')
    desk.hear('네 맞아요')
    expect(desk.confirmed).toBe(1)
  })
})

describe('calls that end without an order', () => {
  it.each([
    ['취소할게요', 'caller_request'],
    ['아 죄송합니다, 전화를 잘못 걸었네요.', 'nothing_more'],
    ['다음에 다시 전화할게요 끊을게요', 'caller_request'],
  ])('%s: %s', (words, reason) => {
    const desk = new OrderDesk()
    desk.hear(words)
    expect(desk.ended).toBe(reason)
    expect(desk.last).toMatch(/안녕히/)
  })

  it('asks twice into the silence, then ends the call', () => {
    const desk = new OrderDesk()
    desk.hear('화환 주문하려고요')
    expect(desk.silence()).toMatch(/여보세요.*성함/)
    expect(desk.silence()).toMatch(/여보세요/)
    desk.silence()
    expect(desk.ended).toBe('silence')
  })

  it('counts silence anew after a word', () => {
    const desk = new OrderDesk()
    desk.silence()
    desk.silence()
    desk.hear('네 여보세요')
    desk.silence()
    desk.silence()
    expect(desk.ended).toBeUndefined()
  })

  it('warns once of abuse, then ends the call', () => {
    const desk = new OrderDesk()
    expect(desk.hear('야 씨발')).toContain('종료')
    desk.hear('꺼져 병신아')
    expect(desk.ended).toBe('abuse')
  })
})

describe('after the order is placed', () => {
  function placed(): OrderDesk {
    const desk = readBackDesk()
    desk.hear('네 맞아요')
    return desk
  }

  it.each([
    ['네', 'order_placed'],
    ['네 감사합니다', 'order_placed'],
    ['네, 수고하세요.', 'order_placed'],
  ])('%s ends the call', (words, reason) => {
    const desk = placed()
    desk.hear(words)
    expect(desk.ended).toBe(reason)
  })

  it.each([
    ['결제는 언제까지 해요?', /링크/],
    ['아 취소하고 싶은데요 취소해 주세요', /정말 취소해 드릴까요/],
    ['네 하나 더 물어볼 게 있어요', /말씀해 주세요/],
  ])('%s is answered', (words, expected) => {
    const desk = placed()
    expect(desk.hear(words)).toMatch(expected)
    expect(desk.ended).toBeUndefined()
  })

  it('takes a late correction without placing the order twice', () => {
    const desk = placed()
    desk.hear('아 호실이 5호실이에요')
    expect(desk.order.room).toBe('5호실')
    expect(desk.confirmed).toBe(1)
  })
})

describe('in English', () => {
  it('takes a whole order', () => {
    const desk = new OrderDesk({ language: 'en' })
    for (const words of [
      'I would like to send a funeral wreath.',
      'My name is John Kim',
      'For the late Youngja Park',
      'Asan Medical Center',
      'Room 12',
      'The ribbon should say Rest in peace',
      'Tomorrow at 10 am',
      'Yes please',
    ]) {
      desk.hear(words)
    }
    expect(desk.order).toEqual({
      orderer: 'John Kim',
      recipient: 'Youngja Park',
      destination: 'Asan Medical Center',
      room: '12호실',
      message: 'Rest in peace',
      deliver_by: '2026-11-22T10:00:00+09:00',
      phone: '01012345678',
    })
    expect(desk.last).toContain('Is everything right?')
    expect(desk.hear("Yes, that's right")).toContain('payment link')
    desk.hear('No, thank you')
    expect(desk.ended).toBe('order_placed')
  })
})

describe('something that was heard badly', () => {
  const orderer = { value: '홍길동', words: '홍길동이요', confidence: 0.4 }
  const inDoubt = () => {
    const desk = new OrderDesk()
    desk.hear('화환 하나 보내려고요')
    desk.hear('홍길동이요')
    desk.doubts = { orderer }
    desk.say(readBackSentence('orderer', '홍길동', 'ko'))
    return desk
  }

  it('is settled by a yes', () => {
    const desk = inDoubt()
    expect(desk.hear('네 맞아요')).toContain('받으시는')
    expect(desk.toolCalls.at(-1)).toMatchObject({
      name: 'set_order_fields',
      input: { orderer: { value: '홍길동', words: '네 맞아요' } },
    })
  })

  it('or by what it was', () => {
    const desk = inDoubt()
    desk.hear('아니요 홍길순이요')
    expect(desk.order.orderer).toBe('홍길순')
  })

  it('or is asked for again, and the same name told again is stored again', () => {
    const desk = inDoubt()
    expect(desk.hear('아니요')).toContain('성함')
    desk.hear('홍길동이요')
    expect(desk.toolCalls.at(-1)?.input).toMatchObject({ orderer: { value: '홍길동' } })
  })

  it('a person who is offered is taken, or not', () => {
    const desk = new OrderDesk({ results: { hand_over: [{ ok: true, content: '{"ok":true}' }] } })
    desk.hear('화환 보내려고요')
    desk.say(personOffer('ko').join(' '))
    desk.hear('아니요')
    expect(desk.toolCalls.map(({ name }) => name)).not.toContain('hand_over')
    desk.say(personOffer('ko').join(' '))
    desk.hear('네 그렇게 해 주세요')
    expect(desk.toolCalls.at(-1)?.name).toBe('hand_over')
  })
})
