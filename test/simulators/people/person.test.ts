/** The rules of a simulated person, sentence by sentence. */
import { describe, expect, it } from 'vitest'
import { type PersonaInput, personaSchema } from '../../../simulators/people/persona.ts'
import { Conversation } from './conversation.ts'

const FACTS = {
  orderer: '홍길동',
  recipient: '고 박영자',
  destination: '서울대학교병원 장례식장',
  room: '특2호실',
  message: '삼가 고인의 명복을 빕니다',
  deliver_by: '내일 오전 열 시',
  phone: '010-9876-5432',
}
const GREETING = '안녕하세요, 대리 화환 AI 상담원입니다. 통화 내용은 녹음됩니다. 무엇을 도와드릴까요?'

function opened(extra: Partial<PersonaInput> = {}): Conversation {
  const conversation = new Conversation({ name: '홍길동', facts: FACTS, ...extra })
  expect(conversation.say(GREETING)).toBe('근조화환 하나 보내려고요.')
  return conversation
}

describe('questions', () => {
  it.each([
    ['보내시는 분 성함이 어떻게 되세요?', '홍길동이요.'],
    ['주문자분 성함을 말씀해 주세요.', '홍길동이요.'],
    ['성함이 어떻게 되실까요?', '홍길동이요.'],
    ['네, 알겠습니다. 고인 성함은 어떻게 되시나요?', '고 박영자요.'],
    ['받으시는 분은 누구신가요?', '고 박영자요.'],
    ['수령인이나 상주분 성함을 알려 주시겠어요?', '고 박영자요.'],
    ['어느 장례식장으로 보내 드릴까요?', '서울대학교병원 장례식장이에요.'],
    ['화환은 어디로 보내 드리면 될까요?', '서울대학교병원 장례식장이에요.'],
    ['장례식장 이름을 말씀해 주시겠어요?', '서울대학교병원 장례식장이에요.'],
    ['몇 호실로 보내 드릴까요?', '특2호실이요.'],
    ['빈소는 몇 호실인가요?', '특2호실이요.'],
    ['리본 문구는 어떻게 해 드릴까요?', '삼가 고인의 명복을 빕니다라고 써 주세요.'],
    ['언제까지 도착하면 될까요?', '내일 오전 열 시까지요.'],
    ['도착 희망 시간을 알려 주세요.', '내일 오전 열 시까지요.'],
    ['연락받으실 전화번호를 말씀해 주시겠어요?', '010-9876-5432예요.'],
    ['연락처는 지금 전화 주신 번호로 할까요?', '아니요, 제 번호는 010-9876-5432예요.'],
    [
      '장례식장과 호실을 말씀해 주시겠어요?',
      '서울대학교병원 장례식장으로 보내 주세요. 빈소는 특2호실이에요.',
    ],
    ['May I have your name, please?', '홍길동이요.'],
    ['Which funeral hall should we deliver to?', '서울대학교병원 장례식장이에요.'],
    ['여보세요, 듣고 계신가요?', '네, 듣고 있어요. 근조화환 하나 보내려고요.'],
    ['혹시 우주선도 좋아하시나요?', '죄송한데 잘 못 들었어요. 다시 말씀해 주세요.'],
    ['더 필요하신 것이 있으신가요?', '아니요, 괜찮아요. 감사합니다.'],
  ])('%s', (question, answer) => {
    expect(opened().say(question)).toBe(answer)
  })

  it('a number that is the phone in the hand is agreed to', () => {
    const person = opened({ facts: { ...FACTS, phone: '이 번호로' } })
    expect(person.say('연락은 지금 전화 주신 번호로 드리면 될까요?')).toMatch(/^네/)
    expect(person.say('연락처를 말씀해 주시겠어요?')).toContain('번호로')
  })

  it('asked again, they say it in other words', () => {
    const person = opened()
    const answers = [1, 2, 3].map(() => person.say('몇 호실로 보내 드릴까요?'))
    expect(new Set(answers).size).toBe(3)
    for (const answer of answers) expect(answer).toContain('특2호실')
  })

  it('what they do not know they say they do not know', () => {
    const { room: _room, ...facts } = FACTS
    expect(opened({ facts }).say('몇 호실로 보내 드릴까요?')).toMatch(/모르겠/)
  })

  it('statements are waited out', () => {
    const person = opened()
    expect(person.say('네, 잠시만 기다려 주세요.')).toBeUndefined()
    expect(person.say('보내시는 분 성함이 어떻게 되세요?')).toBe('홍길동이요.')
  })

  it('a pause inside the question is not the end of it', () => {
    const person = opened()
    expect(person.say('네, 감사합니다.')).toBeUndefined()
    expect(person.say('받으시는 분은요?')).toBe('고 박영자요.')
  })

  it('damaged words do not hide the question', () => {
    expect(opened().say('어\ufffd 장례식장으로 보\ufffd 드릴까요?')).toBe('서울대학교병원 장례식장이에요.')
  })
})

