/** Simulated customers talk to the brain, in text: both know only what the other said. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Person } from '../../../simulators/people/person.ts'
import { type PersonaInput, personaSchema } from '../../../simulators/people/persona.ts'
import { OrderDesk } from './order-desk.ts'

const NOW = '2026-11-21T13:10:00+09:00'
const OWN_NUMBER = '01012345678'
const FACTS = {
  orderer: '홍길동',
  recipient: '고 박영자',
  destination: '서울아산병원 장례식장',
  room: '특2호실',
  message: '삼가 고인의 명복을 빕니다',
  deliver_by: '내일 오전 열 시',
  phone: '이 번호로',
} as const
const ORDER = { ...FACTS, deliver_by: '2026-11-22T10:00:00+09:00', phone: OWN_NUMBER }

const SPEAKING_MS = 3_000
const MAX_TURNS = 60

interface Talk {
  readonly desk: OrderDesk
  readonly transcript: readonly string[]
  readonly hungUp: boolean
}

/** Plays a call until somebody hangs up; time is counted, not waited for. */
function talk(input: PersonaInput): Talk {
  const persona = personaSchema.parse(input)
  const desk = new OrderDesk({ now: NOW, callerNumber: OWN_NUMBER, language: persona.language })
  const person = new Person({ persona, ownNumber: OWN_NUMBER, random: () => 0.5, now: () => Date.parse(NOW) })
  const transcript = [`AI: ${desk.last}`]
  let nowMs = 0
  let words = desk.last
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    person.hear(words, nowMs, nowMs + SPEAKING_MS)
    nowMs += SPEAKING_MS
    let act = person.tick(nowMs)
    while (act === undefined && nowMs < turn * 60_000 + 120_000) {
      nowMs += 20
      act = person.tick(nowMs)
    }
    if (act?.type !== 'say') return { desk, transcript, hungUp: act !== undefined }
    transcript.push(`person: ${act.text}`)
    nowMs += SPEAKING_MS
    person.said(nowMs)
    if (desk.ended !== undefined) return { desk, transcript, hungUp: false }
    words = desk.hear(act.text)
    transcript.push(`AI: ${words}`)
    if (person.tick(nowMs)?.type === 'hang_up') return { desk, transcript, hungUp: true }
  }
  return { desk, transcript, hungUp: false }
}

describe('simulated customers', () => {
  it('order a wreath', () => {
    const { desk, transcript } = talk({ name: '홍길동', facts: FACTS })
    expect(desk.order, transcript.join('\n')).toEqual(ORDER)
    expect(desk.confirmed).toBe(1)
    expect(desk.ended).toBe('order_placed')
  })

  it.each([
    ['room', '특3호실', '특2호실'],
    ['recipient', '고 박영지', '고 박영자'],
    ['orderer', '홍길순', '홍길동'],
    ['deliver_by', '내일 오후 두 시', '내일 오전 열 시'],
    ['message', '편히 잠드소서', '삼가 고인의 명복을 빕니다'],
    ['destination', '서울성모병원', '서울아산병원 장례식장'],
  ] as const)('correct a wrong %s', (field, wrong, right) => {
    const { desk, transcript } = talk({ name: '홍길동', facts: FACTS, corrects: { field, wrong, right } })
    expect(desk.order, transcript.join('\n')).toEqual(ORDER)
    expect(desk.confirmed).toBe(1)
  })

  it('give another number than the one they call from', () => {
    const { desk, transcript } = talk({ name: '홍길동', facts: { ...FACTS, phone: '010-9876-5432' } })
    expect(desk.order, transcript.join('\n')).toEqual({ ...ORDER, phone: '01098765432' })
    expect(desk.confirmed).toBe(1)
  })

  it('hang up in the middle: what was told is stored', () => {
    const { desk, hungUp } = talk({
      name: '홍길동',
      facts: FACTS,
      hangs_up: { after_telling: 'destination' },
    })
    expect(hungUp).toBe(true)
    expect(desk.confirmed).toBe(0)
    expect(desk.order).toMatchObject({ orderer: '홍길동', recipient: '고 박영자', room: null })
  })

  it('who dialled a wrong number are let go', () => {
    const { desk } = talk({ name: '홍길동', goal: 'wrong_number' })
    expect(desk.ended).toBe('nothing_more')
  })

  it('tell any part of the order in the first sentence', () => {
    const field = fc.constantFrom(...(Object.keys(FACTS) as (keyof typeof FACTS)[]))
    fc.assert(
      fc.property(fc.uniqueArray(field, { maxLength: 4 }), (volunteers) => {
        const { desk, transcript } = talk({ name: '홍길동', facts: FACTS, speech: { volunteers } })
        expect(desk.order, transcript.join('\n')).toEqual(ORDER)
        expect(desk.confirmed).toBe(1)
      }),
      { numRuns: 60 },
    )
  })

  it('have all kinds of names, halls, rooms, texts and times', () => {
    const persona = fc.record({
      orderer: fc.constantFrom(
        '김철수',
        '이영희',
        '박소이',
        '남궁민수',
        '(주)한빛상사 대표 김철수',
        '한빛고 총동문회',
        '최진',
        '정이',
      ),
      recipient: fc.constantFrom('고 박영자', '고 김유신', '고 이순이', '상주 이민호', '고 남궁옥분'),
      destination: fc.constantFrom(
        '서울아산병원 장례식장',
        '분당 서울대학교병원 장례식장',
        '삼성서울병원',
        '부산 시민장례식장',
        '서울성모병원',
        '연세대학교 신촌 세브란스병원',
      ),
      room: fc.constantFrom('특2호실', '3호실', '12호실', '301호실', 'VIP실', '지하 1층 5호실'),
      message: fc.constantFrom(
        '삼가 고인의 명복을 빕니다',
        '삼가 명복을 빕니다',
        '편히 잠드소서',
        '삼가 고인의 명복을 빕니다 한빛상사 임직원 일동',
        '근조 대표 김철수',
      ),
      deliver_by: fc.constantFrom(
        '내일 오전 열 시',
        '오늘 저녁 여섯 시',
        '모레 오후 두 시 반',
        '11월 25일 오전 9시',
      ),
      phone: fc.constantFrom('이 번호로', '010-9876-5432', '01055556666'),
    })
    const times: Readonly<Record<string, string>> = {
      '내일 오전 열 시': '2026-11-22T10:00:00+09:00',
      '오늘 저녁 여섯 시': '2026-11-21T18:00:00+09:00',
      '모레 오후 두 시 반': '2026-11-23T14:30:00+09:00',
      '11월 25일 오전 9시': '2026-11-25T09:00:00+09:00',
    }
    fc.assert(
      fc.property(persona, (facts) => {
        const { desk, transcript } = talk({ name: '고객', facts })
        const phone = facts.phone === '이 번호로' ? OWN_NUMBER : facts.phone.replaceAll('-', '')
        expect(desk.order, transcript.join('\n')).toEqual({
          ...facts,
          deliver_by: times[facts.deliver_by],
          phone,
        })
        expect(desk.confirmed, transcript.join('\n')).toBe(1)
      }),
      { numRuns: 150 },
    )
  })
})
