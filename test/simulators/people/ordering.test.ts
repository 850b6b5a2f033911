/** People order from the Claude stand-in: two sets of rules that know nothing of each other. */
import { describe, expect, it } from 'vitest'
import type { OrderFields } from '../../../domain/order.ts'
import type { PersonaInput } from '../../../simulators/people/persona.ts'
import { Conversation, OWN_NUMBER } from './conversation.ts'
import { OrderTaker } from './order-taker.ts'

const FACTS = {
  orderer: '한빛상사 대표 김민수',
  recipient: '고 박영자',
  destination: '서울대학교병원 장례식장',
  room: '특2호실',
  message: '삼가 고인의 명복을 빕니다',
  deliver_by: '내일 오전 열 시',
  phone: '이 번호로',
}
const ORDER: OrderFields = { ...FACTS, deliver_by: '2026-11-22T10:00:00+09:00', phone: OWN_NUMBER }

function play(persona: PersonaInput) {
  const person = new Conversation(persona)
  const taker = new OrderTaker()
  const log: string[] = []
  let line = taker.greet(persona.language)
  for (let turn = 0; turn < 40 && !person.ended; turn++) {
    log.push(`< ${line}`)
    const words = person.say(line) ?? null
    if (words !== null) log.push(`> ${words}`)
    if (taker.ended !== undefined || person.ended) break
    line = taker.answer(words)
  }
  return { taker, person, log }
}

const persona = (extra: Partial<PersonaInput> = {}): PersonaInput => ({
  name: '김민수',
  facts: FACTS,
  ...extra,
})

describe('ordering', () => {
  it.each<[string, PersonaInput, OrderFields]>([
    ['one fact after another', persona(), ORDER],
    [
      'several facts at once',
      persona({ speech: { volunteers: ['recipient', 'destination', 'room'] } }),
      ORDER,
    ],
    [
      'everything at once',
      persona({
        speech: {
          volunteers: ['orderer', 'recipient', 'destination', 'room', 'message', 'deliver_by', 'phone'],
        },
      }),
      ORDER,
    ],
    [
      'another phone number',
      persona({ facts: { ...FACTS, phone: '010-9876-5432' } }),
      { ...ORDER, phone: '01098765432' },
    ],
    [
      'a correction of the message',
      persona({ corrects: { field: 'message', wrong: '편히 쉬세요', right: FACTS.message } }),
      ORDER,
    ],
    [
      'a correction of the room',
      persona({ corrects: { field: 'room', wrong: '3호실', right: '5호실' } }),
      { ...ORDER, room: '5호실' },
    ],
    [
      'a correction of the recipient',
      persona({ corrects: { field: 'recipient', wrong: '고 박영지', right: '고 박영자' } }),
      ORDER,
    ],
    [
      'a correction of the time',
      persona({ corrects: { field: 'deliver_by', wrong: '내일 오전 열 시', right: '내일 오후 세 시 반' } }),
      { ...ORDER, deliver_by: '2026-11-22T15:30:00+09:00' },
    ],
    [
      'a caller who breaks into the greeting',
      persona({ speech: { interrupts: { at_turn: 1, after_ms: 700, text: '근조화환 주문이요.' } } }),
      ORDER,
    ],
  ])('%s', (_name, who, order) => {
    const { taker, log } = play(who)
    expect(taker.placed, log.join('\n')).toEqual(order)
    expect(taker.ended, log.join('\n')).toBe('order_placed')
    // Nobody has to ask twice, and no more is said than needed.
    expect(log.length, log.join('\n')).toBeLessThan(26)
    expect(log.filter((line) => /다시 한번|잘 못 들었/.test(line))).toEqual([])
  })

  it.each(['김영수', '박지오', '주식회사 새봄', '한국전자 임직원 일동'])(
    'an orderer called %s arrives as such',
    (orderer) => {
      const { taker, log } = play(persona({ facts: { ...FACTS, orderer } }))
      expect(taker.placed?.orderer, log.join('\n')).toBe(orderer)
    },
  )

  it('a caller who hangs up after telling the hall leaves what was told', () => {
    const { taker, person, log } = play(persona({ hangs_up: { after_telling: 'destination' } }))
    expect(person.ended, log.join('\n')).toBe(true)
    expect(taker.order).toMatchObject({ orderer: FACTS.orderer, recipient: FACTS.recipient, room: null })
    expect(log.findLast((line) => line.startsWith('>'))).toContain('장례식장')
  })

  it('English', () => {
    const { taker, log } = play({
      name: 'John Smith',
      language: 'en',
      facts: {
        orderer: 'John Smith',
        recipient: 'Kim Younghee',
        destination: '서울대학교병원 장례식장',
        room: '특2호실',
        message: 'Rest in peace',
        deliver_by: 'tomorrow at 10 am',
        phone: 'this number',
      },
    })
    expect(taker.placed, log.join('\n')).toMatchObject({ orderer: 'John Smith', message: 'Rest in peace' })
  })
})
