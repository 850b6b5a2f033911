/** Who has answered, from what the gateway and recognition tell of a leg; its clock is moved by the test. */
import { expect, test } from 'vitest'
import {
  awaitMessageMoment,
  hearScreeningOut,
  hearWhoAnswers,
} from '../../activities/dialogue/answered-by.ts'
import { LegState } from '../../activities/dialogue/leg-state.ts'
import type { GatewayMessage, LineTone } from '../../domain/media-socket.ts'

const at = (ms: number) => ms * 8

interface Happening {
  readonly ms: number
  readonly does: (state: LegState) => void
}
const tells = (ms: number, message: GatewayMessage): Happening => ({
  ms,
  does: (state) => state.apply(message),
})
const voice = (startMs: number, endMs: number, text = ''): Happening[] => [
  tells(startMs + 60, { type: 'speech.start', cursor: at(startMs) }),
  tells(endMs + 200, { type: 'speech.end', cursor: at(endMs) }),
  ...(text === ''
    ? []
    : [
        {
          ms: endMs + 150,
          does: (state: LegState) =>
            state.hypothesis({ text, start: at(startMs), end: at(endMs), confidence: null }),
        },
      ]),
]
const tone = (ms: number, heard: LineTone): Happening =>
  tells(ms, { type: 'tone', tone: heard, hz: [1_000], cursor: at(ms) })

/** A leg on which this happens, in order, 20 ms each time somebody waits. */
function leg(...happenings: readonly Happening[]) {
  const state = new LegState(0)
  const left = [...happenings].sort((a, b) => a.ms - b.ms)
  return {
    state,
    throwIfFailed: () => {},
    changed: async () => {
      state.cursor += at(20)
      while (left[0] !== undefined && at(left[0].ms) <= state.cursor) left.shift()?.does(state)
    },
  }
}
const signal = new AbortController().signal
const who = (...happenings: readonly Happening[]) => hearWhoAnswers(leg(...happenings), 0, signal)

test('a person who says hello is talked to at once', async () => {
  const heard = await who(...voice(700, 1_200, '여보세요'))
  expect(heard).toMatchObject({ by: 'person', caller: { words: '여보세요', startMs: 700 } })
  expect(heard.heardUntil / 8).toBeLessThan(1_700)
})

test('an announcement is a machine as soon as its words are known', async () => {
  const heard = await who(...voice(500, 6_000), {
    ms: 2_400,
    does: (state) =>
      state.hypothesis({
        text: '지금은 전화를 받을 수 없어',
        start: at(500),
        end: at(2_300),
        confidence: null,
      }),
  })
  expect(heard).toMatchObject({ by: 'machine', heardUntil: at(2_400) })
})

test('a fax, a dead line, and one that is hung up', async () => {
  expect((await who(tone(900, 'fax_answer'))).by).toBe('fax')
  expect((await who()).by).toBe('silence')
  const ended = await who(tells(1_000, { type: 'ended', cursor: at(1_000) }))
  expect(ended).toMatchObject({ by: 'silence', heardUntil: at(1_000) })
})

test('a message begins after the beep, and not at all where the machine hangs up or its box is full', async () => {
  const greeting = voice(500, 4_000, '삐 소리 후 메시지를 남겨 주세요')
  const moment = async (...happenings: readonly Happening[]) => {
    const line = leg(...happenings)
    return [await awaitMessageMoment(line, 0, signal), line.state.cursor / 8]
  }
  expect(await moment(...greeting, tone(4_600, 'beep'))).toEqual([true, 4_600])
  expect(await moment(...greeting, tells(4_400, { type: 'ended', cursor: at(4_400) }))).toEqual([
    false,
    4_400,
  ])
  expect((await moment(...voice(500, 4_000, '음성 사서함이 가득 찼습니다')))[0]).toBe(false)
})

test('a screening service is heard out before anybody answers it, but not for ever', async () => {
  const asks = leg(
    ...voice(600, 3_000, '통화 스크리닝'),
    ...voice(3_400, 8_000, '성함과 용건을 말씀해 주세요'),
  )
  expect((await hearWhoAnswers(asks, 0, signal)).by).toBe('screening')
  const heardUntil = (await hearScreeningOut(asks, 0, signal)) / 8
  expect(heardUntil).toBeGreaterThan(8_500)
  expect(heardUntil).toBeLessThan(10_000)
  const endless = leg(...voice(600, 60_000, '통화 스크리닝'))
  expect((await hearScreeningOut(endless, 0, signal)) / 8).toBeLessThan(16_000)
  const gone = leg(...voice(600, 60_000, '통화 스크리닝'), tells(2_000, { type: 'ended', cursor: at(2_000) }))
  expect((await hearScreeningOut(gone, 0, signal)) / 8).toBeLessThan(2_100)
})
