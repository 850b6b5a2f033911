import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FRAME_MS, FRAME_SAMPLES, SENTENCE_PAUSE_MS } from '../../../domain/media-socket.ts'
import {
  MAX_QUEUED_MS,
  PlayoutError,
  type PlayoutMessage,
  PlayoutQueue,
} from '../../../media-gateway/legs/playout-queue.ts'

const SILENT = 0xff
/** Frames of silence between two sentences. */
const BREATH = SENTENCE_PAUSE_MS / FRAME_MS

function player() {
  const messages: PlayoutMessage[] = []
  const queue = new PlayoutQueue(SILENT, (message) => messages.push(message))
  let cursor = 0
  const play = (frames: number) =>
    Buffer.concat(
      Array.from({ length: frames }, () => {
        const next = queue.nextFrame(cursor)
        cursor += FRAME_SAMPLES
        return next?.frame ?? new Uint8Array(FRAME_SAMPLES).fill(SILENT)
      }),
    )
  const sentence = (utterance: string, index: number, audio: Uint8Array, end = true) => {
    queue.startSentence({ utteranceId: utterance, sentence: index, text: `${utterance}.${index}` })
    queue.append(audio)
    if (end) queue.endSentence(utterance, index)
  }
  const told = () =>
    messages.map((message) => {
      if (message.type === 'mark') return `${message.utteranceId}.${message.sentence} ${message.event}`
      if (message.type === 'bargein') return `bargein ${message.utteranceId}.${message.sentence}`
      return `${message.utteranceId} done${message.interrupted ? ' interrupted' : ''}`
    })
  return { queue, messages, play, sentence, told, at: () => cursor }
}

const named = (step: { readonly utterance: number; readonly sentence: number }) => ({
  utteranceId: `u${step.utterance}`,
  sentence: step.sentence,
})

const audio = (frames: number, code = 1) => new Uint8Array(frames * FRAME_SAMPLES).fill(code)

