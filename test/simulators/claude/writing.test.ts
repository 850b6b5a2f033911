/** People and the stand-in write each other: orders by text, in Kakao and with the picture of a notice. */
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { type PersonaInput, personaSchema } from '../../../simulators/people/persona.ts'
import { Writer } from '../../../simulators/people/writer.ts'
import { type PhotoKind, takePhoto } from '../../../simulators/pictures/photos.ts'
import { NOW_MS, OWN_NUMBER } from '../people/conversation.ts'
import { ChatDesk } from './chat-desk.ts'

const FACTS = {
  orderer: '한빛상사 대표 김민수',
  recipient: '고 박영자',
  destination: '서울대학교병원 장례식장',
  room: '특2호실',
  message: '삼가 고인의 명복을 빕니다',
  deliver_by: '내일 오전 열 시',
  phone: '이 번호로',
} as const

interface Story {
  readonly channel: 'sms' | 'kakao'
  readonly persona?: Partial<PersonaInput>
  readonly photo?: PhotoKind
}

/** Until the order is placed and the person has nothing more to say. */
async function converse({ channel, persona: more, photo }: Story) {
  const persona = personaSchema.parse({ name: '김민수', facts: FACTS, ...more })
  const writer = new Writer({
    persona,
    ownNumber: OWN_NUMBER,
    numberHidden: channel === 'kakao',
    now: () => NOW_MS,
  })
  const desk = new ChatDesk({ channel, number: OWN_NUMBER, nowMs: NOW_MS })
  const log: string[] = []
  let words: string | undefined = writer.open(photo !== undefined)
  let picture = photo === undefined ? undefined : await kept(photo, persona)
  for (let round = 0; round < 12 && words !== undefined; round++) {
    log.push(`> ${words}`)
    const answer = await desk.write(words, picture)
    picture = undefined
    log.push(answer)
    words = writer.answer([answer])
  }
  return { desk, log, rounds: log.length / 2 }
}

/** As our own side keeps it. */
async function kept(kind: PhotoKind, persona: Parameters<typeof takePhoto>[1]): Promise<Uint8Array> {
  const { bytes } = await takePhoto(kind, persona, NOW_MS)
  return sharp(bytes)
    .resize({ width: 1_568, withoutEnlargement: true, fit: 'inside' })
    .jpeg({ quality: 88 })
    .toBuffer()
}

const PLACED = {
  orderer: '한빛상사 대표 김민수',
  recipient: '고 박영자',
  destination: '서울대학교병원 장례식장',
  room: '특2호실',
  message: '삼가 고인의 명복을 빕니다',
  phone: OWN_NUMBER,
}

describe('an order in writing', () => {
  test.each(['sms', 'kakao'] as const)('by %s: asked for all at once, repeated, placed', async (channel) => {
    const { desk, log, rounds } = await converse({ channel })
    expect(desk.state.order, log.join('\n')).toMatchObject(PLACED)
    expect(desk.confirmed, log.join('\n')).toBe(1)
    expect(rounds, log.join('\n')).toBeLessThanOrEqual(5)
    expect(log[1]).toMatch(/보내시는 분 성함, .*장례식장.*알려 주세요/)
    expect(log.join('\n')).toContain('리본 문구: 삼가 고인의 명복을 빕니다')
    expect(log.join('\n')).not.toContain('안녕히 계세요')
    expect(desk.toolCalls.map(({ name }) => name)).not.toContain('end_call')
  })

  test('a mistake is corrected before the order is placed', async () => {
    const corrects = { field: 'room', wrong: '3호실', right: '특2호실' } as const
    const { desk, log } = await converse({ channel: 'sms', persona: { corrects } })
    expect(desk.state.order, log.join('\n')).toMatchObject(PLACED)
    expect(desk.confirmed).toBe(1)
  })

  test('the picture of a notice: read, shown for a check, the rest is asked for', async () => {
    const { desk, log } = await converse({ channel: 'sms', photo: 'obituary' })
    const first = desk.toolCalls[0]?.input
    expect(first, log.join('\n')).toMatchObject({
      recipient: {
        value: '고 박영자',
        words: expect.stringMatching(/^고인: 고 박영자/),
        photo: expect.stringMatching(/^in-.*-a0$/),
      },
      destination: { value: '서울대학교병원 장례식장' },
      room: { value: '특2호실' },
    })
    expect(log[1]).toMatch(
      /사진에서 이렇게 읽었습니다\.\n받으시는 분: 고 박영자\n장소: 서울대학교병원 장례식장/,
    )
    expect(log[1]).not.toMatch(/장례식장 이름/)
    expect(desk.state.order).toMatchObject(PLACED)
    expect(desk.confirmed).toBe(1)
  })

  test.each(['obituary_blurred', 'wreath'] as const)(
    'a picture that says nothing (%s) is admitted',
    async (photo) => {
      const { desk, log } = await converse({ channel: 'sms', photo })
      expect(log[1]).toContain('사진을 읽지 못했습니다')
      expect(desk.state.order, log.join('\n')).toMatchObject(PLACED)
      expect(desk.confirmed).toBe(1)
    },
  )
})
