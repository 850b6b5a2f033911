import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ANSWERED_BY,
  type AnsweredBy,
  answeredBy,
  DECIDED_BY_MS,
  type HeardSinceAnswer,
  messageMoment,
  stepAfter,
} from '../../domain/answering.ts'
import type { LineTone } from '../../domain/media-socket.ts'

/** What is spoken on the line: words with the time at which they begin and end, ms from the answer. */
interface Spoken {
  readonly words: string
  readonly startMs: number
  readonly endMs: number
}
interface Line {
  readonly spoken?: readonly Spoken[]
  readonly tones?: HeardSinceAnswer['tones']
  /** Recognition is behind by so much. */
  readonly recognitionMs?: number
}

/** What of a line was heard at one moment. */
function heardAt(
  { spoken = [], tones = [], recognitionMs = 150 }: Line,
  elapsedMs: number,
): HeardSinceAnswer {
  const begun = spoken.filter(({ startMs }) => startMs < elapsedMs)
  const recognisedUntil = elapsedMs - recognitionMs
  const texts = begun.map(({ words, startMs, endMs }) => {
    const all = words.split(' ')
    const share = (recognisedUntil - startMs) / (endMs - startMs)
    return all.slice(0, Math.max(0, Math.min(all.length, Math.floor(share * all.length)))).join(' ')
  })
  const words = texts.filter((text) => text !== '').join(' ')
  return {
    elapsedMs,
    voice: begun.map(({ startMs, endMs }) => ({ startMs, endMs: Math.min(endMs, elapsedMs) })),
    isSpeaking: begun.some(({ endMs }) => endMs > elapsedMs),
    words,
    wordsUntilMs: words === '' ? 0 : Math.min(recognisedUntil, begun.at(-1)?.endMs ?? 0),
    tones: tones.filter(({ atMs }) => atMs <= elapsedMs),
  }
}

/** Asked every 100 ms, as the dialogue does: the first answer and its time. */
function judged(line: Line): { readonly by: AnsweredBy | null; readonly atMs: number } {
  for (let atMs = 100; atMs <= 30_000; atMs += 100) {
    const by = answeredBy(heardAt(line, atMs))
    if (by !== null) return { by, atMs }
  }
  return { by: null, atMs: 30_000 }
}
const says = (words: string, startMs = 600, msPerSyllable = 160): Spoken => ({
  words,
  startMs,
  endMs: startMs + words.replace(/\s/g, '').length * msPerSyllable,
})

describe('who has answered', () => {
  it.each([
    ['여보세요?', 'person'],
    ['네.', 'person'],
    ['네, 한빛상사 김철수입니다.', 'person'],
    ['누구세요?', 'person'],
    ['네 전화 받았습니다 말씀하세요', 'person'],
    ['Hello?', 'person'],
    ['もしもし', 'person'],
    ['지금은 전화를 받을 수 없어 음성사서함으로 연결됩니다. 삐 소리 후 메시지를 남겨 주세요.', 'machine'],
    ['연결이 되지 않아 삐 소리 후 소리샘으로 연결되며 통화료가 부과됩니다.', 'machine'],
    ['고객님의 전화기가 꺼져 있어 음성사서함으로 연결됩니다.', 'machine'],
    [
      '안녕하세요 저희 회사 업무 시간은 평일 오전 아홉 시부터 오후 여섯 시까지이며 점심시간은 쉽니다',
      'machine',
    ],
    ["Hi, you've reached Kim. I can't come to the phone right now, please leave a message.", 'machine'],
    ['전화하신 분의 성함과 용건을 말씀해 주세요.', 'screening'],
    ['지금 거신 전화는 통화 스크리닝 중입니다. 전화하신 이유를 말씀해 주세요.', 'screening'],
    ["Please say your name and reason for calling, and I'll see if this person is available.", 'screening'],
  ] as const)('"%s" is a %s', (words, by) => {
    const found = judged({ spoken: [says(words)] })
    expect(found.by).toBe(by)
    expect(found.atMs).toBeLessThanOrEqual(DECIDED_BY_MS)
  })

  it('a hello is known as soon as it is over, also before recognition has it', () => {
    const hello = says('여보세요')
    expect(judged({ spoken: [hello] }).atMs).toBeLessThanOrEqual(hello.endMs + 400)
    expect(judged({ spoken: [hello], recognitionMs: 60_000 })).toMatchObject({ by: 'person' })
  })

  it('a fax is known by its tone, a machine by its beep, a dead line by five seconds of nothing', () => {
    expect(judged({ tones: [{ tone: 'fax_answer', atMs: 700 }] })).toEqual({ by: 'fax', atMs: 700 })
    expect(judged({ tones: [{ tone: 'fax_calling', atMs: 1_150 }] })).toEqual({ by: 'fax', atMs: 1_200 })
    expect(judged({ tones: [{ tone: 'beep', atMs: 900 }] })).toEqual({ by: 'machine', atMs: 900 })
    expect(judged({})).toEqual({ by: 'silence', atMs: DECIDED_BY_MS })
  })

  it('who speaks without a break is a machine, also without words', () => {
    const speech = { words: '가'.repeat(60), startMs: 400, endMs: 12_000 }
    expect(judged({ spoken: [speech], recognitionMs: 60_000 })).toMatchObject({ by: 'machine' })
  })

  it('a person who says hello twice is a person', () => {
    expect(judged({ spoken: [says('여보세요', 400), says('여보세요 누구세요', 1_600)] }).by).toBe('person')
  })
})