const readBack = (values: Partial<Record<keyof typeof FACTS | 'time', string>> = {}) =>
  `확인해 드리겠습니다. 보내시는 분은 ${values.orderer ?? '홍길동'} 님, 받으시는 분은 ${values.recipient ?? '고 박영자'} 님, ` +
  `장소는 ${values.destination ?? '서울대학교병원 장례식장'} ${values.room ?? '특2호실'}, ` +
  `리본 문구는 ${values.message ?? '삼가 고인의 명복을 빕니다'}, 도착 시간은 ${values.time ?? '내일 오전 10시'}까지, ` +
  `연락처는 ${values.phone ?? '010-9876-5432'}이고, 금액은 8만 원입니다. 모두 맞으신가요?`

describe('read-back', () => {
  it.each([
    ['as it is', {}],
    ['the hall in short', { destination: '서울대병원 장례식장' }],
    ['the date by number', { time: '11월 22일 오전 10시' }],
  ])('agrees: %s', (_name, values) => {
    expect(opened().say(readBack(values))).toMatch(/^네, (?:다 )?맞/)
  })

  it.each([
    [{ orderer: '홍길순' }, '아니요, 보내는 사람은 홍길동이에요.'],
    [{ recipient: '고 박영지' }, '아니요, 받는 분은 고 박영자예요.'],
    [{ destination: '삼성서울병원 장례식장' }, '아니요, 장소는 서울대학교병원 장례식장이에요.'],
    [{ room: '2호실' }, '아니요, 호실은 특2호실이에요.'],
    [{ room: '특12호실' }, '아니요, 호실은 특2호실이에요.'],
    [{ message: '삼가 조의를 표합니다' }, '아니요, 리본 문구를 삼가 고인의 명복을 빕니다로 바꿔 주세요.'],
    [{ time: '내일 오후 10시' }, '아니요, 시간은 내일 오전 열 시까지예요.'],
    [{ time: '11월 23일 오전 10시' }, '아니요, 시간은 내일 오전 열 시까지예요.'],
    [{ phone: '010-9876-5431' }, '아니요, 연락처는 010-9876-5432예요.'],
    [{ room: '3호실', orderer: '홍길순' }, '아니요, 보내는 사람은 홍길동이에요. 호실은 특2호실이에요.'],
  ])('corrects %o', (values, correction) => {
    expect(opened().say(readBack(values))).toBe(correction)
  })

  it('a single fact is checked as well', () => {
    const person = opened()
    expect(person.say('고인 성함이 박영지 님 맞으신가요?')).toBe('아니요, 받는 분은 고 박영자예요.')
    expect(person.say('고 박영자 님 맞으실까요?')).toMatch(/^네/)
  })

  it('notices an own mistake only then', () => {
    const corrects = { field: 'room', wrong: '3호실', right: '5호실' } as const
    const person = opened({ corrects })
    expect(person.say('몇 호실인가요?')).toBe('3호실이요.')
    expect(person.say(readBack({ room: '3호실' }))).toBe('아, 제가 잘못 말했네요. 호실은 5호실이에요.')
    expect(person.say(readBack({ room: '5호실' }))).toMatch(/^네/)
  })

  it('gives in when it is never understood', () => {
    const person = opened()
    const answers = [1, 2, 3, 4].map(() => person.say(readBack({ orderer: '홍길순' })))
    expect(answers.slice(0, 3)).toEqual(Array(3).fill('아니요, 보내는 사람은 홍길동이에요.'))
    expect(answers[3]).toMatch(/^네/)
  })
})