describe('the playout queue', () => {
  test('plays sentences and utterances in order, with marks where they begin and end', () => {
    const { queue, play, sentence, told } = player()
    sentence('a', 0, audio(2, 1))
    sentence('a', 1, audio(1, 2))
    queue.endUtterance('a')
    sentence('b', 0, audio(1, 3))
    queue.endUtterance('b')
    expect([...new Set(play(4 + 2 * BREATH))]).toEqual([1, SILENT, 2, 3])
    expect(told()).toEqual([
      'a.0 started',
      'a.0 finished',
      'a.1 started',
      'a.1 finished',
      'a done',
      'b.0 started',
      'b.0 finished',
      'b done',
    ])
    expect(queue.idle).toBe(true)
  })

  test('takes a breath between sentences, fills up their last frame, and begins none late', () => {
    const { queue, play, sentence } = player()
    sentence('a', 0, new Uint8Array(100).fill(1))
    sentence('a', 1, audio(1, 2))
    const sound = play(BREATH + 2)
    expect(sound.indexOf(2)).toBe((BREATH + 1) * FRAME_SAMPLES)
    expect([...new Set(sound.subarray(100, sound.indexOf(2)))]).toEqual([SILENT])
    play(BREATH)
    sentence('a', 2, audio(1, 3))
    queue.endUtterance('a')
    expect([...new Set(play(1))]).toEqual([3])
  })

  test('is silent while a sentence lacks audio, and goes on when it comes', () => {
    const { queue, play, sentence, told } = player()
    sentence('a', 0, audio(1), false)
    expect([...new Set(play(3))]).toEqual([1, SILENT])
    queue.append(audio(1, 2))
    expect([...new Set(play(1))]).toEqual([2])
    queue.endSentence('a', 0)
    expect(told()).toEqual(['a.0 started', 'a.0 finished'])
    expect(queue.idle).toBe(false)
    queue.endUtterance('a')
    expect(queue.idle).toBe(true)
  })

  test('ignores a complete sentence that is sent again, its audio too', () => {
    const { queue, play, sentence } = player()
    sentence('a', 0, audio(1, 1))
    sentence('a', 0, audio(5, 9))
    sentence('a', 1, audio(1, 2))
    queue.endUtterance('a')
    sentence('a', 0, audio(5, 9))
    sentence('a', 2, audio(5, 9))
    expect([...new Set(play(4 + BREATH))]).toEqual([1, SILENT, 2])
  })

  test('goes on with a sentence that a lost worker left open', () => {
    const { queue, play, sentence, told } = player()
    sentence('a', 0, audio(1, 1))
    sentence('a', 1, audio(2, 2), false)
    play(2 + BREATH)
    queue.releaseSpeaker()
    expect(queue.states()[0]?.sentences[1]).toMatchObject({ state: 'open', totalMs: 40, playedMs: 20 })
    sentence('a', 0, audio(9, 9)) // the new worker begins from the start
    sentence('a', 1, audio(1, 3))
    queue.endUtterance('a')
    expect([...new Set(play(3))]).toEqual([2, 3, SILENT])
    expect(told().slice(-3)).toEqual(['a.1 started', 'a.1 finished', 'a done'])
  })

  test('a new utterance ends those whose speaker never came back', () => {
    const { play, sentence, told, queue } = player()
    sentence('a', 0, audio(1, 1), false)
    sentence('b', 0, audio(1, 2))
    queue.endUtterance('b')
    expect([...new Set(play(2 + BREATH))]).toEqual([1, SILENT, 2])
    expect(told()).toContain('a done')
  })

  test('the caller breaks in: says what was heard, drops the rest, and takes no more of it', () => {
    const { queue, play, sentence, told, messages, at } = player()
    sentence('a', 0, audio(2, 1))
    sentence('a', 1, audio(10, 2))
    sentence('a', 2, audio(10, 3), false)
    play(5 + BREATH)
    queue.bargeIn(at())
    expect(messages.find(({ type }) => type === 'bargein')).toEqual({
      type: 'bargein',
      utteranceId: 'a',
      sentence: 1,
      playedMs: 60,
      cursor: at(),
    })
    queue.append(audio(10, 4))
    sentence('a', 3, audio(10, 5))
    expect([...new Set(play(3))]).toEqual([SILENT])
    expect(told().slice(3)).toEqual([
      'bargein a.1',
      'a.1 interrupted',
      'a.2 interrupted',
      'a done interrupted',
      'a.3 interrupted',
    ])
    sentence('b', 0, audio(1, 6))
    expect([...new Set(play(1))]).toEqual([6])
  })

  test('what must be heard is said before anybody may break in', () => {
    const { queue, play, sentence } = player()
    queue.startSentence({ utteranceId: 'a', sentence: 0, text: 'hello', mustBeHeard: true })
    queue.append(audio(2))
    queue.startSentence({ utteranceId: 'a', sentence: 1, text: 'recorded', mustBeHeard: true })
    queue.append(audio(2))
    sentence('a', 2, audio(2))
    expect(queue.interruptible).toBe(false)
    play(3 + BREATH)
    expect(queue.interruptible).toBe(false)
    play(1)
    expect(queue.interruptible).toBe(true)
    queue.bargeIn(0)
    expect(queue.interruptible).toBe(false)
  })

  test('nothing is broken in on while we are silent', () => {
    const { queue, sentence, told } = player()
    queue.bargeIn(0)
    sentence('a', 0, audio(1))
    queue.bargeIn(0)
    expect(told()).toEqual([])
  })

  test('clear drops one utterance or all', () => {
    const { queue, play, sentence } = player()
    sentence('a', 0, audio(3, 1))
    sentence('b', 0, audio(3, 2))
    queue.endUtterance('b')
    play(1)
    queue.clear('a')
    expect([...new Set(play(1))]).toEqual([2])
    queue.clear()
    expect([...new Set(play(1))]).toEqual([SILENT])
    expect(queue.idle).toBe(true)
  })

  test('a sentence without audio is over at once', () => {
    const { queue, sentence, told } = player()
    sentence('a', 0, new Uint8Array())
    queue.endUtterance('a')
    expect(told()).toEqual(['a.0 finished', 'a done'])
  })

  test('refuses more than it can keep, and messages that make no sense', () => {
    const { queue, sentence } = player()
    sentence('a', 0, audio(MAX_QUEUED_MS / 20), false)
    expect(() => queue.append(audio(1))).toThrow(PlayoutError)
    queue.releaseSpeaker()
    for (const wrong of [
      () => queue.append(audio(1)),
      () => queue.endSentence('a', 0),
      () => queue.endUtterance('zzz'),
      () => queue.startSentence({ utteranceId: '', sentence: 0, text: '' }),
      () => queue.startSentence({ utteranceId: 'a', sentence: -1, text: '' }),
      () => queue.startSentence({ utteranceId: 'a', sentence: 0.5, text: '' }),
      () => queue.startSentence({ utteranceId: 'a', sentence: 0, text: 'x'.repeat(2_001) }),
    ])
      expect(wrong).toThrow(PlayoutError)
  })

  test('utterances are forgotten two minutes after their end', () => {
    const { queue, play, sentence } = player()
    sentence('a', 0, audio(1))
    queue.endUtterance('a')
    play(2 + 120 * 50)
    sentence('b', 0, audio(1))
    expect(queue.states().map(({ utteranceId }) => utteranceId)).toEqual(['b'])
  })

  test('whatever a worker sends: every sentence is said at most once, in order, and begun ones are ended', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('start' as const), utterance: fc.nat(2), sentence: fc.nat(3) }),
      fc.record({ kind: fc.constant('append' as const), bytes: fc.integer({ min: 1, max: 700 }) }),
      fc.record({ kind: fc.constant('end' as const), utterance: fc.nat(2), sentence: fc.nat(3) }),
      fc.record({ kind: fc.constant('done' as const), utterance: fc.nat(2) }),
      fc.record({ kind: fc.constant('play' as const), frames: fc.nat(5) }),
      fc.constant({ kind: 'bargein' as const }),
      fc.constant({ kind: 'lost' as const }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { queue, play, told, at } = player()
        for (const todo of steps) {
          try {
            if (todo.kind === 'start') queue.startSentence({ ...named(todo), text: 'x' })
            else if (todo.kind === 'append') queue.append(new Uint8Array(todo.bytes).fill(1))
            else if (todo.kind === 'end') queue.endSentence(`u${todo.utterance}`, todo.sentence)
            else if (todo.kind === 'done') queue.endUtterance(`u${todo.utterance}`)
            else if (todo.kind === 'play') play(todo.frames)
            else if (todo.kind === 'lost') queue.releaseSpeaker()
            else queue.bargeIn(at())
          } catch (error) {
            if (!(error instanceof PlayoutError)) throw error
          }
        }
        for (let utterance = 0; utterance < 3; utterance++)
          try {
            queue.endUtterance(`u${utterance}`)
          } catch {}
        play(500)
        expect(queue.idle).toBe(true)
        const events = told()
        expect(new Set(events).size).toBe(events.length)
        for (const event of events.filter((text) => text.endsWith('started'))) {
          const name = event.split(' ')[0]
          const ends = events.filter((text) => text === `${name} finished` || text === `${name} interrupted`)
          expect(ends.length).toBe(1)
        }
        for (const { sentences } of queue.states())
          for (const { state, totalMs, playedMs } of sentences) {
            expect(['played', 'interrupted']).toContain(state)
            expect(playedMs).toBeLessThanOrEqual(totalMs)
          }
      }),
      { numRuns: 500 },
    )
  })
})