const tone = fc.constantFrom<LineTone>('beep', 'dial', 'ringback', 'busy', 'fax_calling', 'fax_answer')
const anything: fc.Arbitrary<Line> = fc.record({
  spoken: fc
    .array(
      fc.record({
        words: fc.constantFrom(
          '여보세요',
          '네',
          '메시지를 남겨 주세요',
          '성함과 용건을 말씀해 주세요',
          '가 나 다 라 마 바 사 아 자 차',
        ),
        gapMs: fc.integer({ min: 1, max: 6_000 }),
        lengthMs: fc.integer({ min: 1, max: 9_000 }),
      }),
      { maxLength: 4 },
    )
    .map((parts) => {
      let at = 0
      return parts.map(({ words, gapMs, lengthMs }) => {
        const startMs = at + gapMs
        at = startMs + lengthMs
        return { words, startMs, endMs: at }
      })
    }),
  tones: fc.array(fc.record({ tone, atMs: fc.integer({ min: 0, max: 25_000 }) }), { maxLength: 3 }),
  recognitionMs: fc.integer({ min: 0, max: 3_000 }),
})

describe('whatever is heard', () => {
  it('it is known within five seconds, and a fax is never talked to', () => {
    fc.assert(
      fc.property(anything, (line) => {
        const { by, atMs } = judged(line)
        expect(by).not.toBeNull()
        expect(atMs).toBeLessThanOrEqual(DECIDED_BY_MS)
        const isFax = line.tones?.some(({ tone: heard, atMs: at }) => heard.startsWith('fax') && at <= atMs)
        if (isFax === true) expect(by).toBe('fax')
      }),
    )
  })

  it('a message is spoken or given up within twenty seconds of the answer, and never over the machine', () => {
    fc.assert(
      fc.property(anything, (line) => {
        const last = heardAt(line, 20_000)
        expect(messageMoment(last)).not.toBe('wait')
        for (let atMs = 100; atMs < 20_000; atMs += 500) {
          const heard = heardAt(line, atMs)
          const hasBeep = heard.tones.some(({ tone: heardTone }) => heardTone === 'beep')
          if (heard.isSpeaking && !hasBeep) expect(messageMoment(heard)).not.toBe('now')
        }
      }),
    )
  })
})

describe('a message', () => {
  const greeting = says('지금은 전화를 받을 수 없습니다 삐 소리 후 메시지를 남겨 주세요', 500)
  it('waits for the beep, or for silence where there is none', () => {
    const beep = { spoken: [greeting], tones: [{ tone: 'beep' as const, atMs: greeting.endMs + 300 }] }
    expect(messageMoment(heardAt(beep, greeting.endMs + 200))).toBe('wait')
    expect(messageMoment(heardAt(beep, greeting.endMs + 300))).toBe('now')
    const quiet = { spoken: [greeting] }
    expect(messageMoment(heardAt(quiet, greeting.endMs + 1_900))).toBe('wait')
    expect(messageMoment(heardAt(quiet, greeting.endMs + 2_000))).toBe('now')
  })

  it('is not left where the box is full', () => {
    const full = { spoken: [says('음성 사서함이 가득 차서 메시지를 남길 수 없습니다')] }
    expect(messageMoment(heardAt(full, 8_000))).toBe('never')
  })

  it('or not is the owner’s choice; only people and screening are talked to', () => {
    const steps = (machine: 'leave_message' | 'hang_up') =>
      Object.fromEntries(ANSWERED_BY.map((by) => [by, stepAfter(by, { machine })]))
    expect(steps('hang_up')).toEqual({
      person: 'talk',
      silence: 'talk',
      screening: 'introduce',
      machine: 'hang_up',
      fax: 'hang_up',
    })
    expect(steps('leave_message')).toMatchObject({ machine: 'leave_message', fax: 'hang_up' })
  })
})