describe('the end', () => {
  it('thanks, and hangs up after the goodbye', () => {
    const person = opened()
    expect(person.say('주문이 접수되었습니다. 결제 링크를 문자로 보내 드렸습니다.')).toBe('네, 감사합니다.')
    expect(person.say('이용해 주셔서 감사합니다. 안녕히 계세요.')).toMatch(/^네/)
    expect(person.wait(3_000)).toBeUndefined()
    expect(person.ended).toBe(true)
  })

  it('says hello into a long silence, and gives up in the end', () => {
    const person = opened()
    const hellos: string[] = []
    for (let i = 0; i < 30 && !person.ended; i++) {
      const hello = person.wait(5_000)
      if (hello !== undefined) hellos.push(hello)
    }
    expect(hellos.length).toBeGreaterThan(2)
    for (const hello of hellos) expect(hello).toMatch(/^여보세요/)
    expect(person.ended).toBe(true)
  })

  it('hangs up after a turn', () => {
    const person = opened({ hangs_up: { after_turns: 1 } })
    person.wait(1_000)
    expect(person.ended).toBe(true)
  })
})

describe('ways of speaking', () => {
  it('volunteers what it was told to', () => {
    const person = new Conversation({
      name: '홍길동',
      facts: FACTS,
      speech: { opening: '화환이요.', volunteers: ['orderer', 'room'] },
    })
    expect(person.say(GREETING)).toBe('화환이요. 보내는 사람은 홍길동이에요. 빈소는 특2호실이에요.')
  })

  it('breaks in', () => {
    const person = new Conversation({
      name: '홍길동',
      facts: FACTS,
      speech: { interrupts: { at_turn: 2, after_ms: 500, text: '잠깐만요!' } },
    })
    expect(person.say(GREETING)).toBe('근조화환 하나 보내려고요.')
    const before = person.nowMs
    expect(person.say('네, 근조화환 주문 도와드리겠습니다. 보내시는 분 성함이 어떻게 되세요?')).toBe(
      '잠깐만요!',
    )
    expect(person.nowMs - before).toBeLessThan(2_500)
    expect(person.say('네, 보내시는 분 성함이 어떻게 되세요?')).toBe('홍길동이요.')
  })

  it('waits as long as it was told to before it answers', () => {
    const quick = opened({ speech: { answer_delay_ms: 0 } })
    const slow = opened({ speech: { answer_delay_ms: 3_000 } })
    const taken = [quick, slow].map((person) => {
      const before = person.nowMs
      person.say('몇 호실인가요?')
      return person.nowMs - before
    })
    expect((taken[1] ?? 0) - (taken[0] ?? 0)).toBeGreaterThan(2_800)
  })

  it.each([
    ['silent', undefined, false],
    ['wrong_number', '아, 죄송합니다. 전화를 잘못 걸었네요.', true],
    ['hold_and_hang_up', '아, 잠시만요. 확인 좀 해 볼게요.', true],
  ] as const)('goal %s', (goal, words, ends) => {
    const person = new Conversation({ name: '아무개', goal })
    expect(person.say(GREETING)).toBe(words)
    expect(person.say('네, 괜찮습니다.')).toBeUndefined()
    person.wait(20_000)
    expect(person.ended).toBe(ends)
  })
})

describe('who is called', () => {
  it('says hello first and answers as prepared, asked again in other words', () => {
    const person = new Conversation(
      {
        name: '이서연',
        answers: [
          { to: '참석', says: ['네, 참석 가능합니다.', '네, 갈 수 있어요.'] },
          { to: '장소', says: ['아니요, 기존 장소로 괜찮습니다.'] },
        ],
      },
      true,
    )
    expect(person.wait(2_000)).toBe('네, 여보세요?')
    expect(person.say('내일 회의에 참석 가능하신가요?')).toBe('네, 참석 가능합니다.')
    expect(person.say('장소를 바꿔야 할까요?')).toBe('아니요, 기존 장소로 괜찮습니다.')
    expect(person.say('그럼 참석하시는 거죠?')).toBe('네, 갈 수 있어요.')
    expect(person.say('확인 감사합니다. 좋은 하루 되세요.')).toMatch(/^네/)
  })
})

describe('persona', () => {
  it('needs no more than a name', () => {
    expect(personaSchema.parse({ name: '가' })).toMatchObject({
      goal: 'order_wreath',
      pays: { method: 'never' },
    })
  })

  it.each([{}, { name: '' }, { name: '가', facts: { colour: '빨강' } }, { name: '가', mood: 'sad' }])(
    'refuses %o',
    (input) => {
      expect(personaSchema.safeParse(input).success).toBe(false)
    },
  )
})
